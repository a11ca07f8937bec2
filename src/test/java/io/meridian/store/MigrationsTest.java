package io.meridian.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.store.Migrations.Migration;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class MigrationsTest {

    @Example
    void commentsAndBlanksAreNoStatements() {
        assertThat(Migrations.statements("""
                        -- first; not a statement
                        CREATE TABLE a (b text); -- behind; one

                        ;
                        INSERT INTO a (b) VALUES ('x;--y');
                        SELECT 1 - 1"""))
                .containsExactly("CREATE TABLE a (b text)", "INSERT INTO a (b) VALUES ('x;--y')", "SELECT 1 - 1");
    }

    @Property
    void whatIsJoinedIsTakenApartAgain(@ForAll @From("scripts") List<String> statements) {
        String script = String.join(";\n-- between\n", statements) + ";";

        assertThat(Migrations.statements(script)).isEqualTo(statements);
    }

    @Provide
    Arbitrary<List<String>> scripts() {
        Arbitrary<String> word =
                Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(5);
        Arbitrary<String> quoted =
                Arbitraries.strings().withChars("ab;- \n").ofMaxLength(8).map(text -> "'" + text + "'");
        return Arbitraries.oneOf(word, quoted)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(words -> String.join(" ", words))
                .list()
                .ofMaxSize(6);
    }

    @Example
    void everyFileIsListedOnceAndNumberedInOrder() throws IOException, URISyntaxException {
        Path directory =
                Path.of(Migrations.class.getClassLoader().getResource("store").toURI());
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Migrations.FILES);
        }
        assertThat(Migrations.FILES.stream().map(Migrations::version))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, Migrations.latest()).boxed().toList());
    }

    @Example
    void everyStatementCanBeRepeatedAndKeepsToTheKeyspace() {
        for (Migration migration : Migrations.all("some_space")) {
            assertThat(migration.statements())
                    .isNotEmpty()
                    .allSatisfy(statement -> assertThat(statement)
                            .as(migration.name())
                            .matches("(?s)(CREATE TABLE IF NOT EXISTS some_space\\.\\w+ .*"
                                    + "|ALTER TABLE some_space\\.\\w+ ADD IF NOT EXISTS .*)")
                            .doesNotContain("${")
                            .doesNotContain("TimeWindow"));
        }
    }

    @Example
    void theKeyspaceIsReplicatedAsToldAndDurable() {
        var settings = new StoreSettings(
                List.of("a:1"), "us-east", "some_space", Map.of("us-east", 3, "eu", 2), Duration.ofSeconds(1));

        assertThat(Migrations.createKeyspace(settings))
                .isEqualTo("CREATE KEYSPACE IF NOT EXISTS some_space WITH replication ="
                        + " {'class': 'NetworkTopologyStrategy', 'eu': 2, 'us-east': 3} AND durable_writes = true");
    }
}
