package io.meridian.testing;

import static io.meridian.testing.Violation.Kind.BROKEN;
import static io.meridian.testing.Violation.Kind.DIFFERS;
import static io.meridian.testing.Violation.Kind.DUPLICATE;
import static io.meridian.testing.Violation.Kind.GAP;
import static io.meridian.testing.Violation.Kind.LEAK;
import static io.meridian.testing.Violation.Kind.LOST;
import static io.meridian.testing.Violation.Kind.ORDER;
import static io.meridian.testing.Violation.Kind.ORDINAL;
import static io.meridian.testing.Violation.Kind.UNREAD;

import io.meridian.testing.Observation.Device;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Holds what clients saw against what the contract promises them. Pure: a {@link History}, what is {@link AtRest} and
 * nothing else; it finds the same in any run of the same observations.
 *
 * <p>The reference is the union of everything anybody holds: a server that lost an event everywhere is found by the
 * acknowledgement for it ({@link SendChecks}), one that lost it somewhere by the union.
 */
public final class HistoryChecker {
    private final List<Observation> observations;
    private final AtRest rest;
    private final List<Violation> violations = new ArrayList<>();
    /** conversation → seq → the event, as the first place that had it. */
    private final Map<String, TreeMap<Long, ChatEvent>> union = new TreeMap<>();

    private final Map<Reader, Long> reads = new HashMap<>();

    private record Reader(String userId, String conversationId) {}

    private HistoryChecker(List<Observation> observations, AtRest rest) {
        this.observations = observations;
        this.rest = rest;
    }

    /** Everything that is wrong, nothing when all is well. */
    public static List<Violation> check(List<Observation> observations, AtRest rest) {
        HistoryChecker checker = new HistoryChecker(observations, rest);
        checker.unite();
        checker.everyoneHoldsWhatItMaySee();
        checker.copiesAreChains();
        checker.inboxesCameInOrder();
        checker.listingsAreRight();
        checker.violations.addAll(SendChecks.check(observations, checker.union));
        return List.copyOf(checker.violations);
    }

    private void unite() {
        rest.pages()
                .forEach((user, conversations) -> conversations
                        .values()
                        .forEach(events -> events.forEach(event -> unite("history of " + user, event))));
        rest.held()
                .forEach((device, conversations) -> conversations
                        .values()
                        .forEach(events -> events.forEach(event -> unite("device " + device, event))));
        for (Observation observation : observations) {
            if (observation instanceof Observation.Seen seen) {
                unite(seen.source() + " of " + seen.device(), seen.event());
            } else if (observation instanceof Observation.Broken broken) {
                report(BROKEN, broken.device() + ": " + broken.what());
            } else if (observation instanceof Observation.ReadUpTo read) {
                reads.merge(new Reader(read.device().userId(), read.conversationId()), read.seq(), Math::max);
            }
        }
        union.values().forEach(this::messagesHaveOnePosition);
        union.values().forEach(this::ordinalsCount);
    }

    private void unite(String where, ChatEvent event) {
        ChatEvent known = union.computeIfAbsent(event.conversationId(), id -> new TreeMap<>())
                .putIfAbsent(event.seq(), event);
        if (known != null && !Objects.equals(known.messageId(), event.messageId())) {
            report(ORDER, where + " has " + event + ", elsewhere stands there " + known);
        } else if (known != null && !known.equals(event)) {
            report(DIFFERS, where + " has " + event + ", elsewhere it is " + known);
        }
    }

    private void messagesHaveOnePosition(TreeMap<Long, ChatEvent> events) {
        Map<String, Long> positions = new HashMap<>();
        for (ChatEvent event : events.values()) {
            Long other = event.isMessage() ? positions.putIfAbsent(event.messageId(), event.seq()) : null;
            if (other != null) {
                report(ORDER, "message " + event.messageId() + " stands at " + other + " and at " + event.seq());
            }
        }
    }

    /** Only where the chain is whole; a hole is reported where it is seen. */
    private void ordinalsCount(TreeMap<Long, ChatEvent> events) {
        for (ChatEvent event : events.values()) {
            ChatEvent before = events.get(event.prevSeq());
            long expected = (before == null ? 0 : before.ordinal()) + (event.isMessage() ? 1 : 0);
            if ((before != null || event.prevSeq() == 0) && event.ordinal() != expected) {
                report(ORDINAL, "expected " + expected + " at " + event);
            }
        }
    }

    private void everyoneHoldsWhatItMaySee() {
        rest.pages()
                .forEach((user, conversations) -> union.forEach((conversation, events) -> {
                    if (conversations.containsKey(conversation) || isMember(user, events)) {
                        compare(
                                "history of " + user,
                                conversation,
                                conversations.get(conversation),
                                visible(user, events));
                    }
                }));
        rest.held()
                .forEach((device, conversations) -> union.forEach((conversation, events) -> compare(
                        "device " + device,
                        conversation,
                        conversations.get(conversation),
                        visible(device.userId(), events))));
    }

