package io.meridian.testing;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.awaitility.core.ConditionTimeoutException;

/** A user of the HTTP API at one node; each call waits for its answer. Commands take their idempotency key from the caller or make one. */
public final class Person {
    private static final int PAGE = 200;
    /** Longer than any engine needs to come back on a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    private final ClientWorld world;
    private final Session session;
    private final int node;

    Person(ClientWorld world, Session session, int node) {
        this.world = world;
        this.session = session;
        this.node = node;
    }

    /** The same user, speaking to another node. */
    public Person at(int otherNode) {
        return new Person(world, session, otherNode);
    }

    /** The same user in another world of clients, which records its own history. */
    public Person in(ClientWorld other) {
        return new Person(other, session, node);
    }

    /** The same user signed in once more, with tokens of its own. */
    public Person signIn() {
        return new Person(world, session.another(node), node);
    }

    public String id() {
        return session.account().userId();
    }

    public String username() {
        return session.account().username();
    }

    public String password() {
        return session.account().password();
    }

    public String accessToken() {
        return session.accessToken();
    }

    public String refreshToken() {
        return session.refreshToken();
    }

    /** A device of this user, not connected yet; it shares this user's tokens. */
    public ChatClient device(String deviceId) {
        return device(deviceId, Socket::dial);
    }

    /** The same, connected otherwise. */
    ChatClient device(String deviceId, Line.Dialler dialler) {
        return new ChatClient(world, session, deviceId, node, dialler);
    }

    /** A connection by hand, upgraded with this user's token. */
    public RawConnection connect() {
        return RawConnection.open(world, node, accessToken());
    }

    public Answer get(String path) {
        return call("GET", path, null);
    }

    public Answer post(String path, JsonNode body) {
        return call("POST", path, body);
    }

    /** Any call with this user's token; throws {@link CompletionException} when no answer came. */
    public Answer call(String method, String path, JsonNode body) {
        return session.send(node, method, path, body, Map.of()).join();
    }

    private Answer command(String method, String path, JsonNode body, String key) {
        return session.send(node, method, path, body, Map.of("Idempotency-Key", key))
                .join();
    }

