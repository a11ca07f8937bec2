package io.meridian.sequencer;

import io.meridian.message.Action;
import io.meridian.message.Command;
import io.meridian.message.ConversationType;
import io.meridian.message.Event;
import io.meridian.message.EventMeta;
import io.meridian.message.Fanout;
import io.meridian.message.Ownership;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The events of one command in the making: gives each its numbers, in one bucket. */
final class Change {
    private final Draft draft;
    private final Input input;
    private final String payloadHash;
    private final List<Planned> planned = new ArrayList<>();
    private ConversationType type;
    private Fanout fanout;

    /** {@code members}: it changes who is a member. {@code fanoutChanged}: from this one on the fan-out is another. */
    private record Planned(
            Function<Event.Header, Event> event,
            boolean members,
            Fanout fanout,
            boolean fanoutChanged,
            boolean counts) {}

    Change(Draft draft, Input input, String payloadHash) {
        this.draft = draft;
        this.input = input;
        this.payloadHash = payloadHash;
        this.type = draft.type();
        this.fanout = draft.fanout();
    }

    Change create(ConversationType made, String title, List<Event.Member> members) {
        type = made;
        boolean crowd = members.size() > input.command().limits().writeFanoutMembers();
        fanout = made == ConversationType.CHANNEL || crowd ? Fanout.READ : Fanout.WRITE;
        return memberEvent(header -> new Event.ConversationCreated(
                header, made, title, input.command().home(), members));
    }

    Change event(Function<Event.Header, Event> event) {
        boolean counts = input.command().action() instanceof Action.Send;
        planned.add(new Planned(event, false, fanout, false, counts));
        return this;
    }

    Change memberEvent(Function<Event.Header, Event> event) {
        boolean changed = draft.exists() && type == ConversationType.GROUP && fanout != lastFanout();
        planned.add(new Planned(event, true, fanout, changed, false));
        return this;
    }

    /** From the next event on. A conversation never goes back, so that a crowd at the limit doesn't flicker. */
    void fanOut(Fanout next) {
        fanout = next;
    }

    private Fanout lastFanout() {
        return planned.isEmpty()
                ? draft.fanout()
                : planned.get(planned.size() - 1).fanout();
    }

    Decision decision() {
        Command command = input.command();
        Ownership ownership = input.ownership().orElseThrow();
        long seq = Seq.next(draft.lastSeq(), ownership.epoch(), planned.size());
        long prevSeq = draft.lastSeq();
        long ordinal = draft.lastOrdinal();
        long membersSeq = draft.membersSeq();
        List<StoredEvent> events = new ArrayList<>();
        for (Planned one : planned) {
            ordinal += one.counts() ? 1 : 0;
            membersSeq = one.members() ? seq : membersSeq;
            var header = new Event.Header(
                    command.conversationId(),
                    seq,
                    prevSeq,
                    ordinal,
                    input.id(),
                    command.clientMessageId(),
                    command.actor(),
                    Instant.ofEpochMilli(input.atMs()),
                    ownership.owner());
            var meta = new EventMeta(
                    input.log(),
                    input.offset(),
                    input.atMs(),
                    payloadHash,
                    membersSeq,
                    type,
                    one.fanout(),
                    one.fanoutChanged(),
                    command.originDevice());
            events.add(StoredEvent.of(one.event().apply(header), meta));
            prevSeq = seq;
            seq++;
        }
        return new Decision.Changed(events);
    }
}
