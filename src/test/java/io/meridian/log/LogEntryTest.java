package io.meridian.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogEntryTest {
    @Test
    void headerWithoutAValueIsNoReasonToRefuseARecord() {
        Map<String, byte[]> headers = new HashMap<>();
        headers.put("empty", null);
        var entry = new LogEntry(5, 0, null, null, headers);
        headers.clear();
        assertThat(entry.headers()).containsEntry("empty", null);
    }
}
