package io.meridian.delivery;

import io.meridian.message.Fanout;
import io.meridian.message.UserId;
import java.util.List;

/** Whose inboxes an event goes to, before anybody is looked up. */
sealed interface Audience {

    /** Every member at that seq. */
    record Members() implements Audience {}

    /** These users, who are members by what the event says. */
    record Only(List<UserId> users) implements Audience {}

    /** Those of these users who are members at that seq (a channel can ban or rank somebody who never joined). */
    record OnlyIfMember(List<UserId> users) implements Audience {}

    /**
     * With fan-out on write everybody's. With fan-out on read only those of users whose own membership changes; but the
     * event with which a conversation goes over to it reaches everybody once more, so that each learns of it.
     */
    static Audience of(SentEvent event) {
        if (event.eventType().equals("conversation_created")) {
            return new Only(event.named());
        }
        if (event.meta().fanout() == Fanout.WRITE || event.meta().fanoutChanged()) {
            return new Members();
        }
        return event.eventType().equals("member_added") ? new Only(event.named()) : new OnlyIfMember(event.named());
    }
}
