package io.meridian;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of packages in {@code docs/architecture.md}: which knows which. What people read there is what is held. */
final class PackageMap {
    private static final Pattern ROW = Pattern.compile("\\| `([a-z]+)` \\|.*\\| ([a-z, ]+|–) \\|");

    private PackageMap() {}

    /** The packages below {@code io.meridian} by name, each with those that it may know. */
    static Map<String, Set<String>> read() throws IOException {
        Map<String, Set<String>> map = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("docs", "architecture.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                String known = row.group(2);
                map.put(row.group(1), known.equals("–") ? Set.of() : new TreeSet<>(Set.of(known.split(", "))));
            }
        }
        return map;
    }
}
