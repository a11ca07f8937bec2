package io.meridian.testing;

import static io.meridian.testing.Violation.Kind.DIFFERS;
import static io.meridian.testing.Violation.Kind.DUPLICATE;
import static io.meridian.testing.Violation.Kind.GAP;
import static io.meridian.testing.Violation.Kind.LEAK;
import static io.meridian.testing.Violation.Kind.LOST;
import static io.meridian.testing.Violation.Kind.ORDER;
import static io.meridian.testing.Violation.Kind.ORDINAL;
import static io.meridian.testing.Violation.Kind.PHANTOM;
import static io.meridian.testing.Violation.Kind.REAL_TIME;
import static io.meridian.testing.Violation.Kind.REFUSED_BUT_THERE;
import static io.meridian.testing.Violation.Kind.RETRY;
import static io.meridian.testing.Violation.Kind.UNANSWERED;
import static io.meridian.testing.Violation.Kind.UNREAD;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.testing.Observation.Device;
import io.meridian.testing.Observation.SendKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each test breaks one promise in a world where all is well: the checker has to be able to fail. */
class HistoryCheckerTest {
    private static final String C = "c";
    private static final Device ANN = new Device("ann", "phone");
    private static final Device BOB = new Device("bob", "laptop");

    private final List<Observation> observations = new ArrayList<>();
    private final Map<Device, List<ChatEvent>> held = new HashMap<>();
    private final Map<String, List<ChatEvent>> pages = new HashMap<>();
    private final Map<String, AtRest.Listing> listings = new HashMap<>();
    private long clock;

    private final ChatEvent created =
            new ChatEvent("conversation_created", C, 1, 0, 0, "m0", "k0", "ann", null, List.of("ann", "bob"), null);
    private final ChatEvent one = message(2, 1, 1, "ann", "k1", "one");
    private final ChatEvent two = message(5, 2, 2, "bob", "k2", "two");
    private final ChatEvent three = message(6, 5, 3, "ann", "k3", "three");

    HistoryCheckerTest() {
        for (ChatEvent event : List.of(one, two, three)) {
            Device sender = event.senderId().equals("ann") ? ANN : BOB;
            sent(sender, event.clientMessageId(), event.content());
            acknowledged(sender, event);
            Device other = sender.equals(ANN) ? BOB : ANN;
            observations.add(new Observation.Seen(tick(), other, Observation.Source.INBOX, "1-" + clock, event));
        }
        held.put(ANN, new ArrayList<>(List.of(created, one, two, three)));
        held.put(BOB, new ArrayList<>(List.of(created, one, two, three)));
        pages.put("ann", new ArrayList<>(List.of(created, one, two, three)));
        pages.put("bob", new ArrayList<>(List.of(created, one, two, three)));
        listings.put("ann", new AtRest.Listing(6, 3, 6, 0));
        listings.put("bob", new AtRest.Listing(6, 3, 5, 1));
    }

    @Test
    void nothingIsFoundWhereAllIsWell() {
        assertThat(check()).isEmpty();
    }

    @Test
    void anAcknowledgedMessageThatNobodyHasIsLost() {
        List.of(ANN, BOB).forEach(device -> held.get(device).remove(three));
        pages.values().forEach(events -> events.remove(three));
        observations.removeIf(seen ->
                seen instanceof Observation.Seen arrival && arrival.event().equals(three));
        assertThat(kinds()).contains(LOST);
    }

    @Test
    void aMessageMissingOnOneDeviceIsLost() {
        held.get(BOB).remove(three);
        assertThat(kinds()).containsExactly(LOST);
    }

    @Test
    void aMessageMissingInHistoryIsLost() {
        pages.get("bob").remove(three);
        assertThat(kinds()).contains(LOST);
    }

    @Test
    void anAcknowledgedMessageThatOnlyItsSenderHasIsLost() {
        held.get(BOB).clear();
        assertThat(kinds()).contains(LOST);
    }

    @Test
    void aMessageHeldTwiceIsADuplicate() {
        held.get(BOB).add(3, two);
        assertThat(kinds()).contains(DUPLICATE);
    }

    @Test
    void aMessageAtTwoPositionsIsADuplicateAndBreaksTheOrder() {
        ChatEvent again = new ChatEvent("message_created", C, 9, 6, 4, "m-k2", "k2", "bob", null, List.of(), "two");
        held.values().forEach(events -> events.add(again));
        pages.values().forEach(events -> events.add(again));
        assertThat(kinds()).contains(DUPLICATE, ORDER);
    }

    @Test
    void twoDevicesThatShowTwoOrdersBreakTheOrder() {
        held.get(BOB).set(1, message(2, 1, 1, "bob", "k2", "two"));
        held.get(BOB).set(2, message(5, 2, 2, "ann", "k1", "one"));
        assertThat(kinds()).contains(ORDER);
    }

