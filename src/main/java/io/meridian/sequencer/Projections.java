package io.meridian.sequencer;

import io.meridian.message.ConversationType;
import io.meridian.message.Event;
import io.meridian.message.EventMeta;
import io.meridian.message.Role;
import io.meridian.message.StoredEvent;
import io.meridian.message.UserId;
import io.meridian.store.Projection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What rows mean for the tables that people's requests read: a function of the rows alone, so that a replay can do it again. */
final class Projections {
    private Projections() {}

    /** Of one conversation's rows, ascending. Of heads and read cursors only the last counts. */
    static List<Projection> of(List<StoredEvent> rows) {
        List<Projection> all = new ArrayList<>();
        Map<UserId, Projection.Read> read = new LinkedHashMap<>();
        Projection.Head head = null;
        for (StoredEvent row : rows) {
            Event.Header header = row.event().header();
            change(row, all);
            if (row.event() instanceof Event.MessageCreated) {
                // one's own messages never count as unread
                read.put(
                        header.actor(),
                        new Projection.Read(row.conversationId(), header.actor(), header.seq(), header.ordinal()));
            }
            head = new Projection.Head(
                    row.conversationId(), row.meta().fanout(), header.seq(), header.ordinal(), row.json());
        }
        all.addAll(read.values());
        if (head != null) {
            all.add(head);
        }
        return all;
    }

    /**
     * The same in waves: what reads what an earlier one wrote (who leaves must have joined) waits for it, the rest goes
     * out together.
     */
    static List<List<Projection>> waves(List<StoredEvent> rows) {
        List<List<Projection>> waves = new ArrayList<>();
        List<Projection> wave = new ArrayList<>();
        for (Projection projection : of(rows)) {
            if (reads(projection)) {
                waves.add(wave);
                waves.add(List.of(projection));
                wave = new ArrayList<>();
            } else {
                wave.add(projection);
            }
        }
        waves.add(wave);
        waves.removeIf(List::isEmpty);
        return waves;
    }

    private static boolean reads(Projection projection) {
        return projection instanceof Projection.Left
                || projection instanceof Projection.RoleChanged
                || projection instanceof Projection.FanoutChanged;
    }

    private static void change(StoredEvent row, List<Projection> all) {
        Event.Header header = row.event().header();
        EventMeta meta = row.meta();
        if (row.event() instanceof Event.ConversationCreated created) {
            all.add(new Projection.Made(
                    row.conversationId(), created.type(), created.home(), header.at(), header.seq()));
            if (created.title() != null) {
                all.add(new Projection.Titled(row.conversationId(), created.title(), header.seq()));
            }
            created.members().forEach(member -> all.add(joined(row, meta.type(), member.userId(), member.role())));
        } else if (row.event() instanceof Event.ConversationUpdated updated) {
            all.add(new Projection.Titled(row.conversationId(), updated.title(), header.seq()));
        } else if (row.event() instanceof Event.MemberAdded added) {
            all.add(joined(row, meta.type(), added.user(), added.role()));
        } else if (row.event() instanceof Event.MemberRemoved removed) {
            all.add(new Projection.Left(row.conversationId(), removed.user(), header.seq()));
        } else if (row.event() instanceof Event.MemberRoleChanged changed) {
            all.add(new Projection.RoleChanged(row.conversationId(), changed.user(), changed.role(), header.seq()));
        }
        if (meta.fanoutChanged()) {
            all.add(new Projection.FanoutChanged(row.conversationId(), meta.fanout(), header.seq()));
        }
    }

    private static Projection joined(StoredEvent row, ConversationType type, UserId user, Role role) {
        Event.Header header = row.event().header();
        return new Projection.Joined(
                row.conversationId(), type, row.meta().fanout(), user, role, header.seq(), header.ordinal());
    }
}