    /**
     * Repeats a call until there is an answer that is neither "try again" nor "accepted": at this node first, and at the next each
     * time that none came.
     */
    public Answer insist(Function<Person, Answer> call) {
        AtomicReference<Answer> last = new AtomicReference<>();
        AtomicReference<Person> caller = new AtomicReference<>(this);
        try {
            await().atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        try {
                            last.set(call.apply(caller.get()));
                            return !last.get().isRetryable() && last.get().status() != 202;
                        } catch (CompletionException noAnswer) {
                            caller.set(at(caller.get().node + 1));
                            return false;
                        }
                    });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("no final answer within " + PATIENCE + "; the last was " + last, e);
        }
        return last.get();
    }

    public Answer createDirect(Person peer, String key) {
        ObjectNode body = Wire.object().put("type", "direct");
        body.putArray("memberIds").add(peer.id());
        return command("POST", "/api/conversations", body, key);
    }

    /** The conversation with the peer, made when it is not there. */
    public String directWith(Person peer) {
        return succeeded(createDirect(peer, world.name("direct"))).text("conversationId");
    }

    public Answer create(String type, String title, String key, List<Person> members) {
        ObjectNode body = Wire.object().put("type", type).put("title", title);
        ArrayNode ids = body.putArray("memberIds");
        members.forEach(member -> ids.add(member.id()));
        return command("POST", "/api/conversations", body, key);
    }

    public String group(String title, Person... members) {
        return succeeded(create("group", title, world.name("group"), List.of(members)))
                .text("conversationId");
    }

    public String channel(String title, Person... members) {
        return succeeded(create("channel", title, world.name("channel"), List.of(members)))
                .text("conversationId");
    }

    public Answer addMember(String conversation, Person member, String key) {
        ObjectNode body = Wire.object();
        body.putArray("memberIds").add(member.id());
        return command("POST", path(conversation) + "/members", body, key);
    }

    public Answer addMember(String conversation, Person member) {
        return addMember(conversation, member, world.name("add"));
    }

    public Answer removeMember(String conversation, Person member, String key) {
        return command("DELETE", path(conversation) + "/members/" + member.id(), null, key);
    }

    public Answer removeMember(String conversation, Person member) {
        return removeMember(conversation, member, world.name("remove"));
    }

    public Answer changeRole(String conversation, Person member, String role, String key) {
        return command(
                "PATCH",
                path(conversation) + "/members/" + member.id(),
                Wire.object().put("role", role),
                key);
    }

    public Answer changeRole(String conversation, Person member, String role) {
        return changeRole(conversation, member, role, world.name("role"));
    }

    public Answer changeTitle(String conversation, String title, String key) {
        return command("PATCH", path(conversation), Wire.object().put("title", title), key);
    }

    public Answer changeTitle(String conversation, String title) {
        return changeTitle(conversation, title, world.name("title"));
    }

    /** {@code POST /api/messages} with the id in the body. */
    public Answer send(String conversation, String clientMessageId, String content) {
        ObjectNode body = (ObjectNode) RawConnection.message(conversation, clientMessageId, content);
        body.remove(List.of("eventType", "requestId"));
        History history = world.history();
        Observation.Device device = new Observation.Device(id(), "http");
        Observation.SendKey key = new Observation.SendKey(conversation, id(), clientMessageId);
        history.add(new Observation.Sent(history.now(), device, key, content, 1));
        Answer answer = post("/api/messages", body);
        history.add(outcome(history.now(), device, key, answer));
        return answer;
    }

    private static Observation outcome(long atNs, Observation.Device device, Observation.SendKey key, Answer answer) {
        if (answer.status() == 202) {
            return new Observation.Accepted(atNs, device, key);
        }
        if (!answer.isSuccess()) {
            return new Observation.Refused(atNs, device, key, answer.text("code"), answer.isRetryable());
        }
        return new Observation.Acknowledged(
                atNs,
                device,
                key,
                answer.text("messageId"),
                answer.number("seq"),
                answer.number("prevSeq"),
                answer.number("ordinal"),
                answer.body().path("duplicate").asBoolean());
    }

    public Answer send(String conversation, String content) {
        return send(conversation, world.name("m"), content);
    }

    public Answer read(String conversation, long seq) {
        Answer answer = post(path(conversation) + "/read", Wire.object().put("seq", seq));
        if (answer.isSuccess()) {
            History history = world.history();
            history.add(
                    new Observation.ReadUpTo(history.now(), new Observation.Device(id(), "http"), conversation, seq));
        }
        return answer;
    }

    public Answer conversation(String conversation) {
        return get(path(conversation));
    }

    public Answer messages(String conversation, String query) {
        return get(path(conversation) + "/messages" + query);
    }

    /** All of the conversation that this user sees, page after page, oldest first. */
    public List<ChatEvent> history(String conversation) {
        return history(conversation, PAGE);
    }

    /** The same in pages of a size. */
    public List<ChatEvent> history(String conversation, int limit) {
        List<ChatEvent> events = new ArrayList<>();
        long after = 0;
        while (true) {
            String query = "?after=" + after + "&limit=" + limit;
            List<ChatEvent> page = events(succeeded(insist(person -> person.messages(conversation, query))));
            if (page.isEmpty()) {
                return events;
            }
            events.addAll(page);
            after = page.get(page.size() - 1).seq();
        }
    }

    /** Whether history is open to this user at all. */
    public boolean mayRead(String conversation) {
        return insist(person -> person.messages(conversation, "?limit=1")).isSuccess();
    }

    /** All of it from the newest back, put in order. */
    public List<ChatEvent> historyBackwards(String conversation, int limit) {
        List<ChatEvent> events = new ArrayList<>();
        long before = (1L << 53) - 1;
        while (true) {
            String query = "?before=" + before + "&limit=" + limit;
            List<ChatEvent> page = events(succeeded(insist(person -> person.messages(conversation, query))));
            if (page.isEmpty()) {
                return events;
            }
            events.addAll(0, page);
            before = page.get(0).seq();
        }
    }

    /** The events of a page. */
    public static List<ChatEvent> events(Answer page) {
        List<ChatEvent> events = new ArrayList<>();
        page.body().path("items").forEach(item -> events.add(ChatEvent.of(item)));
        return events;
    }

    /** Every conversation of the list, by id, over all its pages. */
    public Map<String, JsonNode> conversations() {
        Map<String, JsonNode> all = new java.util.TreeMap<>();
        String cursor = "";
        do {
            String query = "?limit=" + PAGE + (cursor.isEmpty() ? "" : "&cursor=" + cursor);
            Answer page = succeeded(insist(person -> person.get("/api/conversations" + query)));
            page.body()
                    .path("items")
                    .forEach(item -> all.put(item.path("conversationId").asText(), item));
            cursor = page.body().path("nextCursor").asText("");
            cursor = "null".equals(cursor)
                    ? ""
                    : java.net.URLEncoder.encode(cursor, java.nio.charset.StandardCharsets.UTF_8);
        } while (!cursor.isEmpty());
        return all;
    }

    /** What the list says of one conversation. */
    public AtRest.Listing listing(String conversation) {
        JsonNode item = conversations().get(conversation);
        if (item == null) {
            throw new AssertionError(conversation + " is not in the list of " + username());
        }
        return new AtRest.Listing(
                item.path("lastSeq").asLong(),
                item.path("lastOrdinal").asLong(),
                item.path("readSeq").asLong(),
                item.path("unreadCount").asLong());
    }

    private static String path(String conversation) {
        return "/api/conversations/" + conversation;
    }

    private static Answer succeeded(Answer answer) {
        if (!answer.isSuccess()) {
            throw new AssertionError("answered " + answer);
        }
        return answer;
    }

    @Override
    public String toString() {
        return username() + " (" + id() + ")";
    }
}
