package io.meridian;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** What a node ends with that was told nonsense; nothing is started for it. */
class MainTest {
    private static final int USAGE = 2;

    private final Logger logger = (Logger) LoggerFactory.getLogger(Main.class);
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();

    @TempDir
    Path directory;

    @BeforeEach
    void listen() {
        said.start();
        logger.addAppender(said);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(said);
    }

    @Test
    void aValueThatMakesNoSense() throws IOException {
        assertThat(refusal("meridian.http.port = many")).startsWith("configuration: meridian.http.port = many: ");
    }

    @Test
    void aFileThatIsNotThere() {
        assertThat(run(directory.resolve("none.conf"))).contains("none.conf: cannot be read");
    }

    @Test
    void aKeyFileThatIsNotThereOrHoldsNoKey() throws IOException {
        Path key = directory.resolve("key.json");
        String setting = "meridian.auth.signing-key-file = \"" + key + "\"";
        assertThat(refusal(setting))
                .contains("meridian.auth.signing-key-file = " + key + ": cannot be read; put a private JWK");

        Files.writeString(key, "{\"kty\":\"secret\"}");
        assertThat(refusal(setting)).contains("not a JWK", "put a private JWK").doesNotContain("secret");
    }

    private String refusal(String setting) throws IOException {
        return run(Files.writeString(directory.resolve("node.conf"), setting));
    }

    /** The one line that it says. */
    private String run(Path conf) {
        said.list.clear();
        int status = new CommandLine(new Main.NodeCommand()).execute("--conf", conf.toString());

        assertThat(status).isEqualTo(USAGE);
        assertThat(said.list).hasSize(1);
        ILoggingEvent event = said.list.get(0);
        assertThat(event.getThrowableProxy()).isNull();
        assertThat(event.getFormattedMessage()).doesNotContain("\n");
        return event.getFormattedMessage();
    }
}
