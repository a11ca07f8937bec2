package io.meridian.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Makes the users and conversations of a run, the public way; finds them again if an earlier run has made them. */
final class Population {
    /** Keeps every core of the server hashing without filling its queue of hashes. */
    private static final int REGISTERING = 8;

    private static final int CREATING = 16;
    private static final int TAKEN = 409;
    /** A line of progress for so many. */
    private static final int LINE = 50;

    private final Api api;
    private final Settings settings;
    private final Consumer<String> progress;
    private final AtomicLong patience = new AtomicLong();

    Population(Api api, Settings settings, Consumer<String> progress) {
        this.api = api;
        this.settings = settings;
        this.progress = progress;
    }

    /** How often the server asked to be asked again later. */
    long patience() {
        return patience.get();
    }

    /** Users by number, spread over the nodes; those of one room are at different nodes where there are several. */
    Future<List<Account>> accounts() {
        int count = settings.accounts();
        AtomicLong done = new AtomicLong();
        List<Integer> numbers = IntStream.range(0, count).boxed().toList();
        return Together.each(
                REGISTERING,
                numbers,
                number -> account(number).onSuccess(account -> {
                    if (done.incrementAndGet() % LINE == 0 || done.get() == count) {
                        progress.accept(done.get() + " of " + count + " users are there");
                    }
                }));
    }

    private Future<Account> account(int number) {
        String name = "bench-" + settings.seed() + "-" + number;
        String body = Api.MAPPER
                .createObjectNode()
                .put("username", name)
                .put("password", "correct horse " + name)
                .toString();
        URI node = settings.urls().get(number % settings.urls().size());
        return post(node, "/api/auth/register", Map.of(), body)
                .compose(answer -> answer.status() == TAKEN
                        ? post(node, "/api/auth/login", Map.of(), body)
                        : Future.succeededFuture(answer))
                .map(answer -> answer.succeeded("the registration of " + name))
                .map(answer -> new Account(answer.text("userId"), answer.text("accessToken"), node));
    }

    /** The conversation of each room; its members are the accounts in order, a room's worth each. */
    Future<List<String>> conversations(List<Account> accounts) {
        int size = settings.membersOfARoom();
        List<Integer> rooms = IntStream.range(0, accounts.size() / size).boxed().toList();
        progress.accept("making " + rooms.size() + " conversations of " + size);
        return Together.each(
                CREATING, rooms, room -> conversation(room, accounts.subList(room * size, (room + 1) * size)));
    }

    private Future<String> conversation(int room, List<Account> members) {
        String key = "bench-" + settings.seed() + "-" + members.size() + "-" + room;
        return conversation(key, settings.scenario() == Scenario.GROUP, members);
    }

    private Future<String> conversation(String key, boolean group, List<Account> members) {
        ObjectNode body = Api.MAPPER.createObjectNode();
        if (group) {
            body.put("type", "group").put("title", key);
        } else {
            body.put("type", "direct");
        }
        body.put("clientMessageId", key);
        ArrayNode others = body.putArray("memberIds");
        members.subList(1, members.size()).forEach(member -> others.add(member.userId()));
        Account creator = members.get(0);
        return post(creator.node(), "/api/conversations", creator.authorization(), body.toString())
                .map(answer -> answer.succeeded("a conversation").text("conversationId"));
    }

    /** A group of these; its key makes it the same group when it is asked for again. */
    Future<String> group(String key, List<Account> members) {
        return conversation(key, true, members);
    }

    /** Makes a device's inbox whole; what history holds is of no interest here. */
    Future<Void> sync(Account account, String deviceId) {
        return syncPage(account, deviceId, null);
    }

    private Future<Void> syncPage(Account account, String deviceId, String cursor) {
        ObjectNode body = Api.MAPPER.createObjectNode().put("deviceId", deviceId);
        body.putObject("conversations");
        if (cursor != null) {
            body.put("cursor", cursor);
        }
        return post(account.node(), "/api/sync", account.authorization(), body.toString())
                .compose(answer -> {
                    String next =
                            answer.succeeded("a sync").body().path("nextCursor").textValue();
                    return next == null ? Future.succeededFuture() : syncPage(account, deviceId, next);
                });
    }

    /** A message over HTTP, answered with its position: {@code seq} and {@code prevSeq}; null if it was only accepted. */
    Future<long[]> message(Account sender, String conversation, String clientMessageId, String content) {
        String body = Frames.post(conversation, clientMessageId, content);
        return post(sender.node(), "/api/messages", sender.authorization(), body)
                .map(answer -> {
                    answer.succeeded("a message");
                    return answer.body().hasNonNull("seq")
                            ? new long[] {
                                answer.body().path("seq").asLong(),
                                answer.body().path("prevSeq").asLong()
                            }
                            : null;
                });
    }

    private Future<Api.Answer> post(URI node, String path, Map<String, String> headers, String body) {
        return api.post(node, path, headers, body).onSuccess(answer -> patience.addAndGet(answer.tries() - 1));
    }
}