    @Test
    void aDeviceThatShowsEventsUnsortedBreaksTheOrder() {
        held.get(BOB).set(2, three);
        held.get(BOB).set(3, two);
        assertThat(kinds()).contains(ORDER);
    }

    @Test
    void anInboxThatBringsANewEventBehindALaterOneBreaksTheOrder() {
        Device tablet = new Device("bob", "tablet");
        observations.add(new Observation.Seen(tick(), tablet, Observation.Source.INBOX, "1-1", three));
        observations.add(new Observation.Seen(tick(), tablet, Observation.Source.INBOX, "1-2", two));
        assertThat(kinds()).containsExactly(ORDER);
    }

    @Test
    void anInboxThatBringsAnEventAgainBreaksNothing() {
        observations.add(new Observation.Seen(tick(), BOB, Observation.Source.INBOX, "2-1", one));
        assertThat(check()).isEmpty();
    }

    @Test
    void aSendBehindAnAcknowledgedOneThatStandsBeforeItBreaksRealTime() {
        sent(ANN, "k4", "four");
        ChatEvent four = message(3, 2, 2, "ann", "k4", "four");
        acknowledged(ANN, four);
        held.values().forEach(events -> events.add(2, four));
        pages.values().forEach(events -> events.add(2, four));
        assertThat(kinds()).contains(REAL_TIME);
    }

    @Test
    void aPrevSeqThatIsNotTheEventBeforeIsAGap() {
        ChatEvent four = message(9, 8, 4, "bob", "k4", "four");
        sent(BOB, "k4", "four");
        acknowledged(BOB, four);
        held.values().forEach(events -> events.add(four));
        pages.values().forEach(events -> events.add(four));
        listings.put("ann", new AtRest.Listing(9, 4, 6, 1));
        listings.put("bob", new AtRest.Listing(9, 4, 9, 0));
        assertThat(kinds()).containsOnly(GAP);
    }

    @Test
    void aRetryThatIsAnsweredAnotherSeqOrMessageIdIsFound() {
        sent(ANN, "k1", "one");
        observations.add(new Observation.Acknowledged(tick(), ANN, key(one), "m-k1", 7, 6, 4, true));
        assertThat(kinds()).containsExactly(RETRY);
        observations.remove(observations.size() - 1);
        observations.add(new Observation.Acknowledged(tick(), ANN, key(one), "another", 2, 1, 1, true));
        assertThat(kinds()).containsExactly(RETRY);
    }

    @Test
    void anAnswerThatHistoryDoesNotConfirmIsFound() {
        sent(ANN, "k4", "four");
        ChatEvent four = message(7, 6, 4, "ann", "k4", "four");
        observations.add(new Observation.Acknowledged(tick(), ANN, key(four), "m-k4", 8, 6, 4, false));
        held.values().forEach(events -> events.add(four));
        pages.values().forEach(events -> events.add(four));
        listings.put("ann", new AtRest.Listing(7, 4, 7, 0));
        listings.put("bob", new AtRest.Listing(7, 4, 5, 2));
        assertThat(kinds()).containsExactly(RETRY);
    }

    @Test
    void aSendRefusedForGoodThatIsThereIsFound() {
        observations.add(new Observation.Refused(tick(), BOB, key(two), "not_a_member", false));
        assertThat(kinds()).containsExactly(REFUSED_BUT_THERE);
    }

    @Test
    void aSecondAttemptMayBeTakenAfterTheFirstWasRefusedForTheSenderWasOut() {
        observations.add(0, new Observation.Sent(0, BOB, key(two), "two", 1));
        observations.add(1, new Observation.Refused(0, BOB, key(two), "not_a_member", false));
        assertThat(check()).isEmpty();
        observations.set(1, new Observation.Refused(0, BOB, key(two), "conflict", false));
        assertThat(kinds()).containsExactly(REFUSED_BUT_THERE);
    }

    @Test
    void whatIsThereAlreadyMustNotBeRefusedToARetry() {
        sent(BOB, "k2", "two");
        observations.add(new Observation.Refused(tick(), BOB, key(two), "not_a_member", false));
        assertThat(kinds()).containsExactly(REFUSED_BUT_THERE);
    }

    @Test
    void aSendThatWasUnavailableMayBeThere() {
        observations.add(new Observation.Refused(tick(), BOB, key(two), "unavailable", true));
        assertThat(check()).isEmpty();
    }

