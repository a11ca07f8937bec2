package io.meridian.sequencer;

import static io.meridian.sequencer.Commands.ANN;
import static io.meridian.sequencer.Commands.BOB;
import static io.meridian.sequencer.Commands.CAT;
import static io.meridian.sequencer.Commands.DAN;
import static io.meridian.sequencer.Commands.GROUP;
import static io.meridian.sequencer.Commands.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.Command;
import io.meridian.message.ErrorCode;
import io.meridian.message.Event;
import io.meridian.message.Fanout;
import io.meridian.message.FoldLimits;
import io.meridian.message.Ids;
import io.meridian.message.Ownership;
import io.meridian.message.Role;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import io.meridian.message.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SequencingTest {
    private static final long EPOCH = Seq.start(Commands.OWNED.epoch());

    private ConversationState state = ConversationState.NEW;
    private long offset;

    private Decision fold(Command command) {
        Sequencing.Step step = Sequencing.step(state, List.of(at(offset++, command)));
        state = step.next();
        return step.decided().get(0).decision();
    }

    private List<StoredEvent> changed(Command command) {
        Decision decision = fold(command);
        assertThat(decision).isInstanceOf(Decision.Changed.class);
        return ((Decision.Changed) decision).events();
    }

    private void refused(Command command, ErrorCode code) {
        long before = state.lastSeq();
        assertThat(fold(command))
                .isInstanceOfSatisfying(
                        Decision.Refused.class, no -> assertThat(no.code()).isEqualTo(code));
        assertThat(state.lastSeq()).isEqualTo(before);
    }

    @Test
    void firstEventOfAnEpochIsItsFirstNumberAndHasNoPredecessor() {
        Event.Header header = changed(Commands.create(BOB)).get(0).event().header();
        assertThat(header.seq()).isEqualTo(EPOCH + 1);
        assertThat(header.prevSeq()).isZero();
        assertThat(header.ordinal()).isZero();
    }

    @Test
    void eachEventNamesItsPredecessorAndCountsUserMessagesOnly() {
        changed(Commands.create(BOB));
        changed(Commands.send(ANN, "m1"));
        changed(Commands.title(ANN, "t1", "Other"));
        Event.Header header = changed(Commands.send(BOB, "m2")).get(0).event().header();
        assertThat(header.seq()).isEqualTo(EPOCH + 4);
        assertThat(header.prevSeq()).isEqualTo(EPOCH + 3);
        assertThat(header.ordinal()).isEqualTo(2);
    }

    @Test
    void repeatedSendIsADuplicateOfTheFirst() {
        changed(Commands.create(BOB));
        long first = changed(Commands.send(ANN, "m1")).get(0).seq();
        assertThat(fold(Commands.send(ANN, "m1"))).isEqualTo(new Decision.Duplicate(first));
    }

    @Test
    void sameIdWithAnotherPayloadIsAConflict() {
        changed(Commands.create(BOB));
        changed(Commands.send(ANN, "m1"));
        refused(Commands.send(ANN, "m1", "something else"), ErrorCode.CONFLICT);
    }

    @Test
    void idsBelongToTheirSender() {
        changed(Commands.create(BOB));
        changed(Commands.send(ANN, "m1"));
        changed(Commands.send(BOB, "m1"));
    }

    @Test
    void repetitionAfterTheDedupAgeIsNew() {
        changed(Commands.create(BOB));
        changed(Commands.send(ANN, "m1"));
        long later = 1_000_000 + FoldLimits.DEFAULT.dedupAgeMs() + 10_000;
        Sequencing.Step step = Sequencing.step(state, List.of(at(offset, later, Commands.send(ANN, "m1"))));
        assertThat(step.decided().get(0).decision()).isInstanceOf(Decision.Changed.class);
    }

    @Test
    void indexEntryAboveTheStateIsDebrisOfACrashAndDoesNotCount() {
        changed(Commands.create(BOB));
        Command send = Commands.send(ANN, "m1");
        var debris = new Applied(state.lastSeq() + 1, Sequencing.payloadHash(send), 1_000_000);
        Input input = at(offset, send).with(Optional.of(debris));
        assertThat(Sequencing.step(state, List.of(input)).decided().get(0).decision())
                .isInstanceOf(Decision.Changed.class);
        var real = new Applied(state.lastSeq(), Sequencing.payloadHash(send), 1_000_000);
        Input known = at(offset, send).with(Optional.of(real));
        assertThat(Sequencing.step(state, List.of(known)).decided().get(0).decision())
                .isEqualTo(new Decision.Duplicate(state.lastSeq()));
    }

    @Test
    void windowThatForgotAsksTheIndexUntilWhatItForgotIsTooOldToMatter() {
        var window = new DedupWindow(java.util.Map.of(), 1_000);
        var id = Commands.send(ANN, "m1").id();
        assertThat(window.needsLookup(id, 2_000, 5_000)).isTrue();
        assertThat(window.needsLookup(id, 7_000, 5_000)).isFalse();
        assertThat(DedupWindow.EMPTY.needsLookup(id, 2_000, 5_000)).isFalse();
    }

    @Test
    void whoIsNotAMemberIsToldSoAndOfADirectConversationNothing() {
        refused(Commands.send(ANN, "early"), ErrorCode.NOT_FOUND);
        changed(Commands.create(BOB));
        refused(Commands.send(CAT, "m1"), ErrorCode.NOT_A_MEMBER);
        var direct = new Command(
                Command.RULES,
                Ids.direct(ANN, BOB),
                Commands.US,
                ANN,
                new ClientMessageId("d"),
                null,
                null,
                FoldLimits.DEFAULT,
                new Action.CreateDirect(BOB));
        ConversationState pair =
                Sequencing.step(ConversationState.NEW, List.of(at(0, direct))).next();
        Input stranger = at(1, Commands.send(CAT, "m1"));
        assertThat(Sequencing.step(pair, List.of(stranger)).decided().get(0).decision())
                .isInstanceOfSatisfying(
                        Decision.Refused.class, no -> assertThat(no.code()).isEqualTo(ErrorCode.NOT_FOUND));
    }

    @Test
    void directConversationIsMadeOnceWhoeverAsks() {
        var id = Ids.direct(ANN, BOB);
        assertThat(id).isEqualTo(Ids.direct(BOB, ANN));
        var first = new Command(
                Command.RULES,
                id,
                Commands.US,
                ANN,
                new ClientMessageId("a"),
                null,
                null,
                FoldLimits.DEFAULT,
                new Action.CreateDirect(BOB));
        var second = new Command(
                Command.RULES,
                id,
                Commands.US,
                BOB,
                new ClientMessageId("b"),
                null,
                null,
                FoldLimits.DEFAULT,
                new Action.CreateDirect(ANN));
        Sequencing.Step step = Sequencing.step(ConversationState.NEW, List.of(at(0, first), at(1, second)));
        assertThat(step.events()).hasSize(1);
        assertThat(step.decided().get(1).decision()).isInstanceOf(Decision.AlreadySo.class);
    }

    @Test
    void conversationIdIsRecomputed() {
        var forged = new Command(
                Command.RULES,
                Ids.direct(BOB, CAT),
                Commands.US,
                ANN,
                new ClientMessageId("a"),
                null,
                null,
                FoldLimits.DEFAULT,
                new Action.CreateDirect(BOB));
        refused(forged, ErrorCode.INVALID);
        refused(Commands.command(ANN, "other-id", new Action.CreateGroup(null, List.of())), ErrorCode.INVALID);
    }

    @Test
    void membersAddedAtOnceAreOneEventEachAndOneCommand() {
        changed(Commands.create(BOB));
        List<StoredEvent> events = changed(Commands.add(ANN, "a1", CAT, DAN, BOB));
        assertThat(events).hasSize(2);
        assertThat(events).extracting(event -> event.meta().membersSeq()).containsExactly(EPOCH + 2, EPOCH + 3);
        assertThat(fold(Commands.add(ANN, "a1", CAT, DAN, BOB))).isEqualTo(new Decision.Duplicate(EPOCH + 3));
        assertThat(fold(Commands.add(ANN, "a2", CAT))).isInstanceOf(Decision.AlreadySo.class);
    }

    @Test
    void rolesDecideWhoMayChangeWhat() {
        changed(Commands.create(BOB, CAT, DAN));
        refused(Commands.add(BOB, "1", new UserId("eve")), ErrorCode.FORBIDDEN);
        refused(Commands.remove(BOB, "2", CAT), ErrorCode.FORBIDDEN);
        refused(Commands.title(BOB, "3", "mine"), ErrorCode.FORBIDDEN);
        refused(Commands.role(BOB, "4", CAT, Role.ADMIN), ErrorCode.FORBIDDEN);
        changed(Commands.role(ANN, "5", BOB, Role.ADMIN));
        changed(Commands.title(BOB, "6", "ours"));
        changed(Commands.remove(BOB, "7", CAT));
        refused(Commands.send(CAT, "8"), ErrorCode.NOT_A_MEMBER);
        refused(Commands.remove(BOB, "9", ANN), ErrorCode.FORBIDDEN);
        refused(Commands.remove(ANN, "10", CAT), ErrorCode.NOT_FOUND);
    }

    @Test
    void ownerWhoLeavesIsFollowedByTheStrongestAndLongest() {
        changed(Commands.create(BOB, CAT));
        changed(Commands.role(ANN, "r", CAT, Role.ADMIN));
        List<StoredEvent> events = changed(Commands.remove(ANN, "leave", ANN));
        assertThat(events).hasSize(2);
        assertThat(events.get(1).event()).isInstanceOfSatisfying(Event.MemberRoleChanged.class, next -> {
            assertThat(next.user()).isEqualTo(CAT);
            assertThat(next.role()).isEqualTo(Role.OWNER);
        });
        assertThat(state.members().role(CAT)).isEqualTo(Role.OWNER);
    }

    @Test
    void newOwnerTakesThePlaceOfTheOld() {
        changed(Commands.create(BOB));
        changed(Commands.role(ANN, "r", BOB, Role.OWNER));
        assertThat(state.members().role(BOB)).isEqualTo(Role.OWNER);
        assertThat(state.members().role(ANN)).isEqualTo(Role.ADMIN);
    }

    @Test
    void channelKeepsRolesAndBansOnly() {
        var id = Ids.group(ANN, new ClientMessageId("create"));
        assertThat(id).isEqualTo(GROUP);
        changed(Commands.command(ANN, "create", new Action.CreateChannel("News", List.of(BOB))));
        assertThat(state.members().count()).isEqualTo(1);
        assertThat(state.fanout()).isEqualTo(Fanout.READ);
        changed(Commands.send(BOB, "m1"));
        changed(Commands.remove(ANN, "ban", BOB));
        refused(Commands.send(BOB, "m2"), ErrorCode.NOT_A_MEMBER);
        changed(Commands.add(ANN, "again", BOB));
        changed(Commands.send(BOB, "m3"));
    }

    @Test
    void groupAboveTheLimitGoesOverToFanoutOnReadForGood() {
        var limits = new FoldLimits(10, 3, 10, FoldLimits.DEFAULT.dedupAgeMs());
        changed(Commands.command(ANN, "create", new Action.CreateGroup(null, List.of(BOB)), limits));
        List<StoredEvent> events = changed(
                Commands.command(ANN, "a", new Action.AddMembers(List.of(CAT, DAN, new UserId("eve"))), limits));
        assertThat(events)
                .extracting(event -> event.meta().fanout())
                .containsExactly(Fanout.WRITE, Fanout.READ, Fanout.READ);
        assertThat(events).extracting(event -> event.meta().fanoutChanged()).containsExactly(false, true, false);
        changed(Commands.command(ANN, "r1", new Action.RemoveMember(DAN), limits));
        changed(Commands.command(ANN, "r2", new Action.RemoveMember(CAT), limits));
        assertThat(state.fanout()).isEqualTo(Fanout.READ);
    }

    @Test
    void groupThatIsMadeAboveTheLimitIsFannedOutOnReadFromItsFirstEvent() {
        var limits = new FoldLimits(10, 3, 10, FoldLimits.DEFAULT.dedupAgeMs());
        var create = new Action.CreateGroup(null, List.of(BOB, CAT, DAN));
        List<StoredEvent> made = changed(Commands.command(ANN, "create", create, limits));
        assertThat(made.get(0).meta().fanout()).isEqualTo(Fanout.READ);
        assertThat(made.get(0).meta().fanoutChanged()).isFalse();
        assertThat(changed(Commands.send(ANN, "m")).get(0).meta().fanout()).isEqualTo(Fanout.READ);
    }

    @Test
    void channelKeepsNoMoreNamedRolesThanAGroupHasMembers() {
        var limits = new FoldLimits(2, 500, 10, FoldLimits.DEFAULT.dedupAgeMs());
        changed(Commands.command(ANN, "create", new Action.CreateChannel(null, List.of()), limits));
        changed(Commands.command(ANN, "1", new Action.ChangeRole(BOB, Role.ADMIN), limits));
        refused(Commands.command(ANN, "2", new Action.ChangeRole(CAT, Role.ADMIN), limits), ErrorCode.INVALID);
        refused(Commands.command(BOB, "3", new Action.ChangeRole(CAT, Role.ADMIN), limits), ErrorCode.FORBIDDEN);
        changed(Commands.command(ANN, "4", new Action.ChangeRole(BOB, Role.MEMBER), limits));
        changed(Commands.command(ANN, "5", new Action.ChangeRole(CAT, Role.ADMIN), limits));
    }

    @Test
    void stateIsNotMadeOfRowsThatLeaveOneOut() {
        changed(Commands.create(BOB));
        StoredEvent one = changed(Commands.send(ANN, "m1")).get(0);
        ConversationState snapshot = state;
        StoredEvent two = changed(Commands.send(ANN, "m2")).get(0);
        StoredEvent three = changed(Commands.send(ANN, "m3")).get(0);
        assertThat(Sequencing.restore(snapshot, List.of(two, three))).isEqualTo(state);
        assertThatThrownBy(() -> Sequencing.restore(snapshot, List.of(three))).hasMessageContaining("not read");
        assertThatThrownBy(() -> Sequencing.restore(ConversationState.NEW, List.of(one, two)))
                .hasMessageContaining("not read");
    }

    @Test
    void batchOfMemberChangesLeavesTheStateBeforeItAlone() {
        changed(Commands.create(BOB));
        ConversationState before = state;
        changed(Commands.add(ANN, "a", CAT, DAN));
        changed(Commands.remove(ANN, "r", BOB));
        assertThat(before.members().all()).containsOnlyKeys(ANN, BOB);
        assertThat(state.members().all()).containsOnlyKeys(ANN, CAT, DAN);
    }

    @Test
    void groupHasABoundThatTheCommandCarries() {
        var limits = new FoldLimits(2, 500, 10, 1);
        changed(Commands.command(ANN, "create", new Action.CreateGroup(null, List.of(BOB)), limits));
        refused(Commands.command(ANN, "a", new Action.AddMembers(List.of(CAT)), limits), ErrorCode.INVALID);
    }

    @Test
    void batchEndsAtABucketBoundaryAndACommandNeverCrossesOne() {
        changed(Commands.create(BOB));
        int bucket = 1 << Seq.BUCKET_BITS;
        for (int i = 0; state.lastSeq() < EPOCH + bucket - 3; i++) {
            changed(Commands.send(ANN, "fill" + i));
        }
        // positions bucket−2 and bucket−1 are left: two fit, three go to the next bucket together
        List<Input> batch = new ArrayList<>();
        batch.add(at(offset++, Commands.send(ANN, "one")));
        batch.add(at(offset++, Commands.add(ANN, "three", CAT, DAN, new UserId("eve"))));
        Sequencing.Step step = Sequencing.step(state, batch);
        assertThat(step.decided()).hasSize(1);
        Sequencing.Step rest = Sequencing.step(step.next(), batch.subList(1, 2));
        assertThat(rest.events())
                .extracting(StoredEvent::seq)
                .containsExactly(EPOCH + bucket, EPOCH + bucket + 1, EPOCH + bucket + 2);
        assertThat(rest.events().get(0).event().header().prevSeq()).isEqualTo(EPOCH + bucket - 2);
    }

    @Test
    void batchIsBounded() {
        changed(Commands.create(BOB));
        List<Input> batch = IntStream.range(0, 200)
                .mapToObj(i -> at(100 + i, Commands.send(ANN, "m" + i)))
                .toList();
        assertThat(Sequencing.step(state, batch).decided()).hasSize(Sequencing.MAX_BATCH_EVENTS);
    }

    @Test
    void higherEpochGoesOnFromItsOwnNumbers() {
        changed(Commands.create(BOB));
        var later = new Ownership(Commands.US, Seq.epochOf(2, 1), Commands.US);
        var input =
                new Input(Commands.LOG, 50, 2_000_000, Commands.send(ANN, "m"), Optional.of(later), Optional.empty());
        Event.Header header =
                Sequencing.step(state, List.of(input)).events().get(0).event().header();
        assertThat(header.seq()).isEqualTo(Seq.start(later.epoch()) + 1);
        assertThat(header.prevSeq()).isEqualTo(EPOCH + 1);
    }

    @Test
    void refusalMovesThePositionOnly() {
        changed(Commands.create(BOB));
        ConversationState before = state;
        refused(Commands.send(CAT, "no"), ErrorCode.NOT_A_MEMBER);
        assertThat(state.position(Commands.LOG)).isEqualTo(offset - 1);
        assertThat(state.members()).isEqualTo(before.members());
        assertThat(state.window()).isEqualTo(before.window());
    }

    @Test
    void exceptionOfTheFoldItselfFailsThatCommandAlone() {
        changed(Commands.create(BOB));
        var noOwner = new Input(
                Commands.LOG, offset++, 2_000_000, Commands.send(ANN, "x"), Optional.empty(), Optional.empty());
        Input next = at(offset++, Commands.send(ANN, "y"));
        Sequencing.Step step = Sequencing.step(state, List.of(noOwner, next));
        assertThat(step.decided().get(0).decision()).isInstanceOf(Decision.Failed.class);
        assertThat(step.decided().get(1).decision()).isInstanceOf(Decision.Changed.class);
    }

    @Test
    void snapshotAndRowsAfterItRestoreTheState() {
        List<StoredEvent> rows = new ArrayList<>(changed(Commands.create(BOB, CAT)));
        Stream.of("a", "b", "c").forEach(id -> rows.addAll(changed(Commands.send(BOB, id))));
        ConversationState snapshot = StateCodec.decode(StateCodec.encode(state));
        assertThat(snapshot).isEqualTo(state);
        List<StoredEvent> later = new ArrayList<>(changed(Commands.remove(ANN, "r", CAT)));
        later.addAll(changed(Commands.send(ANN, "d")));
        rows.addAll(later);
        assertThat(Sequencing.restore(snapshot, later)).isEqualTo(state);
        assertThat(Sequencing.restore(ConversationState.NEW, rows)).isEqualTo(state);
    }
}
