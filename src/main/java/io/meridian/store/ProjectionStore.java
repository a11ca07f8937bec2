package io.meridian.store;

import com.datastax.oss.driver.api.core.cql.BoundStatement;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Writes {@link Projection}s. Every cell's timestamp is the position of its event, so a list may be applied again, in part
 * or late. What goes to one partition goes as one batch, which then is one mutation, also over two tables.
 */
public final class ProjectionStore {
    private static final int IN_FLIGHT = 64;
    /** 10 KiB of member rows. */
    private static final int MEMBERS_A_BATCH = 100;

    private final Cassandra cassandra;
    private final CqlStatement insertMade;
    private final CqlStatement insertTitle;
    private final CqlStatement insertHead;
    private final CqlStatement insertMember;
    private final CqlStatement insertOfUser;
    private final CqlStatement insertCursor;
    private final CqlStatement selectIntervals;
    private final CqlStatement selectMembers;
    private final CqlStatement updateRemoved;
    private final CqlStatement updateRemovedOfUser;
    private final CqlStatement updateRole;
    private final CqlStatement updateFanout;

    public ProjectionStore(Cassandra cassandra) {
        this.cassandra = cassandra;
        insertMade = new CqlStatement(
                cassandra,
                "INSERT INTO ${keyspace}.conversations (conversation_id, type, home, created_at) VALUES (?, ?, ?, ?)"
                        + " USING TIMESTAMP ?");
        insertTitle = new CqlStatement(
                cassandra,
                "INSERT INTO ${keyspace}.conversations (conversation_id, title) VALUES (?, ?) USING TIMESTAMP ?");
        insertHead = new CqlStatement(
                cassandra,
                "INSERT INTO ${keyspace}.conversations (conversation_id, fanout, last_seq, last_ordinal, last_event)"
                        + " VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?");
        insertMember = new CqlStatement(
                cassandra,
                "INSERT INTO ${keyspace}.members (conversation_id, user_id, added_seq, role) VALUES (?, ?, ?, ?)"
                        + " USING TIMESTAMP ?");
        insertOfUser = new CqlStatement(
                cassandra,
                "INSERT INTO ${keyspace}.conversations_by_user (user_id, conversation_id, type, fanout, added_seq)"
                        + " VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?");
        insertCursor = new CqlStatement(cassandra, ConversationStore.INSERT_CURSOR);
        selectIntervals = new CqlStatement(cassandra, ConversationStore.SELECT_INTERVALS + " AND user_id = ?");
        selectMembers = new CqlStatement(cassandra, ConversationStore.SELECT_INTERVALS);
        updateRemoved = new CqlStatement(
                cassandra,
                "UPDATE ${keyspace}.members USING TIMESTAMP ? SET removed_seq = ?"
                        + " WHERE conversation_id = ? AND user_id = ? AND added_seq = ?");
        updateRemovedOfUser = new CqlStatement(
                cassandra,
                "UPDATE ${keyspace}.conversations_by_user USING TIMESTAMP ? SET removed_seq = ?"
                        + " WHERE user_id = ? AND conversation_id = ?");
        updateRole = new CqlStatement(
                cassandra,
                "UPDATE ${keyspace}.members USING TIMESTAMP ? SET role = ?"
                        + " WHERE conversation_id = ? AND user_id = ? AND added_seq = ?");
        updateFanout = new CqlStatement(
                cassandra,
                "UPDATE ${keyspace}.conversations_by_user USING TIMESTAMP ? SET fanout = ?"
                        + " WHERE user_id = ? AND conversation_id = ?");
    }

    /**
     * Applies all of them; a failure leaves some applied and nothing under way, and the whole list is to be applied again.
     *
     * <p>Joinings come before removals, whatever their order in time: a removal looks at memberships that began before it.
     */
    public Future<Void> apply(List<Projection> projections) {
        ProjectionPlan plan = ProjectionPlan.of(projections);
        List<Supplier<Future<Void>>> writes = new ArrayList<>();
        plan.conversations().forEach(row -> writes.add(() -> conversation(row)));
        for (List<Projection.Joined> joined : plan.joined()) {
            for (int from = 0; from < joined.size(); from += MEMBERS_A_BATCH) {
                List<Projection.Joined> part = joined.subList(from, Math.min(from + MEMBERS_A_BATCH, joined.size()));
                writes.add(() -> members(part));
            }
            joined.forEach(join -> writes.add(() -> joinedOfUser(join)));
        }
        plan.reads().forEach(read -> writes.add(() -> cursor(read)));
        return InFlight.each(IN_FLIGHT, writes, Supplier::get)
                .compose(written -> InFlight.each(IN_FLIGHT, List.copyOf(plan.changes()), this::inTurn))
                .compose(changed -> InFlight.each(1, List.copyOf(plan.fanouts()), this::fanout));
    }

