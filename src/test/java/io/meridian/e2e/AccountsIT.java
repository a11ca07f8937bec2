package io.meridian.e2e;

import static io.meridian.e2e.ErrorsIT.isProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.testing.Answer;
import io.meridian.testing.ChatClient;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Inspection;
import io.meridian.testing.Person;
import io.meridian.testing.RawConnection;
import io.meridian.testing.RunningRegion;
import io.meridian.testing.Wire;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningRegion.class)
class AccountsIT {
    @Test
    void registeringGivesTokensThatWorkOnEveryNode(ClientWorld world) {
        JsonNode body = Wire.object()
                .put("username", world.name("ann"))
                .put("password", "correct horse")
                .put("displayName", "Ann");
        Answer made = world.api().call(0, "POST", "/api/auth/register", null, body);
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.number("expiresInSeconds")).isEqualTo(900);
        Answer profile =
                world.api().call(1, "GET", "/api/users/" + made.text("userId"), made.text("accessToken"), null);
        assertThat(profile.text("displayName")).isEqualTo("Ann");
        assertThat(world.api().call(1, "POST", "/api/auth/login", null, body).status())
                .isEqualTo(200);
    }

    @Test
    void ofManyThatClaimANameAtOnceOneGetsIt(ClientWorld world) {
        JsonNode body = Wire.object().put("username", world.name("wanted")).put("password", "correct horse");
        List<Integer> statuses = Stream.iterate(0, i -> i + 1)
                .limit(6)
                .map(i -> CompletableFuture.supplyAsync(
                        () -> world.api().call(i % 2, "POST", "/api/auth/register", null, body)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .map(Answer::status)
                .sorted()
                .toList();
        assertThat(statuses).containsExactly(201, 409, 409, 409, 409, 409);
    }

    @Test
    void aRefreshTokenIsGoodForOneUse(ClientWorld world) {
        Person ann = world.register("ann");
        Answer first = refresh(world, 0, ann.refreshToken());
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.text("refreshToken")).isNotEqualTo(ann.refreshToken());
        assertThat(world.api()
                        .call(0, "GET", "/api/conversations", first.text("accessToken"), null)
                        .status())
                .isEqualTo(200);
        Answer second = refresh(world, 1, first.text("refreshToken"));
        assertThat(second.status()).isEqualTo(200);
    }

    @Test
    void reuseOfAnOldRefreshTokenRevokesItsFamilyAndNoOther(ClientWorld world) {
        Person ann = world.register("ann");
        Person elsewhere = ann.signIn();
        Answer first = refresh(world, 0, ann.refreshToken());
        isProblem(refresh(world, 1, ann.refreshToken()), 401, "unauthenticated");
        isProblem(refresh(world, 0, first.text("refreshToken")), 401, "unauthenticated");
        assertThat(refresh(world, 0, elsewhere.refreshToken()).status()).isEqualTo(200);
    }

    @Test
    void aRefreshTokenUsedTwiceAtOnceIsTakenAtMostOnce(ClientWorld world) {
        Person ann = world.register("ann");
        List<Answer> answers = Stream.of(0, 1, 0, 1)
                .map(node -> CompletableFuture.supplyAsync(() -> refresh(world, node, ann.refreshToken())))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(answers.stream().filter(Answer::isSuccess).count()).isLessThanOrEqualTo(1);
    }

    @Test
    void afterLogoutTheRefreshTokenIsGone(ClientWorld world) {
        Person ann = world.register("ann");
        Answer out = ann.post("/api/auth/logout", Wire.object().put("refreshToken", ann.refreshToken()));
        assertThat(out.isSuccess()).as(out.toString()).isTrue();
        isProblem(refresh(world, 1, ann.refreshToken()), 401, "unauthenticated");
    }

    @Test
    void aRemovedDeviceIsDisconnectedAndHasToBeginAnew(ClientWorld world) {
        Person ann = world.register("ann");
        Person bob = world.register("bob", 1);
        String chat = ann.directWith(bob);
        ChatClient other = bob.signIn().device("other").start();
        Inspection.settled(Duration.ofSeconds(20), List.of(other));
        bob.call("PUT", "/api/devices/lost", Wire.object().put("platform", "android"));
        RawConnection lost = bob.signIn().connect().hello("lost");
        ann.send(chat, "one");
        lost.await("message_created");

        assertThat(bob.at(0).call("DELETE", "/api/devices/lost", null).isSuccess())
                .isTrue();
        lost.isClosedWith(4401);
        assertThat(bob.get("/api/devices").body().path("items").findValuesAsText("deviceId"))
                .doesNotContain("lost");
        ann.send(chat, "two");
        await().atMost(Duration.ofSeconds(10)).until(() -> other.events(chat).size() == 3);

        // tokens tell whole seconds: one made in that of the removal may be older
        long removed = Instant.now().getEpochSecond();
        await().atMost(Duration.ofSeconds(10)).until(() -> Instant.now().getEpochSecond() > removed);
        RawConnection again = bob.signIn().connect().hello("lost");
        assertThat(again.await("ready").path("inboxComplete").asBoolean(true)).isFalse();
        assertThat(again.all("message_created")).as("its inbox was dropped").isEmpty();
    }

    @Test
    void aDeviceIsListedWithWhatItSaidOfItself(ClientWorld world) {
        Person ann = world.register("ann");
        JsonNode body = Wire.object().put("platform", "ios").put("pushToken", "push-1");
        assertThat(ann.call("PUT", "/api/devices/phone", body).isSuccess()).isTrue();
        assertThat(ann.at(1).call("PUT", "/api/devices/phone", body).isSuccess())
                .isTrue();
        JsonNode items = ann.get("/api/devices").body().path("items");
        assertThat(items).hasSize(1);
        assertThat(items.get(0).path("deviceId").asText()).isEqualTo("phone");
        assertThat(items.get(0).path("platform").asText()).isEqualTo("ios");
    }

    private static Answer refresh(ClientWorld world, int node, String token) {
        return world.api()
                .call(node, "POST", "/api/auth/refresh", null, Wire.object().put("refreshToken", token));
    }
}
