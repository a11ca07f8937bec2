package io.meridian.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What one device holds of one conversation: the merge of backlog, live events, sync and history, in whatever order and
 * however often they come. Pure; not thread-safe.
 *
 * <p>Events are kept by {@code seq}; one that is held already is dropped. A chain without a gap starts where the user joined
 * (or at the {@linkplain #startAt floor} where a sync began) and goes on from each event to the one that names it as
 * {@code prevSeq}. It starts again at a later joining, after the removal that ended the one before. No {@code prevSeq} says
 * whether a whole membership lies unseen between that removal and that joining, so the device asks for history once: a
 * page of the server, where the two are neighbours, settles it.
 */
public final class ConversationLog {
    private static final long NO_FLOOR = -1;

    private final String conversationId;
    private final String userId;
    private final NavigableMap<Long, ChatEvent> events = new TreeMap<>();
    /** A joining's seq and that of the event before it, as a page of the server had them. */
    private final Map<Long, Long> rejoined = new HashMap<>();

    private final List<String> contradictions = new ArrayList<>();
    private long floor = NO_FLOOR;
    private boolean beginningHeld;
    private long announced;
    /** Everything up to here is known to be connected: the walk need not begin at the beginning for every event. */
    private long checked;

    public ConversationLog(String conversationId, String userId) {
        this.conversationId = conversationId;
        this.userId = userId;
    }

    /**
     * Takes an event from wherever it came.
     *
     * @return whether it is new to this device; false: dropped as a duplicate
     */
    public boolean apply(ChatEvent event) {
        if (!event.conversationId().equals(conversationId)) {
            throw new IllegalArgumentException("an event of " + event.conversationId() + " for " + conversationId);
        }
        announced = Math.max(announced, event.seq());
        ChatEvent held = events.putIfAbsent(event.seq(), event);
        if (held != null) {
            if (!held.equals(event)) {
                contradictions.add("held " + held + ", came " + event);
            }
            return false;
        }
        if (event.seq() < checked) {
            checked = 0;
        }
        return true;
    }

    /**
     * Takes neighbours from a page of history or sync: the server has nothing between them for this user.
     *
     * @param before the seq that they come after, 0 when it is not known
     */
    public void applyPage(long before, List<ChatEvent> page) {
        long previous = before;
        for (ChatEvent event : page) {
            apply(event);
            if (previous > 0 && event.joins(userId)) {
                rejoined.put(event.seq(), previous);
            }
            previous = event.seq();
        }
    }

    /** The conversation is known to have reached this position: by {@code conversation_behind}, a list or a sync. */
    public void announce(long lastSeq) {
        announced = Math.max(announced, lastSeq);
    }

    /** What lies below this event stays on the server until it is asked for: a sync began here. Never moves up. */
    public void startAt(long seq) {
        if (floor == NO_FLOOR || seq < floor) {
            floor = seq;
            checked = 0;
        }
    }

    /** The highest {@code seq} held without a gap below, 0 when there is none: what a sync and history {@code after} take. */
    public long heldWithoutGap() {
        ChatEvent before = checked == 0 ? null : events.get(checked);
        NavigableMap<Long, ChatEvent> rest = checked == 0
                ? (floor == NO_FLOOR ? events : events.tailMap(floor, true))
                : events.tailMap(checked, false);
        for (ChatEvent event : rest.values()) {
            if (!follows(before, event)) {
                break;
            }
            before = event;
            checked = event.seq();
        }
        return checked;
    }

    private boolean follows(ChatEvent before, ChatEvent event) {
        if (before == null) {
            return event.seq() == floor || event.joins(userId);
        }
        return event.prevSeq() == before.seq() || rejoins(before, event);
    }

    private boolean rejoins(ChatEvent before, ChatEvent event) {
        return event.joins(userId) && before.leaves(userId) && rejoined.getOrDefault(event.seq(), 0L) == before.seq();
    }

    /** Events are missing before the newest held. */
    public boolean hasGap() {
        return !events.isEmpty() && heldWithoutGap() < events.lastKey();
    }

    /** Everything announced is held, without a gap; or the user is no member any more and holds its own removal. */
    public boolean isCaughtUp() {
        if (hasGap()) {
            return false;
        }
        long last = heldWithoutGap();
        return last >= announced || last > 0 && events.get(last).leaves(userId);
    }

    /** Where to ask history {@code before} for what is older than the chain held here; empty: there is nothing older. */
    public OptionalLong olderThan() {
        if (beginningHeld || events.isEmpty()) {
            return OptionalLong.empty();
        }
        ChatEvent first = floor == NO_FLOOR ? events.firstEntry().getValue() : events.get(floor);
        if (first == null) {
            return OptionalLong.empty();
        }
        while (true) {
            ChatEvent before = events.get(first.prevSeq());
            if (before == null) {
                var lower = events.lowerEntry(first.seq());
                before = lower != null && rejoins(lower.getValue(), first) ? lower.getValue() : null;
            }
            if (before == null) {
                return first.prevSeq() == 0 ? OptionalLong.empty() : OptionalLong.of(first.seq());
            }
            first = before;
        }
    }

    /** The server has nothing older than what is held. */
    public void beginningHeld() {
        beginningHeld = true;
    }

    public Optional<ChatEvent> at(long seq) {
        return Optional.ofNullable(events.get(seq));
    }

    /** Everything held, as it is shown: by {@code seq}. */
    public List<ChatEvent> events() {
        return List.copyOf(events.values());
    }

    /** Events that came twice and differed: the server said two things. */
    public List<String> contradictions() {
        return List.copyOf(contradictions);
    }

    public String conversationId() {
        return conversationId;
    }

    @Override
    public String toString() {
        return conversationId + ": " + events.size() + " events, without a gap up to " + heldWithoutGap()
                + ", announced " + announced;
    }
}