    private Future<Void> inTurn(List<Projection> changes) {
        Future<Void> applied = Future.succeededFuture();
        for (Projection change : changes) {
            applied = applied.compose(before ->
                    change instanceof Projection.Left left ? left(left) : role((Projection.RoleChanged) change));
        }
        return applied;
    }

    /** One mutation: nobody sees a conversation that is only half made. */
    private Future<Void> conversation(List<Projection> row) {
        return row.size() == 1
                ? cell(row.get(0)).compose(cassandra::execute).mapEmpty()
                : Future.all(row.stream().map(this::cell).toList())
                        .compose(cells -> cassandra.batch(cells.list()))
                        .mapEmpty();
    }

    private Future<BoundStatement> cell(Projection projection) {
        String id = projection.conversationId().value();
        if (projection instanceof Projection.Head head) {
            return insertHead.bind(
                    id, head.fanout().wire(), head.lastSeq(), head.lastOrdinal(), head.lastEvent(), head.at());
        } else if (projection instanceof Projection.Titled titled) {
            return insertTitle.bind(id, RowCodec.orEmpty(titled.title()), titled.at());
        }
        Projection.Made made = (Projection.Made) projection;
        return insertMade.bind(id, made.type().wire(), made.home().value(), made.createdAt(), made.at());
    }

    private Future<Void> members(List<Projection.Joined> joined) {
        return insertMember
                .bindEach(joined, join -> new Object[] {
                    join.conversationId().value(),
                    join.user().value(),
                    join.addedSeq(),
                    join.role().wire(),
                    join.addedSeq()
                })
                .compose(rows -> cassandra.batch(rows))
                .mapEmpty();
    }

    private Future<Void> joinedOfUser(Projection.Joined join) {
        return insertOfUser
                .bind(
                        join.user().value(),
                        join.conversationId().value(),
                        join.type().wire(),
                        join.fanout().wire(),
                        join.addedSeq(),
                        join.addedSeq())
                .compose(row -> insertCursor
                        .bind(
                                join.user().value(),
                                join.conversationId().value(),
                                join.addedSeq(),
                                join.addedOrdinal(),
                                join.addedSeq())
                        .compose(cursor -> cassandra.batch(List.of(row, cursor))))
                .mapEmpty();
    }

    private Future<Void> cursor(Projection.Read read) {
        return insertCursor.write(
                read.user().value(), read.conversationId().value(), read.seq(), read.ordinal(), read.seq());
    }

    /** Told to whoever is a member now: who joined later has it with a higher timestamp, who left does not need it. */
    private Future<Void> fanout(Projection.FanoutChanged change) {
        return selectMembers
                .rows(change.conversationId().value())
                .compose(rows -> InFlight.each(
                        IN_FLIGHT,
                        RowCodec.intervals(rows).stream().filter(Interval::open).toList(),
                        member -> updateFanout.write(
                                change.seq(),
                                change.fanout().wire(),
                                member.user().value(),
                                change.conversationId().value())));
    }

    private Future<Void> left(Projection.Left left) {
        String conversation = left.conversationId().value();
        String user = left.user().value();
        return selectIntervals.rows(conversation, user).compose(rows -> {
            List<Supplier<Future<Void>>> writes = new ArrayList<>();
            ProjectionPlan.ended(RowCodec.intervals(rows), left.removedSeq())
                    .forEach(interval -> writes.add(() -> updateRemoved.write(
                            left.removedSeq(), left.removedSeq(), conversation, user, interval.addedSeq())));
            writes.add(() -> updateRemovedOfUser.write(left.removedSeq(), left.removedSeq(), user, conversation));
            return InFlight.each(writes.size(), writes, Supplier::get);
        });
    }

    private Future<Void> role(Projection.RoleChanged change) {
        String conversation = change.conversationId().value();
        String user = change.user().value();
        return selectIntervals
                .rows(conversation, user)
                .compose(rows -> InFlight.each(
                        1,
                        ProjectionPlan.covering(RowCodec.intervals(rows), change.seq()),
                        interval -> updateRole.write(
                                change.seq(), change.role().wire(), conversation, user, interval.addedSeq())));
    }
}
