package io.meridian.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.testing.Observation.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a client gets what did not come live: sync for an inbox that is not whole, history for gaps and for what is older. Called
 * under the client's lock, answers take it.
 */
final class Catching {
    private static final int PAGE = 200;
    private static final long RETRY_MS = 500;

    private final ChatClient client;
    private final ClientWorld world;
    private final Session session;
    private final DeviceState state;
    private final Set<String> underWay = new HashSet<>();
    private final Set<String> refused = new HashSet<>();
    private final Map<String, Long> dueAtMs = new HashMap<>();
    private final Set<String> older = new HashSet<>();
    private boolean syncing;

    Catching(ChatClient client, ClientWorld world, Session session, DeviceState state) {
        this.client = client;
        this.world = world;
        this.session = session;
        this.state = state;
    }

    boolean isBusy() {
        return syncing || !underWay.isEmpty() || !older.isEmpty();
    }

    /** The connection ended; what is under way for it does nothing more. */
    void stop() {
        syncing = false;
        dueAtMs.clear();
    }

    /** Syncs from the first page to the last, for as long as the connection is this one. */
    void sync(long connection) {
        syncing = true;
        page(connection, state.beginSync(), null);
    }

    private void page(long connection, DeviceState.SyncRun run, String cursor) {
        ObjectNode body = Wire.object().put("deviceId", client.device().deviceId());
        ObjectNode positions = body.putObject("conversations");
        run.positions().forEach(positions::put);
        if (cursor != null) {
            body.put("cursor", cursor);
        }
        session.send(client.node(), "POST", "/api/sync", body, Map.of()).whenComplete((answer, failure) -> {
            synchronized (client) {
                if (!client.isOn(connection)) {
                    return;
                }
                if (failure == null && answer.isSuccess()) {
                    taken(connection, run, answer);
                } else {
                    // From the first page on: whatever was wrong with this one, it promised nothing.
                    later(() -> sync(connection), connection);
                }
            }
        });
    }

    private void taken(long connection, DeviceState.SyncRun run, Answer answer) {
        List<ChatEvent> items = Person.events(answer);
        items.forEach(event -> seen(Source.SYNC, event));
        Map<String, Long> heads = new HashMap<>();
        answer.body()
                .path("conversations")
                .forEach(head -> heads.put(
                        head.path("conversationId").asText(),
                        head.path("lastSeq").asLong()));
        run.page(items, heads);
        if (answer.body().hasNonNull("nextCursor")) {
            page(connection, run, answer.text("nextCursor"));
        } else {
            run.end();
            syncing = false;
            client.onSyncEnded();
        }
    }

    /** Asks history for what has been missing for longer than patience. */
    void closeGaps(long nowMs, long connection) {
        if (syncing) {
            return;
        }
        for (ConversationLog log : state.logs().values()) {
            String id = log.conversationId();
            if (log.isCaughtUp()) {
                dueAtMs.remove(id);
            } else if (!underWay.contains(id) && !refused.contains(id)) {
                long due = dueAtMs.computeIfAbsent(
                        id, key -> nowMs + world.timing().gapPatience().toMillis());
                if (due <= nowMs) {
                    closeGap(log, nowMs);
                }
            }
        }
    }

    private void closeGap(ConversationLog log, long nowMs) {
        long after = log.heldWithoutGap();
        ask(log, "?after=" + after + "&limit=" + PAGE, page -> {
            log.applyPage(after, page);
            // A page that helped is followed by the next at once, another is asked for again later.
            dueAtMs.put(log.conversationId(), log.heldWithoutGap() > after ? nowMs : nowMs + RETRY_MS);
        });
    }

    /** Fetches what is older than what the device holds, in every conversation, to the beginning. */
    void fetchOlder() {
        state.logs().values().forEach(this::fetchOlder);
    }

    private void fetchOlder(ConversationLog log) {
        if (log.olderThan().isEmpty()) {
            older.remove(log.conversationId());
            return;
        }
        older.add(log.conversationId());
        long before = log.olderThan().getAsLong();
        ask(log, "?before=" + before + "&limit=" + PAGE, page -> {
            if (page.isEmpty()) {
                log.beginningHeld();
            } else {
                List<ChatEvent> joined = new ArrayList<>(page);
                log.at(before).ifPresent(joined::add);
                log.applyPage(0, joined);
            }
            fetchOlder(log);
        });
    }

    private void ask(ConversationLog log, String query, java.util.function.Consumer<List<ChatEvent>> then) {
        String id = log.conversationId();
        underWay.add(id);
        session.send(client.node(), "GET", "/api/conversations/" + id + "/messages" + query, null, Map.of())
                .whenComplete((answer, failure) -> {
                    synchronized (client) {
                        underWay.remove(id);
                        if (failure == null && answer.isSuccess()) {
                            List<ChatEvent> page = Person.events(answer);
                            page.forEach(event -> seen(Source.HISTORY, event));
                            then.accept(page);
                        } else {
                            missed(log, answer, query.startsWith("?before"));
                        }
                    }
                });
    }

    private void missed(ConversationLog log, Answer answer, boolean wasOlder) {
        if (answer != null && (answer.status() == 403 || answer.status() == 404)) {
            refused.add(log.conversationId());
            older.remove(log.conversationId());
        } else if (wasOlder) {
            world.vertx().setTimer(RETRY_MS, id -> {
                synchronized (client) {
                    fetchOlder(log);
                }
            });
        } else {
            dueAtMs.remove(log.conversationId());
        }
    }

    private void later(Runnable action, long connection) {
        world.vertx().setTimer(RETRY_MS, id -> {
            synchronized (client) {
                if (client.isOn(connection)) {
                    action.run();
                }
            }
        });
    }

    private void seen(Source source, ChatEvent event) {
        History history = world.history();
        history.add(new Observation.Seen(history.now(), client.device(), source, null, event));
    }
}
