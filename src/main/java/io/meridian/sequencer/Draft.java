package io.meridian.sequencer;

import io.meridian.message.ConversationType;
import io.meridian.message.Event;
import io.meridian.message.EventMeta;
import io.meridian.message.Fanout;
import io.meridian.message.MessageId;
import io.meridian.message.Role;
import io.meridian.message.StoredEvent;
import io.meridian.message.UserId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A conversation's state while a batch is folded into it. Both new events and rows read back from the store go
 * through {@link #apply}: what a replay leads to is what the first time led to, because it is the same code.
 */
final class Draft {
    private ConversationType type;
    private String title;
    /** What {@link #all} and {@link #banned} hold, once there is a change. */
    private Members members;

    private Map<UserId, Members.Membership> all;
    private Set<UserId> banned;
    private Fanout fanout;
    private long lastSeq;
    private long lastOrdinal;
    private long membersSeq;
    private long forgottenAtMs;
    private final LinkedHashMap<MessageId, Applied> recent;
    private final LinkedHashMap<String, Long> positions;

    Draft(ConversationState state) {
        this.type = state.type();
        this.title = state.title();
        this.members = state.members();
        this.fanout = state.fanout();
        this.lastSeq = state.lastSeq();
        this.lastOrdinal = state.lastOrdinal();
        this.membersSeq = state.membersSeq();
        this.forgottenAtMs = state.window().forgottenAtMs();
        this.recent = new LinkedHashMap<>(state.window().recent());
        this.positions = new LinkedHashMap<>(state.positions());
    }

    /** Ids leave the window only here, so that a look-up made before the batch is never older than what the window has let go. */
    ConversationState finish(int windowSize) {
        Iterator<Applied> oldest = recent.values().iterator();
        for (int over = recent.size() - windowSize; over > 0; over--) {
            forgottenAtMs = Math.max(forgottenAtMs, oldest.next().appendedAtMs());
            oldest.remove();
        }
        Iterator<String> oldestLog = positions.keySet().iterator();
        for (int over = positions.size() - ConversationState.MAX_LOGS; over > 0; over--) {
            oldestLog.next();
            oldestLog.remove();
        }
        return new ConversationState(
                type,
                title,
                members,
                fanout,
                lastSeq,
                lastOrdinal,
                membersSeq,
                new DedupWindow(recent, forgottenAtMs),
                positions);
    }

    /** The record at {@code offset} was decided, whatever came of it. */
    void passed(String log, long offset) {
        positions.merge(log, offset, Math::max);
    }

    void apply(StoredEvent stored) {
        Event event = stored.event();
        EventMeta meta = stored.meta();
        Event.Header header = event.header();
        lastSeq = header.seq();
        lastOrdinal = header.ordinal();
        membersSeq = meta.membersSeq();
        fanout = meta.fanout();
        // the newest last: a repetition after the dedup age takes the place of the first
        recent.remove(header.commandId());
        recent.put(header.commandId(), new Applied(header.seq(), meta.payloadHash(), meta.appendedAtMs()));
        passed(meta.log(), meta.offset());
        applyChange(event);
    }

    private void applyChange(Event event) {
        long seq = event.header().seq();
        if (event instanceof Event.ConversationCreated created) {
            type = created.type();
            title = created.title();
            for (Event.Member member : created.members()) {
                join(member.userId(), member.role(), seq);
            }
        } else if (event instanceof Event.ConversationUpdated updated) {
            title = updated.title();
        } else if (event instanceof Event.MemberAdded added) {
            join(added.user(), added.role(), seq);
        } else if (event instanceof Event.MemberRemoved removed) {
            leave(removed.user(), removed.banned());
        } else if (event instanceof Event.MemberRoleChanged changed) {
            join(changed.user(), changed.role(), since(changed));
        }
    }

    /** A channel's plain members are not the fold's business: there can be any number of them. */
    private void join(UserId user, Role role, long seq) {
        changeMembers();
        banned.remove(user);
        if (type != ConversationType.CHANNEL || role != Role.MEMBER) {
            all.put(user, new Members.Membership(role, seq));
        } else {
            all.remove(user);
        }
    }

    private void leave(UserId user, boolean ban) {
        changeMembers();
        all.remove(user);
        if (ban) {
            banned.add(user);
        } else {
            banned.remove(user);
        }
    }

    /** One copy a batch: of thousands of members one for each event would be too many. */
    private void changeMembers() {
        if (all == null) {
            all = new TreeMap<>(members.all());
            banned = new TreeSet<>(members.banned());
            members = new Members(all, banned);
        }
    }

    private long since(Event.MemberRoleChanged changed) {
        Members.Membership held = members.all().get(changed.user());
        return held == null ? changed.header().seq() : held.addedSeq();
    }

    boolean exists() {
        return type != null;
    }

    ConversationType type() {
        return type;
    }

    String title() {
        return title;
    }

    Members members() {
        return members;
    }

    Fanout fanout() {
        return fanout;
    }

    long lastSeq() {
        return lastSeq;
    }

    long lastOrdinal() {
        return lastOrdinal;
    }

    long membersSeq() {
        return membersSeq;
    }

    Map<MessageId, Applied> recent() {
        return recent;
    }
}
