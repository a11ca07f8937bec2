package io.meridian.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A server in a few lines, for properties of the client: what a contract-keeping server may do to one device, and no more.
 * It orders events, keeps the device's inbox, loses it and fills it again from further back, and pages sync and history.
 */
final class ModelServer {
    static final String ME = "me";
    private static final int UNNAMED_EVENTS = 5;
    private static final int PAGE = 3;

    private final Random random;
    private final Map<String, List<ChatEvent>> visible = new TreeMap<>();
    private final Map<String, ChatEvent> last = new TreeMap<>();
    private final Map<String, Boolean> member = new TreeMap<>();
    /** Everything that was ever put into the inbox, in order; a later loss puts earlier events in again. */
    private final List<ChatEvent> inbox = new ArrayList<>();

    private final List<ChatEvent> appended = new ArrayList<>();
    private int acknowledged;
    private boolean complete = true;

    /** One answer to a sync. */
    record SyncPage(List<ChatEvent> items, Map<String, Long> heads, String nextCursor) {}

    ModelServer(long seed) {
        random = new Random(seed);
    }

    /** Something happens in the conversation: the user is added or removed, or somebody writes. */
    ChatEvent happen(String conversation, boolean membership) {
        ChatEvent before = last.get(conversation);
        boolean isMember = member.getOrDefault(conversation, false);
        ChatEvent event;
        if (before == null) {
            event = event(
                    conversation,
                    "conversation_created",
                    null,
                    random.nextBoolean() ? List.of(ME, "you") : List.of("you"));
        } else if (membership) {
            event = event(conversation, isMember ? "member_removed" : "member_added", ME, List.of());
        } else {
            event = event(conversation, "message_created", null, List.of());
        }
        last.put(conversation, event);
        boolean sees = isMember || event.joins(ME);
        member.put(conversation, event.joins(ME) || isMember && !event.leaves(ME));
        if (sees) {
            visible.computeIfAbsent(conversation, id -> new ArrayList<>()).add(event);
            inbox.add(event);
            appended.add(event);
        }
        return event;
    }

    /** A message of this device: it is told by {@code message_sent}, its inbox gets nothing. Null: it is no member. */
    ChatEvent sendFromDevice(String conversation) {
        if (!member.getOrDefault(conversation, false)) {
            return null;
        }
        ChatEvent event = event(conversation, "message_created", null, List.of());
        last.put(conversation, event);
        visible.get(conversation).add(event);
        return event;
    }

    private ChatEvent event(String conversation, String type, String subject, List<String> members) {
        ChatEvent before = last.get(conversation);
        long prev = before == null ? 0 : before.seq();
        long ordinal = (before == null ? 0 : before.ordinal()) + (type.equals("message_created") ? 1 : 0);
        long seq = prev + 1 + (random.nextInt(4) == 0 ? random.nextInt(1_000) : 0);
        String id = conversation + "-" + seq;
        return new ChatEvent(type, conversation, seq, prev, ordinal, id, id, "you", subject, members, "text " + id);
    }

    /** The inbox was lost. Delivery goes back some way and appends again what is newer; the device is told to sync. */
    void loseInbox() {
        complete = false;
        acknowledged = 0;
        inbox.clear();
        int from = appended.isEmpty() ? 0 : random.nextInt(appended.size() + 1);
        inbox.addAll(appended.subList(from, appended.size()));
    }

    /** Delivery crashed before its commit: it appends its last few again. */
    void appendAgain() {
        int count = Math.min(appended.size(), random.nextInt(4));
        inbox.addAll(appended.subList(appended.size() - count, appended.size()));
    }

    /** Entries not acknowledged yet, first to last. */
    List<ChatEvent> backlog() {
        return inbox.subList(acknowledged, inbox.size());
    }

    /** @param count of the entries of {@link #backlog} that the device holds */
    void acknowledge(int count) {
        acknowledged = Math.min(inbox.size(), acknowledged + count);
    }

    boolean isComplete() {
        return complete;
    }

    SyncPage sync(Map<String, Long> positions, String cursor) {
        List<ChatEvent> missing = new ArrayList<>();
        visible.forEach((id, events) -> missing.addAll(missing(events, positions.get(id), id, cursor)));
        List<ChatEvent> page = List.copyOf(missing.subList(0, Math.min(PAGE, missing.size())));
        Map<String, Long> heads = new TreeMap<>();
        last.forEach((id, event) -> {
            if (visible.containsKey(id)) {
                heads.put(id, event.seq());
            }
        });
        // The request behind the last page with events shows that it has arrived.
        boolean end = missing.isEmpty();
        complete |= end;
        ChatEvent newest = page.isEmpty() ? null : page.get(page.size() - 1);
        return new SyncPage(page, heads, end ? null : newest.conversationId() + " " + newest.seq());
    }

    /** A cursor names the last item sent: earlier conversations are done, the named one goes on behind it. */
    private static List<ChatEvent> missing(List<ChatEvent> events, Long position, String id, String cursor) {
        String[] at = cursor == null ? new String[] {"", "0"} : cursor.split(" ");
        if (id.compareTo(at[0]) < 0) {
            return List.of();
        }
        if (id.equals(at[0])) {
            return events.stream()
                    .filter(event -> event.seq() > Long.parseLong(at[1]))
                    .toList();
        }
        return position == null
                ? events.subList(Math.max(0, events.size() - UNNAMED_EVENTS), events.size())
                : events.stream().filter(event -> event.seq() > position).toList();
    }

    List<ChatEvent> historyAfter(String conversation, long seq) {
        return history(conversation).stream()
                .filter(event -> event.seq() > seq)
                .limit(PAGE)
                .toList();
    }

    List<ChatEvent> historyBefore(String conversation, long seq) {
        List<ChatEvent> older = history(conversation).stream()
                .filter(event -> event.seq() < seq)
                .toList();
        return older.subList(Math.max(0, older.size() - PAGE), older.size());
    }

    List<ChatEvent> history(String conversation) {
        return List.copyOf(visible.getOrDefault(conversation, List.of()));
    }

    List<String> conversations() {
        return Arrays.asList(visible.keySet().toArray(String[]::new));
    }
}
