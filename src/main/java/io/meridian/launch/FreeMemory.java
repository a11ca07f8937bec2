package io.meridian.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How much memory a run may still take, in MiB, from the machine's and the container's own words. */
final class FreeMemory {
    private static final Path MACHINE = Path.of("/proc/meminfo");
    private static final Path CONTAINER_LIMIT = Path.of("/sys/fs/cgroup/memory.max");
    private static final Path CONTAINER_USE = Path.of("/sys/fs/cgroup/memory.stat");
    /** Engines with their heaps and native memory, one node, the launcher: measured 1.0 GiB shortly after the start. */
    private static final long FIRST_NODE_MIB = 1_300;

    private static final long FURTHER_NODE_MIB = 400;
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;

    private FreeMemory() {}

    /**
     * Refuses what would end in the system killing processes.
     *
     * @param nodes of the region; its engines come on top
     * @param freeMib empty: not known, and then nobody is refused
     */
    static void require(int nodes, OptionalLong freeMib) {
        long needed = FIRST_NODE_MIB + FURTHER_NODE_MIB * (nodes - 1L);
        if (freeMib.isPresent() && freeMib.getAsLong() < needed) {
            throw new LaunchException("too little memory: " + freeMib.getAsLong() + " MiB are free and " + nodes
                    + (nodes == 1 ? " node" : " nodes") + " with the engines need " + needed + " MiB");
        }
    }

    /** Empty where the machine does not tell. */
    static OptionalLong mebibytes() {
        OptionalLong machine = ofMachine(readOrEmpty(MACHINE));
        OptionalLong container = ofContainer(readOrEmpty(CONTAINER_LIMIT), readOrEmpty(CONTAINER_USE));
        if (machine.isPresent() && container.isPresent()) {
            return OptionalLong.of(Math.min(machine.getAsLong(), container.getAsLong()));
        }
        return machine.isPresent() ? machine : container;
    }

    /** @param meminfo the text of {@code /proc/meminfo} */
    static OptionalLong ofMachine(String meminfo) {
        OptionalLong kibibytes = number(meminfo, "MemAvailable:");
        return kibibytes.isPresent() ? OptionalLong.of(kibibytes.getAsLong() * KIB / MIB) : kibibytes;
    }

    /**
     * @param limit bytes, or {@code max} for none
     * @param statistics what is used, by sort; the page cache is not counted, it gives way
     */
    static OptionalLong ofContainer(String limit, String statistics) {
        OptionalLong used = number(statistics, "anon");
        if (used.isEmpty() || !limit.trim().matches("\\d{1,18}")) {
            return OptionalLong.empty();
        }
        return OptionalLong.of((Long.parseLong(limit.trim()) - used.getAsLong()) / MIB);
    }

    private static OptionalLong number(String text, String key) {
        return text.lines()
                .map(line -> line.trim().split("\\s+"))
                .filter(words -> words.length > 1 && words[0].equals(key) && words[1].matches("\\d{1,18}"))
                .mapToLong(words -> Long.parseLong(words[1]))
                .findFirst();
    }

    private static String readOrEmpty(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
