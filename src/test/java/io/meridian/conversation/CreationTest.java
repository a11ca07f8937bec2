package io.meridian.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.meridian.message.ConversationType;
import io.meridian.message.RefusedException;
import io.meridian.message.UserId;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CreationTest {
    private static final UserId BOT = new UserId("bot");

    private static Fields fields(String json) {
        return Fields.parse(json.getBytes(StandardCharsets.UTF_8)).orElseThrow();
    }

    private static Creation read(String json) {
        return Creation.read(fields(json), BOT);
    }

    private static Iterable<String> wrong(String json) {
        return catchThrowableOfType(RefusedException.class, () -> read(json))
                .errors()
                .keySet();
    }

    private static String users(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"u" + i + "\"").collect(Collectors.joining(",", "[", "]"));
    }

    @Test
    void theSameGroupHasTheSamePayloadHoweverItsMembersAreWritten() {
        Creation one = read("{\"type\":\"group\",\"title\":\"t\",\"memberIds\":[\"b\",\"a\",\"bot\",\"b\"],\"x\":1}");
        Creation other = read("{\"type\":\"group\",\"title\":\"t\",\"memberIds\":[\"a\",\"b\"]}");
        assertThat(one).isEqualTo(other);
        assertThat(one.type()).isEqualTo(ConversationType.GROUP);
        assertThat(one.others()).containsExactly(new UserId("a"), new UserId("b"));
    }

    @Test
    void everythingWrongIsNamedAtOnce() {
        assertThat(wrong("{}")).containsExactlyInAnyOrder("type", "memberIds");
        assertThat(wrong("{\"type\":\"party\",\"title\":\"\",\"memberIds\":\"ann\"}"))
                .containsExactlyInAnyOrder("type", "title", "memberIds");
        assertThat(wrong("{\"type\":\"group\",\"memberIds\":[\"has space\"]}")).containsExactly("memberIds");
        assertThat(wrong("{\"type\":\"group\",\"memberIds\":[7]}")).containsExactly("memberIds");
    }

    @Test
    void aDirectOneHasExactlyOneOther() {
        assertThat(wrong("{\"type\":\"direct\",\"memberIds\":[]}")).containsExactly("memberIds");
        assertThat(wrong("{\"type\":\"direct\",\"memberIds\":[\"bot\"]}")).containsExactly("memberIds");
        assertThat(wrong("{\"type\":\"direct\",\"memberIds\":[\"a\",\"b\"]}")).containsExactly("memberIds");
        assertThat(read("{\"type\":\"direct\",\"memberIds\":[\"a\",\"bot\"]}").others())
                .containsExactly(new UserId("a"));
    }

    @Test
    void fiveHundredAreMadeInOneCall() {
        assertThat(read("{\"type\":\"group\",\"memberIds\":" + users(499) + "}").others())
                .hasSize(499);
        assertThat(wrong("{\"type\":\"group\",\"memberIds\":" + users(500) + "}"))
                .containsExactly("memberIds");
        assertThat(wrong("{\"type\":\"group\",\"memberIds\":" + users(501) + "}"))
                .containsExactly("memberIds");
    }

    @Test
    void membersAreAddedByNameOrByList() {
        assertThat(Additions.read(fields("{\"userId\":\"b\",\"memberIds\":[\"a\",\"b\"]}")))
                .containsExactly(new UserId("a"), new UserId("b"));
        assertThat(catchThrowableOfType(RefusedException.class, () -> Additions.read(fields("{}")))
                        .errors())
                .containsOnlyKeys("memberIds");
        assertThat(catchThrowableOfType(
                                RefusedException.class,
                                () -> Additions.read(fields("{\"memberIds\":" + users(101) + "}")))
                        .errors())
                .containsOnlyKeys("memberIds");
    }
}
