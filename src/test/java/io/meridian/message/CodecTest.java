package io.meridian.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final ConversationId CONVERSATION = new ConversationId("c1");
    private static final RegionId US = new RegionId("us-east");
    private static final Event.Header HEADER = new Event.Header(
            CONVERSATION,
            7,
            6,
            3,
            new MessageId("m1"),
            new ClientMessageId("x"),
            ANN,
            Instant.ofEpochMilli(1_700_000_000_120L),
            US);

    static Stream<Event> events() {
        return Stream.of(
                new Event.MessageCreated(
                        HEADER,
                        new Action.Send(
                                MessageType.IMAGE,
                                "„ü\u0000\uD83D\uDE00",
                                List.of("p1"),
                                new MessageId("m0"),
                                List.of(BOB))),
                new Event.MessageCreated(HEADER, new Action.Send(MessageType.TEXT, "hi", null, null, null)),
                new Event.ConversationCreated(
                        HEADER, ConversationType.GROUP, null, US, List.of(new Event.Member(ANN, Role.OWNER))),
                new Event.ConversationUpdated(HEADER, "Title"),
                new Event.MemberAdded(HEADER, BOB, Role.MEMBER),
                new Event.MemberRemoved(HEADER, BOB, true),
                new Event.MemberRoleChanged(HEADER, BOB, Role.ADMIN));
    }

    @ParameterizedTest
    @MethodSource("events")
    void eventsAreReadAsTheyWereWritten(Event event) {
        assertThat(EventCodec.decode(EventCodec.encode(event))).isEqualTo(event);
    }

    @Test
    void messageLooksAsTheContractSays() {
        var event = new Event.MessageCreated(HEADER, new Action.Send(MessageType.TEXT, "hi", null, null, null));
        assertThat(new String(EventCodec.encode(event), StandardCharsets.UTF_8))
                .isEqualTo("{\"eventType\":\"message_created\",\"conversationId\":\"c1\",\"seq\":7,\"prevSeq\":6,"
                        + "\"ordinal\":3,\"messageId\":\"m1\",\"clientMessageId\":\"x\",\"senderId\":\"ann\","
                        + "\"messageType\":\"text\",\"content\":\"hi\","
                        + "\"serverTimestamp\":\"2023-11-14T22:13:20.120Z\",\"region\":\"us-east\"}");
    }

    static Stream<Action> actions() {
        return Stream.of(
                new Action.CreateDirect(BOB),
                new Action.CreateGroup("t", List.of(BOB)),
                new Action.CreateChannel(null, List.of()),
                new Action.Send(MessageType.TEXT, "hi", List.of(), null, List.of(BOB)),
                new Action.AddMembers(List.of(BOB)),
                new Action.RemoveMember(BOB),
                new Action.ChangeRole(BOB, Role.OWNER),
                new Action.ChangeTitle("t"));
    }

    @ParameterizedTest
    @MethodSource("actions")
    void commandsAreReadAsTheyWereWritten(Action action) throws UnreadableRecordException {
        var command = new Command(
                Command.RULES,
                CONVERSATION,
                US,
                ANN,
                new ClientMessageId("x"),
                new DeviceId("d"),
                new ReplyTo("g/0", 5),
                FoldLimits.DEFAULT,
                action);
        assertThat(CommandCodec.decode(CommandCodec.encode(command))).isEqualTo(command);
    }

    @Test
    void ownershipIsReadAsItWasWritten() throws UnreadableRecordException {
        var ownership = new Ownership(US, 16, US);
        assertThat(CommandCodec.decode(CommandCodec.encode(ownership))).isEqualTo(ownership);
    }

    @Test
    void metaIsReadAsItWasWritten() throws Exception {
        var meta = new EventMeta("t/0", 0, 5, "h", 7, ConversationType.GROUP, Fanout.READ, true, null);
        assertThat(Json.MAPPER.readValue(Json.bytes(meta), EventMeta.class)).isEqualTo(meta);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "{",
                "{}",
                "[]",
                "null",
                "{\"rules\":1}",
                "{\"rules\":0,\"command\":{}}",
                "{\"rules\":1,\"command\":{\"conversationId\":\"c\"}}",
                "{\"rules\":1,\"command\":{\"conversationId\":\"bad id!\"}}",
                "{\"rules\":1,\"command\":{\"action\":{\"type\":\"no such\"}}}",
                "{\"rules\":1,\"command\":null}",
                "{\"rules\":1,\"ownership\":null}",
                "{\"rules\":1,\"ownership\":{}}",
                "{\"rules\":1,\"ownership\":{\"home\":\"us-east\",\"epoch\":16}}",
                "{\"rules\":1,\"ownership\":{\"home\":\"us-east\",\"epoch\":131072,\"owner\":\"us-east\"}}",
                "{\"rules\":1,\"ownership\":{\"home\":\"us-east\",\"epoch\":-1,\"owner\":\"us-east\"}}"
            })
    void whatNobodyCanReadIsSaidToBeUnreadable(String record) {
        assertThatThrownBy(() -> CommandCodec.decode(record.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(UnreadableRecordException.class);
    }

    @Test
    void newerRecordIsToldFromAnUnreadableOne() {
        byte[] newer = "{\"rules\":2,\"something\":{}}".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> CommandCodec.decode(newer)).isInstanceOf(NewerRecordException.class);
    }
}
