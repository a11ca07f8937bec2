package io.meridian.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationId;
import io.meridian.message.ErrorCode;
import io.meridian.message.FoldLimits;
import io.meridian.message.MessageType;
import io.meridian.message.Outcome;
import io.meridian.message.RefusedException;
import io.meridian.message.RegionId;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandsTest {
    private static final int HALF = 33 * 1024 * 1024;

    private final List<Promise<Void>> appends = new ArrayList<>();
    private int accepted;
    private Instant now = Instant.EPOCH;

    private final Commands commands = new Commands(
            "node/0",
            command -> {
                Promise<Void> append = Promise.promise();
                appends.add(append);
                return append.future();
            },
            () -> now,
            new CommandSettings(FoldLimits.DEFAULT, Duration.ofSeconds(2), Duration.ofSeconds(10)));

    private Future<Outcome> submit(int bytes) {
        return commands.submit(
                new Commands.Draft(
                        new ConversationId("c"),
                        new RegionId("us-east"),
                        new UserId("ann"),
                        new ClientMessageId("m" + appends.size()),
                        null,
                        bytes,
                        new Action.Send(MessageType.TEXT, "hi", List.of(), null, List.of())),
                () -> accepted++);
    }

    private void later(int seconds) {
        now = now.plusSeconds(seconds);
        commands.tick();
    }

    private static ErrorCode code(Future<Outcome> outcome) {
        return ((RefusedException) outcome.cause()).code();
    }

    @Test
    void commandThatTheLogNeitherTakesNorRefusesIsUnavailableInTheEnd() {
        Future<Outcome> outcome = submit(100);
        later(9);
        assertThat(outcome.isComplete()).isFalse();
        later(1);
        assertThat(code(outcome)).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(accepted).isZero();
        assertThat(appends).hasSize(1);
    }

    @Test
    void whatTheLogsClientStillHoldsCountsUntilItLetsItGo() {
        submit(HALF);
        later(10);
        assertThat(commands.size()).isZero();
        assertThat(code(submit(HALF))).isEqualTo(ErrorCode.OVERLOADED);
        appends.get(0).fail("no broker");
        assertThat(submit(HALF).isComplete()).isFalse();
    }

    @Test
    void durableCommandIsAcceptedAndAppendedAgain() {
        Future<Outcome> outcome = submit(100);
        appends.get(0).complete();
        later(2);
        assertThat(accepted).isEqualTo(1);
        later(8);
        assertThat(appends).hasSize(2);
        assertThat(outcome.isComplete()).isFalse();
    }
}
