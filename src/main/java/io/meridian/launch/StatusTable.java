package io.meridian.launch;

import java.util.ArrayList;
import java.util.List;

/** What {@code meridian status} prints. Pure. */
final class StatusTable {
    static final String HEALTHY = "healthy";
    static final String DEAD = "dead";

    /** It lives and does not answer, or answers that it is not ready. */
    static final String SILENT = "not ready";

    private StatusTable() {}

    record Row(RunState.Entry entry, String condition) {}

    static String render(List<Row> rows) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("NAME", "KIND", "REGION", "PID", "PORT", "CONDITION", "LOG"));
        for (Row row : rows) {
            RunState.Entry entry = row.entry();
            cells.add(List.of(
                    entry.name(),
                    entry.kind().label(),
                    entry.region(),
                    Long.toString(entry.pid()),
                    Integer.toString(entry.mainPort()),
                    row.condition(),
                    entry.log()));
        }
        StringBuilder text = new StringBuilder();
        for (List<String> line : cells) {
            for (int column = 0; column < line.size(); column++) {
                boolean last = column == line.size() - 1;
                text.append(last ? line.get(column) : pad(line.get(column), width(cells, column)));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static int width(List<List<String>> cells, int column) {
        return cells.stream().mapToInt(line -> line.get(column).length()).max().orElse(0) + 2;
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
