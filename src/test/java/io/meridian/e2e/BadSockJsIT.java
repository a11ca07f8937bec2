package io.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.testing.ChatClient;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Cluster;
import io.meridian.testing.Fuzz;
import io.meridian.testing.Inspection;
import io.meridian.testing.NodeWatch;
import io.meridian.testing.Person;
import io.meridian.testing.RunningRegion;
import io.meridian.testing.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** SockJS bodies that no client should send, by polling: each has its status or close code, and others notice nothing. */
@ExtendWith(RunningRegion.class)
class BadSockJsIT {
    private static final int MANY = 1_000;
    private static final int MOST_POLLS = 50;
    private static final Duration BOUND = Duration.ofSeconds(40);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void aThousandMutatedBodiesAreEachAnsweredOrClosed(ClientWorld world, Cluster cluster) {
        Person ann = world.register("ann");
        Person bob = world.register("bob", 1);
        Person eve = world.register("eve");
        String chat = ann.directWith(bob);
        String evesOwn = eve.directWith(bob);
        ChatClient phone = ann.device("phone").start();
        ChatClient laptop = bob.device("laptop").start();
        Inspection.settled(BOUND, List.of(phone, laptop));
        NodeWatch watch = new NodeWatch(cluster);
        Fuzz fuzz = new Fuzz(world.random("sockjs"));
        ObjectNode good = Wire.frame("message_send")
                .put("requestId", "r1")
                .put("conversationId", evesOwn)
                .put("clientMessageId", "m1")
                .put("messageType", "text")
                .put("content", "h\u00e9llo");
        int closed = 0;
        Polling session = open(cluster, eve, 0);
        for (int i = 0; i < MANY; i++) {
            byte[] bad = body(fuzz, good, i);
            String what = "after " + new String(bad, 0, Math.min(bad.length, 200), StandardCharsets.UTF_8);
            HttpResponse<String> taken = session.post("/xhr_send", bad);
            assertThat(taken.statusCode()).as(what).isIn(204, 400, 404, 413);
            NodeWatch.tellsNothing(taken.body());
            if (!session.lives("mark-" + i)) {
                assertThat(session.closeCode()).as(what).isIn(4400, 1009);
                closed++;
                session = open(cluster, eve, i + 1);
            }
            if (i % 50 == 0) {
                phone.send(chat, "between " + i);
            }
        }
        assertThat(closed).as("not all are closed, not all are answered").isBetween(50, MANY - 50);
        assertThat(session.post("/xhr_send", array("{\"eventType\":\"ping\"}")).statusCode())
                .isEqualTo(204);
        new Inspection(world, List.of(ann, bob), List.of(phone, laptop), List.of(chat)).isClean(BOUND);
        watch.isUnharmed(eve.accessToken(), ann.accessToken());
    }

    /** Of three kinds: a bad frame well quoted, a bad array, and what was never quoted. */
    private static byte[] body(Fuzz fuzz, ObjectNode good, int number) {
        byte[] frame = fuzz.mutated(good);
        return switch (number % 3) {
            case 0 -> array(new String(frame, StandardCharsets.UTF_8));
            case 1 -> fuzz.mutated(Wire.object().put("0", new String(frame, StandardCharsets.UTF_8)));
            default -> frame;
        };
    }

    private static byte[] array(String message) {
        ArrayNode array = Wire.object().putArray("all");
        array.add(message);
        return array.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void pathsThatNobodyHasAreNotFound(ClientWorld world, Cluster cluster) {
        Person eve = world.register("eve");
        NodeWatch watch = new NodeWatch(cluster);
        for (String path : List.of(
                "/sockjs/a.b/c/xhr",
                "/sockjs/a/c.d/xhr",
                "/sockjs/a/%20/xhr",
                "/sockjs/a/" + "x".repeat(200) + "/xhr",
                "/sockjs/a/nobodys/xhr_send",
                "/sockjs/a/b/jsonp",
                "/sockjs/a/b/htmlfile",
                "/sockjs/iframe.html",
                "/sockjs/a/b/c/xhr")) {
            HttpResponse<String> answer = post(URI.create(cluster.urls().get(0) + path), eve, new byte[0]);
            assertThat(answer.statusCode()).as(path).isIn(404, 405);
            NodeWatch.tellsNothing(answer.body());
        }
        watch.isUnharmed(eve.accessToken());
    }

    private Polling open(Cluster cluster, Person person, int number) {
        URI base = URI.create(cluster.urls().get(number % 2) + "/sockjs/000/" + person.id() + "-" + number);
        Polling session = new Polling(base, person);
        assertThat(session.poll()).isEqualTo("o");
        session.post(
                "/xhr_send", array(Wire.frame("hello").put("deviceId", "fuzzed").toString()));
        assertThat(session.awaits("synced")).as(session.last).isTrue();
        return session;
    }

    private final class Polling {
        private final URI base;
        private final Person person;
        private String last = "";

        Polling(URI base, Person person) {
            this.base = base;
            this.person = person;
        }

        HttpResponse<String> post(String path, byte[] body) {
            return BadSockJsIT.this.post(URI.create(base + path), person, body);
        }

        String poll() {
            last = post("/xhr", new byte[0]).body().strip();
            return last;
        }

        /** Polls until it comes; false: the session was closed. */
        boolean awaits(String text) {
            // A poll is answered after 25 s at the latest; what is owed comes in a few.
            for (int polls = 0; !last.startsWith("c") && !last.contains(text); polls++) {
                assertThat(polls)
                        .as("polls for " + text + ", the last: " + last)
                        .isLessThan(MOST_POLLS);
                poll();
            }
            return !last.startsWith("c");
        }

        /** Behind what was sent, in order, one that is always answered: what came before was decided by then. */
        boolean lives(String mark) {
            post(
                    "/xhr_send",
                    array(Wire.frame("no-such-type").put("requestId", mark).toString()));
            return awaits(mark);
        }

        int closeCode() {
            JsonNode close = Wire.parse(last.substring(1));
            return close.path(0).asInt();
        }
    }

    private HttpResponse<String> post(URI uri, Person person, byte[] body) {
        try {
            return http.send(
                    HttpRequest.newBuilder(uri)
                            .timeout(BOUND)
                            .header("Authorization", "Bearer " + person.accessToken())
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