    private void compare(String where, String conversation, List<ChatEvent> copy, Set<Long> expected) {
        Set<Long> seqs = new HashSet<>();
        Set<String> messages = new HashSet<>();
        for (ChatEvent event : copy == null ? List.<ChatEvent>of() : copy) {
            if (!seqs.add(event.seq()) || event.isMessage() && !messages.add(event.messageId())) {
                report(DUPLICATE, where + " has twice " + event);
            }
            if (!expected.contains(event.seq())) {
                report(LEAK, where + " has " + event);
            }
        }
        for (long seq : expected) {
            if (!seqs.contains(seq)) {
                report(LOST, where + " lacks " + union.get(conversation).get(seq));
            }
        }
    }

    /** What the user sees: from each joining to the removal after it, both included. */
    private static Set<Long> visible(String userId, TreeMap<Long, ChatEvent> events) {
        Set<Long> seqs = new HashSet<>();
        boolean member = false;
        for (ChatEvent event : events.values()) {
            member |= event.joins(userId);
            if (member) {
                seqs.add(event.seq());
            }
            member &= !event.leaves(userId);
        }
        return seqs;
    }

    /** At the end; of a former member's history the contract says no more than that it holds nothing new. */
    private static boolean isMember(String userId, TreeMap<Long, ChatEvent> events) {
        boolean member = false;
        for (ChatEvent event : events.values()) {
            member = event.joins(userId) || member && !event.leaves(userId);
        }
        return member;
    }

    private void copiesAreChains() {
        rest.pages()
                .forEach((user, conversations) ->
                        conversations.values().forEach(copy -> isChain("history of " + user, user, copy)));
        rest.held()
                .forEach((device, conversations) ->
                        conversations.values().forEach(copy -> isChain("device " + device, device.userId(), copy)));
    }

    private void isChain(String where, String userId, List<ChatEvent> copy) {
        ChatEvent before = null;
        for (ChatEvent event : copy) {
            if (before != null && event.seq() <= before.seq()) {
                report(ORDER, where + " has " + event + " behind " + before);
            }
            boolean joined = event.joins(userId) && (before == null || before.leaves(userId));
            if (!joined && event.prevSeq() != (before == null ? 0 : before.seq())) {
                report(GAP, where + " has before " + event + " only " + before);
            }
            before = event;
        }
    }

    /** An event that is new to a device comes through its inbox behind every earlier one of its conversation. */
    private void inboxesCameInOrder() {
        record Place(Device device, String conversation) {}
        Map<Place, Set<Long>> seen = new HashMap<>();
        Map<Place, ChatEvent> newest = new HashMap<>();
        for (Observation observation : observations) {
            if (!(observation instanceof Observation.Seen arrival)) {
                continue;
            }
            ChatEvent event = arrival.event();
            Place place = new Place(arrival.device(), event.conversationId());
            boolean first = seen.computeIfAbsent(place, key -> new HashSet<>()).add(event.seq());
            if (first && arrival.source() == Observation.Source.INBOX) {
                ChatEvent before = newest.get(place);
                if (before != null && before.seq() > event.seq()) {
                    report(ORDER, "the inbox of " + arrival.device() + " brought " + event + " after " + before);
                } else {
                    newest.put(place, event);
                }
            }
        }
    }

    private void listingsAreRight() {
        rest.listings()
                .forEach((user, listings) -> listings.forEach((conversation, listing) -> {
                    List<ChatEvent> copy =
                            rest.pages().getOrDefault(user, Map.of()).getOrDefault(conversation, List.of());
                    if (!copy.isEmpty() && !copy.get(copy.size() - 1).leaves(user)) {
                        listingIsRight(user, copy, listing);
                    }
                }));
    }

    private void listingIsRight(String user, List<ChatEvent> copy, AtRest.Listing listing) {
        ChatEvent last = copy.get(copy.size() - 1);
        String where = "the list of " + user + " in " + last.conversationId() + " says " + listing;
        if (listing.lastSeq() != last.seq() || listing.lastOrdinal() != last.ordinal()) {
            report(UNREAD, where + ", history ends with " + last);
        }
        long unread = copy.stream()
                .filter(event -> event.isMessage() && event.seq() > listing.readSeq())
                .count();
        if (listing.unreadCount() != unread) {
            report(UNREAD, where + ", behind the cursor are " + unread);
        }
        long own = copy.stream()
                .filter(event -> event.isMessage() && user.equals(event.senderId()) || event.joins(user))
                .mapToLong(ChatEvent::seq)
                .max()
                .orElse(0);
        long read = reads.getOrDefault(new Reader(user, last.conversationId()), 0L);
        if (listing.readSeq() < Math.max(own, read)) {
            report(UNREAD, where + ", own messages and reads were up to " + Math.max(own, read));
        }
    }

    private void report(Violation.Kind kind, String detail) {
        violations.add(new Violation(kind, detail));
    }
}
