package io.meridian.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.auth.Principal;
import io.meridian.message.UserId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What time alone does to a session, with the contract's times. */
class SessionTickTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final GatewaySettings PATIENT = TestNode.patient(TestNode.CONTRACT.deadAfter());

    private final WriteQueue queue = new WriteQueue();
    private final RecordingTransport transport = new RecordingTransport(queue);

    private Session session(GatewaySettings settings, Instant expiry) {
        SessionServices services = new SessionServices(
                settings,
                "test-node/0",
                null,
                null,
                null,
                null,
                null,
                new Sessions(),
                new ReadFanout(null, null),
                null,
                () -> START,
                () -> "id",
                new Protection(TestNode.UNLIMITED, System::nanoTime));
        return new Session(
                services, transport, expiry == null ? null : new Principal(new UserId("ann"), expiry, START, null));
    }

    private static long at(long seconds) {
        return START.plusSeconds(seconds).toEpochMilli();
    }

    @Test
    void aTokenThatExpiresEndsTheSessionWith4401() {
        Session session = session(PATIENT, START.plusSeconds(30));
        session.tick(at(29));
        assertThat(session.closed()).isFalse();

        session.tick(at(30));

        assertThat(transport.closedWith).isEqualTo(CloseCode.UNAUTHENTICATED);
        assertThat(transport.reason).isEqualTo("the token has expired");
        assertThat(session.closed()).isTrue();
    }

    @Test
    void sixtySecondsWithoutAFrameEndTheSessionWith4408() {
        Session session = session(PATIENT, null);
        session.tick(at(59));
        assertThat(session.closed()).isFalse();

        session.tick(at(60));

        assertThat(transport.closedWith).isEqualTo(CloseCode.TOO_LATE);
    }

    @Test
    void fiveSecondsWithoutHelloEndTheSessionWith4408() {
        Session session = session(TestNode.CONTRACT, null);
        session.tick(at(5));

        assertThat(transport.closedWith).isEqualTo(CloseCode.TOO_LATE);
        assertThat(transport.reason).isEqualTo("no hello in time");
    }
}
