package io.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.testing.Answer;
import io.meridian.testing.ChatEvent;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.RunningRegion;
import io.meridian.testing.Wire;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningRegion.class)
class IdempotenceIT {
    private static final List<String> ANSWER_FIELDS =
            List.of("messageId", "seq", "prevSeq", "ordinal", "serverTimestamp");

    @Test
    void aRepeatedSendIsAnsweredTheSameAndMarkedWhereverItIsRepeated(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        String chat = ann.directWith(bob);
        RawConnection phone = ann.connect().hello("phone");
        phone.sendMessage(chat, "the-id", "hello");
        JsonNode first = phone.answerTo("the-id");
        ann.send(chat, "something in between");

        RawConnection tablet = ann.at(1).connect().hello("tablet");
        tablet.sendMessage(chat, "the-id", "hello");
        isTheSameAnswer(first, tablet.answerTo("the-id"));
        for (int node = 0; node < 2; node++) {
            Answer http = ann.at(node).send(chat, "the-id", "hello");
            assertThat(http.status()).as("a retry is 200").isEqualTo(200);
            isTheSameAnswer(first, http.body());
        }
        assertThat(messages(bob.history(chat))).containsExactly("hello", "something in between");
    }

    @Test
    void aSendOverHttpIsCreatedOnceAndItsIdempotencyKeyIsItsId(ClientWorld world) {
        Person ann = world.register("ann");
        String chat = ann.directWith(world.register("bob"));
        Answer first = ann.send(chat, "http-id", "hello");
        assertThat(first.status()).isEqualTo(201);
        assertThat(first.text("status")).isEqualTo("sent");
        JsonNode body = Wire.object()
                .put("conversationId", chat)
                .put("messageType", "text")
                .put("content", "hello");
        Answer again = world.api()
                .send(1, "POST", "/api/messages", ann.accessToken(), body, Map.of("Idempotency-Key", "http-id"))
                .join();
        assertThat(again.status()).isEqualTo(200);
        isTheSameAnswer(first.body(), again.body());
    }

    @Test
    void theSameIdWithAnotherPayloadIsAConflict(ClientWorld world) {
        Person ann = world.register("ann");
        String chat = ann.directWith(world.register("bob"));
        ann.send(chat, "the-id", "hello");
        Answer http = ann.at(1).send(chat, "the-id", "something else");
        assertThat(http.status()).isEqualTo(409);
        assertThat(http.text("code")).isEqualTo("conflict");
        RawConnection phone = ann.connect().hello("phone");
        phone.sendMessage(chat, "the-id", "something else");
        assertThat(phone.answerTo("the-id").path("code").asText()).isEqualTo("conflict");
        phone.sendMessage(chat, "the-id", "hello");
        assertThat(phone.await("message_sent").path("duplicate").asBoolean())
                .as("the first still stands")
                .isTrue();
        assertThat(messages(ann.history(chat))).containsExactly("hello");
    }

    @Test
    void theSameIdOfAnotherSenderOrInAnotherConversationIsAnotherMessage(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        String chat = ann.directWith(bob);
        String other = ann.group("other", bob);
        String one = ann.send(chat, "the-id", "hello").text("messageId");
        String two = bob.send(chat, "the-id", "hello").text("messageId");
        String three = ann.send(other, "the-id", "hello").text("messageId");
        assertThat(Stream.of(one, two, three).distinct()).hasSize(3);
        assertThat(messages(ann.history(chat))).containsExactly("hello", "hello");
    }

    @Test
    void theSameSendFromEverywhereAtOnceIsOneMessage(ClientWorld world) {
        Person ann = world.register("ann");
        String chat = ann.directWith(world.register("bob"));
        List<CompletableFuture<Answer>> sends = Stream.iterate(0, i -> i + 1)
                .limit(12)
                .map(i -> CompletableFuture.supplyAsync(() -> ann.at(i % 2).send(chat, "at-once", "hello")))
                .toList();
        List<Answer> answers = sends.stream().map(CompletableFuture::join).toList();
        assertThat(answers).allMatch(Answer::isSuccess);
        assertThat(answers.stream().map(answer -> answer.number("seq")).distinct())
                .hasSize(1);
        assertThat(answers.stream().filter(answer -> answer.status() == 201)).hasSize(1);
        assertThat(messages(ann.history(chat))).containsExactly("hello");
    }

    @Test
    void oneConnectionsSendsKeepTheirOrder(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob");
        String chat = ann.directWith(bob);
        RawConnection phone = ann.connect().hello("phone");
        List<String> sent =
                Stream.iterate(0, i -> i + 1).limit(200).map(i -> "n" + i).toList();
        sent.forEach(id -> phone.sendMessage(chat, id, id));
        phone.answerTo("n199");
        sent.forEach(phone::answerTo);
        assertThat(messages(bob.history(chat))).isEqualTo(sent);
    }

    private static void isTheSameAnswer(JsonNode first, JsonNode second) {
        for (String field : ANSWER_FIELDS) {
            assertThat(second.get(field)).as(field).isEqualTo(first.get(field));
        }
        assertThat(second.path("duplicate").asBoolean()).isTrue();
    }

    private static List<String> messages(List<ChatEvent> events) {
        return events.stream()
                .filter(ChatEvent::isMessage)
                .map(ChatEvent::content)
                .toList();
    }
}