    @Test
    void aSendWithoutAFinalAnswerIsFound() {
        sent(ANN, "k4", "four");
        observations.add(new Observation.Accepted(tick(), ANN, new SendKey(C, "ann", "k4")));
        observations.add(new Observation.Refused(tick(), ANN, new SendKey(C, "ann", "k4"), "unavailable", true));
        assertThat(kinds()).containsExactly(UNANSWERED);
    }

    @Test
    void aMessageThatNobodySentIsAPhantom() {
        observations.removeIf(
                sent -> sent instanceof Observation.Sent send && send.key().equals(key(two)));
        assertThat(kinds()).contains(PHANTOM);
    }

    @Test
    void aHistoryPageThatDiffersFromWhatCameLiveIsFound() {
        pages.get("ann").set(2, message(5, 2, 2, "bob", "k2", "another text"));
        assertThat(kinds()).contains(DIFFERS);
    }

    @Test
    void ordinalsHaveToCountMessages() {
        ChatEvent four = message(7, 6, 5, "ann", "k4", "four");
        sent(ANN, "k4", "four");
        acknowledged(ANN, four);
        held.values().forEach(events -> events.add(four));
        pages.values().forEach(events -> events.add(four));
        listings.put("ann", new AtRest.Listing(7, 5, 7, 0));
        listings.put("bob", new AtRest.Listing(7, 5, 5, 2));
        assertThat(kinds()).containsExactly(ORDINAL);
    }

    @Test
    void aWrongUnreadCountIsFound() {
        listings.put("bob", new AtRest.Listing(6, 3, 5, 2));
        assertThat(kinds()).containsExactly(UNREAD);
    }

    @Test
    void aCursorBehindAnAnsweredReadOrAnOwnMessageIsFound() {
        observations.add(new Observation.ReadUpTo(tick(), BOB, C, 6));
        assertThat(kinds()).containsExactly(UNREAD);
        listings.put("bob", new AtRest.Listing(6, 3, 6, 0));
        assertThat(check()).isEmpty();
        listings.put("ann", new AtRest.Listing(6, 3, 5, 1));
        assertThat(kinds()).containsExactly(UNREAD);
    }

    @Test
    void aHeadThatIsNotTheLastOfHistoryIsFound() {
        listings.put("ann", new AtRest.Listing(5, 2, 6, 0));
        assertThat(kinds()).containsExactly(UNREAD);
    }

    @Test
    void whatARemovedMemberSeesOfLaterEventsIsALeak() {
        ChatEvent removal = new ChatEvent("member_removed", C, 7, 6, 3, "m7", "k7", "ann", "bob", List.of(), null);
        ChatEvent later = message(8, 7, 4, "ann", "k8", "without bob");
        sent(ANN, "k8", "without bob");
        acknowledged(ANN, later);
        List.of(held.get(ANN), pages.get("ann")).forEach(events -> events.addAll(List.of(removal, later)));
        List.of(held.get(BOB), pages.get("bob")).forEach(events -> events.add(removal));
        listings.put("ann", new AtRest.Listing(8, 4, 8, 0));
        assertThat(check()).isEmpty();
        held.get(BOB).add(later);
        assertThat(kinds()).containsExactly(LEAK);
    }

    private List<Violation> check() {
        Map<Device, Map<String, List<ChatEvent>>> devices = new HashMap<>();
        held.forEach((device, events) -> devices.put(device, Map.of(C, events)));
        Map<String, Map<String, List<ChatEvent>>> histories = new HashMap<>();
        pages.forEach((user, events) -> histories.put(user, Map.of(C, events)));
        Map<String, Map<String, AtRest.Listing>> lists = new HashMap<>();
        listings.forEach((user, listing) -> lists.put(user, Map.of(C, listing)));
        return HistoryChecker.check(observations, new AtRest(devices, histories, lists));
    }

    private List<Violation.Kind> kinds() {
        return check().stream().map(Violation::kind).toList();
    }

    private long tick() {
        return ++clock;
    }

    private void sent(Device device, String clientMessageId, String content) {
        observations.add(
                new Observation.Sent(tick(), device, new SendKey(C, device.userId(), clientMessageId), content, 1));
    }

    private void acknowledged(Device device, ChatEvent event) {
        observations.add(new Observation.Acknowledged(
                tick(), device, key(event), event.messageId(), event.seq(), event.prevSeq(), event.ordinal(), false));
    }

    private static SendKey key(ChatEvent event) {
        return new SendKey(C, event.senderId(), event.clientMessageId());
    }

    private static ChatEvent message(
            long seq, long prevSeq, long ordinal, String sender, String clientMessageId, String content) {
        return new ChatEvent(
                "message_created",
                C,
                seq,
                prevSeq,
                ordinal,
                "m-" + clientMessageId,
                clientMessageId,
                sender,
                null,
                List.of(),
                content);
    }
}
