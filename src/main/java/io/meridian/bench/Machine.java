package io.meridian.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What it ran on: figures without it say nothing. */
final class Machine {
    private static final long KIB_A_MIB = 1024;

    private Machine() {}

    static Map<String, Object> describe() {
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        OptionalLong memory = ProcFiles.kib(Processes.read(Path.of("/proc/meminfo")), "MemTotal");
        machine.put("memoryMiB", memory.isPresent() ? memory.getAsLong() / KIB_A_MIB : null);
        machine.put("cpu", ProcFiles.cpuModel(Processes.read(Path.of("/proc/cpuinfo"))));
        machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        return machine;
    }

    /** Processes that wanted to run, on average over the last minute; null where it cannot be seen. */
    static Double load() {
        String averages = Processes.read(Path.of("/proc/loadavg"));
        return averages.isBlank() ? null : Double.valueOf(averages.split(" ")[0]);
    }

    /** From the names of the jars that the launcher starts engines and nodes from. */
    static Map<String, Object> versions(Path home) {
        Map<String, Object> versions = new LinkedHashMap<>();
        versions.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        versions.put(
                "meridian",
                jar(readBuild(home, "meridian.jar.name"), "meridian").orElse(null));
        versions.put(
                "vertx",
                jar(System.getProperty("java.class.path"), "vertx-core").orElse(null));
        versions.put(
                "kafka", jar(readBuild(home, "kafka.classpath"), "kafka_2.13").orElse(null));
        versions.put(
                "cassandra",
                jar(readBuild(home, "cassandra.classpath"), "cassandra-all").orElse(null));
        versions.put(
                "redis",
                jar(readBuild(home, "redis.classpath"), "embedded-redis")
                        .map(version -> "embedded-redis " + version)
                        .orElse(null));
        return versions;
    }

    static Optional<String> jar(String classPath, String artifact) {
        Matcher matcher = Pattern.compile("(?:^|/)" + Pattern.quote(artifact) + "-([^/:]+)\\.jar")
                .matcher(classPath);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static String readBuild(Path home, String name) {
        try {
            return Files.readString(home.resolve(".build").resolve(name)).trim();
        } catch (IOException e) {
            return "";
        }
    }
}
