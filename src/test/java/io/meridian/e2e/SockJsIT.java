package io.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.testing.ChatClient;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Inspection;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.RunningRegion;
import io.meridian.testing.SockJsClients;
import io.meridian.testing.Wire;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The SockJS client of the registry, in Node, over each of its transports. */
@ExtendWith(RunningRegion.class)
class SockJsIT {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static SockJsClients clients;

    @BeforeAll
    static void start() {
        clients = new SockJsClients();
    }

    @AfterAll
    static void stop() {
        clients.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "xhr-streaming", "xhr-polling", "eventsource"})
    void aConversationLosesNothingDoublesNothingAndKeepsItsOrder(String transport, ClientWorld world) {
        Person ann = world.register("ann", 0);
        Person bob = world.register("bob", 1);
        String chat = ann.directWith(bob);
        ChatClient phone = clients.device(ann, "phone", transport).start();
        ChatClient laptop = clients.device(bob, "laptop", transport).start();
        ChatClient tablet = bob.device("tablet").start();
        Inspection.settled(BOUND, List.of(phone, laptop, tablet));

        for (int i = 0; i < 60; i++) {
            phone.send(chat, "from ann " + i + " \"quoted\" \\ äöü \uD83D\uDE00 \u2028");
            laptop.send(chat, "from bob " + i);
            if (i == 20) {
                laptop.connectTwice();
            }
            if (i == 40) {
                phone.switchNetwork();
            }
        }
        phone.send(chat, "x".repeat(60_000));

        new Inspection(world, List.of(ann, bob), List.of(phone, laptop, tablet), List.of(chat)).isClean(BOUND);
        assertThat(laptop.readyCount()).isGreaterThan(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "xhr-streaming", "xhr-polling", "eventsource"})
    void theContractsCloseCodesAndReasonsComeThrough(String transport, ClientWorld world) {
        Person ann = world.register("ann");
        RawConnection badToken = clients.connect(world, 0, transport);
        badToken.send(Wire.frame("hello").put("deviceId", "phone").put("token", "nonsense"));
        badToken.isClosedWith(4401);
        assertThat(badToken.all("error")).as("why, before the end").hasSize(1);
        assertThat(SockJsClients.reason(badToken)).isEqualTo("the token is not valid");

        RawConnection first = hello(clients.connect(world, 0, transport), ann);
        RawConnection second = hello(clients.connect(world, 1, transport), ann);
        first.isClosedWith(4409);
        assertThat(SockJsClients.reason(first)).isEqualTo("the same device connected elsewhere");

        second.sendText("[1, 2");
        second.isClosedWith(4400);

        RawConnection third = hello(clients.connect(world, 0, transport), ann);
        third.sendText(Wire.frame("ping").put("padding", "x".repeat(64 * 1024)).toString());
        third.isClosedWith(1009);
        assertThat(SockJsClients.reason(third)).contains("65536 bytes");

        clients.connect(world, 0, transport).isClosedWith(4408, Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "xhr-streaming", "xhr-polling", "eventsource"})
    void aTokenInTheAddressIsCheckedBeforeAnythingIsOpen(String transport, ClientWorld world) {
        Person ann = world.register("ann");
        assertThatThrownBy(() -> clients.connect(world, 0, transport, "nonsense"))
                .hasMessageContaining("closed with");

        RawConnection phone = clients.connect(world, 0, transport, ann.accessToken());
        phone.hello("phone");
        assertThat(phone.all("ready")).hasSize(1);
    }

    @Test
    void aFrameOf64KiBIsTakenOverEveryTransport(ClientWorld world) {
        Person ann = world.register("ann");
        for (String transport : List.of("websocket", "xhr-streaming", "xhr-polling", "eventsource")) {
            RawConnection phone = hello(clients.connect(world, 0, transport), ann);
            JsonNode empty = Wire.frame("ping").put("padding", "");
            // Quotes are what SockJS' own quoting makes longest.
            int room = 64 * 1024 - empty.toString().length();
            phone.send(Wire.frame("ping").put("padding", "\"".repeat(room / 2)));
            phone.await("pong");
            assertThat(phone.closeCode()).as(transport).isEmpty();
            phone.close();
        }
    }

    private static RawConnection hello(RawConnection connection, Person person) {
        connection.send(Wire.frame("hello").put("deviceId", "phone").put("token", person.accessToken()));
        connection.await("synced");
        return connection;
    }
}
