package io.meridian.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.meridian.message.ConversationId;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.meridian.message.Seq;
import io.meridian.message.UserId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FieldsTest {
    private static Fields fields(String json) {
        return Fields.parse(json.getBytes(StandardCharsets.UTF_8)).orElseThrow();
    }

    private static RefusedException refusal(Fields fields) {
        RefusedException refused = catchThrowableOfType(RefusedException.class, fields::check);
        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID);
        return refused;
    }

    @Test
    void whatIsNoObjectIsNone() {
        for (String text : List.of("", "[]", "1", "\"a\"", "null", "{", "{}{}", "{\"a\":}", "nul")) {
            assertThat(Fields.parse(text.getBytes(StandardCharsets.UTF_8)))
                    .as(text)
                    .isEmpty();
        }
        assertThat(Fields.parse(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}))
                .as("no UTF-8")
                .isEmpty();
    }

    @Test
    void deepNestingIsRefusedBeforeItCostsAnything() {
        String bomb = "{\"a\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}";

        assertThat(Fields.parse(bomb.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void everyWrongFieldIsNamedAtOnce() {
        Fields fields = fields("{\"conversationId\":\"has space\",\"title\":5,\"seq\":0.5,\"list\":{}}");
        fields.value("conversationId", ConversationId::new);
        fields.optionalText("title");
        fields.seq("seq");
        fields.values("list", 5, UserId::new);
        fields.text("missing");

        assertThat(refusal(fields).errors()).containsOnlyKeys("conversationId", "title", "seq", "list", "missing");
    }

    @Test
    void positionIsAWholeNumberThatJavaScriptHolds() {
        assertThat(fields("{\"seq\":9007199254740991}").seq("seq")).isEqualTo(Seq.MAX);
        for (String number : List.of("0", "-1", "9007199254740992", "1e400", "\"5\"", "5.0", "99999999999999999999")) {
            Fields fields = fields("{\"seq\":" + number + "}");
            fields.seq("seq");
            assertThat(refusal(fields).errors()).as(number).containsOnlyKeys("seq");
        }
    }

    @Test
    void nullIsAbsent() {
        Fields fields = fields("{\"a\":null}");

        assertThat(fields.optionalText("a")).isEmpty();
        assertThat(fields.values("a", 1, UserId::new)).isEmpty();
        fields.check();
    }

    @Test
    void halfACharacterIsRefusedForNothingBehindCouldWriteIt() {
        Fields fields = fields("{\"content\":\"a\\ud800b\",\"whole\":\"\\ud83d\\ude00\"}");
        fields.text("content");

        assertThat(fields.text("whole")).isEqualTo("\ud83d\ude00");
        assertThat(refusal(fields).errors()).containsOnlyKeys("content");
    }

    @Test
    void listsAreBounded() {
        Fields fields = fields("{\"ids\":[\"a\",\"b\",\"c\"],\"mixed\":[\"a\",1]}");
        assertThat(fields.values("ids", 3, UserId::new)).hasSize(3);
        fields.values("ids", 2, UserId::new);
        fields.values("mixed", 2, UserId::new);

        assertThat(refusal(fields).errors()).containsOnlyKeys("ids", "mixed");
    }

    @Property
    void anyBytesAreAnObjectOrNone(@ForAll byte[] bytes) {
        assertThat(Fields.parse(bytes)).isNotNull();
    }

    @Test
    void aPageHasItsUsualSizeUnlessAskedAndNeverMoreThanTheMost() {
        assertThat(fields("{}").limit("limit", 50, 100)).isEqualTo(50);
        assertThat(fields("{\"limit\":7}").limit("limit", 50, 100)).isEqualTo(7);
        assertThat(fields("{\"limit\":100000000000000000000}").limit("limit", 50, 100))
                .isEqualTo(100);
        for (String wrong : List.of("0", "-1", "1.5", "\"7\"", "[]", "-100000000000000000000")) {
            Fields fields = fields("{\"limit\":" + wrong + "}");
            fields.limit("limit", 50, 100);
            assertThat(refusal(fields).errors()).as(wrong).containsOnlyKeys("limit");
        }
    }

    @Test
    void aPositionToGoOnFromIsTheStartUnlessGiven() {
        assertThat(fields("{}").seqOrStart("after")).isZero();
        assertThat(fields("{\"after\":0}").seqOrStart("after")).isZero();
        assertThat(fields("{\"after\":5}").seqOrStart("after")).isEqualTo(5);
        Fields fields = fields("{\"after\":-1}");
        fields.seqOrStart("after");
        assertThat(refusal(fields).errors()).containsOnlyKeys("after");
    }
}
