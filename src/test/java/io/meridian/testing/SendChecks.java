package io.meridian.testing;

import static io.meridian.testing.Violation.Kind.DIFFERS;
import static io.meridian.testing.Violation.Kind.LOST;
import static io.meridian.testing.Violation.Kind.PHANTOM;
import static io.meridian.testing.Violation.Kind.REAL_TIME;
import static io.meridian.testing.Violation.Kind.REFUSED_BUT_THERE;
import static io.meridian.testing.Violation.Kind.RETRY;
import static io.meridian.testing.Violation.Kind.UNANSWERED;

import io.meridian.testing.Observation.Acknowledged;
import io.meridian.testing.Observation.Refused;
import io.meridian.testing.Observation.SendKey;
import io.meridian.testing.Observation.Sent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

/** The part of {@link HistoryChecker} that follows each send from its first attempt to its place in the conversation. Pure. */
final class SendChecks {
    private final Map<String, TreeMap<Long, ChatEvent>> union;
    private final List<Violation> violations = new ArrayList<>();
    private final Map<SendKey, Sent> first = new LinkedHashMap<>();
    private final Map<SendKey, Integer> attempts = new HashMap<>();
    /** When anybody first held it. */
    private final Map<SendKey, Long> seen = new HashMap<>();

    private final Map<SendKey, Acknowledged> acknowledged = new HashMap<>();
    private final Map<SendKey, Refused> refused = new HashMap<>();
    private final Map<SendKey, ChatEvent> there = new HashMap<>();

    private SendChecks(Map<String, TreeMap<Long, ChatEvent>> union) {
        this.union = union;
    }

    /** @param union conversation → seq → event: everything that anybody holds */
    static List<Violation> check(List<Observation> observations, Map<String, TreeMap<Long, ChatEvent>> union) {
        SendChecks checks = new SendChecks(union);
        checks.place();
        observations.forEach(checks::take);
        checks.first.keySet().forEach(checks::outcome);
        checks.nobodySentTheRest();
        checks.realTimeOrder();
        return checks.violations;
    }

    private void place() {
        union.values()
                .forEach(events -> events.values().stream()
                        .filter(ChatEvent::isMessage)
                        .forEach(event -> there.put(key(event), event)));
    }

    private static SendKey key(ChatEvent event) {
        return new SendKey(event.conversationId(), event.senderId(), event.clientMessageId());
    }

    private void take(Observation observation) {
        if (observation instanceof Sent sent) {
            attempts.merge(sent.key(), 1, Integer::sum);
            Sent before = first.putIfAbsent(sent.key(), sent);
            if (before != null && !before.content().equals(sent.content())) {
                throw new IllegalArgumentException("the test itself sent two contents under " + sent.key());
            }
        } else if (observation instanceof Acknowledged answer) {
            Acknowledged before = acknowledged.putIfAbsent(answer.key(), answer);
            if (before != null && !same(before, answer)) {
                report(RETRY, answer.key() + " was answered " + before + " and " + answer);
            }
        } else if (observation instanceof Observation.Seen arrival
                && arrival.event().isMessage()) {
            seen.putIfAbsent(key(arrival.event()), arrival.atNs());
        } else if (observation instanceof Refused answer && !answer.retryable()) {
            refused.put(answer.key(), answer);
        }
    }

    private static boolean same(Acknowledged one, Acknowledged other) {
        return one.messageId().equals(other.messageId())
                && one.seq() == other.seq()
                && one.prevSeq() == other.prevSeq()
                && one.ordinal() == other.ordinal();
    }

    private void outcome(SendKey key) {
        Acknowledged answer = acknowledged.get(key);
        Refused refusal = refused.get(key);
        ChatEvent event = there.get(key);
        if (refusal != null && (event != null || answer != null) && !wasTakenAtAnotherAttempt(key, refusal)) {
            report(
                    REFUSED_BUT_THERE,
                    key + " was refused as " + refusal.code() + " and is " + (event == null ? answer : event));
        }
        if (answer == null && refusal == null) {
            report(UNANSWERED, key + ", there as " + event);
        }
        if (answer != null && event == null) {
            report(LOST, "nobody has " + answer);
        }
        if (answer != null && event != null && !matches(answer, event)) {
            report(RETRY, key + " was answered " + answer + " and is " + event);
        }
        if (event != null && !first.get(key).content().equals(event.content())) {
            report(DIFFERS, "sent as " + first.get(key).content() + ", is " + event);
        }
    }

    /**
     * A refusal changes nothing, so it is not remembered: of a message sent twice one attempt may be refused, for the sender was no
     * member then, and the other be taken later. What was there before the refusal, though, must not be denied.
     */
    private boolean wasTakenAtAnotherAttempt(SendKey key, Refused refusal) {
        return attempts.get(key) > 1
                && refusal.code().equals("not_a_member")
                && seen.getOrDefault(key, Long.MAX_VALUE) > refusal.atNs();
    }

    private static boolean matches(Acknowledged answer, ChatEvent event) {
        return answer.messageId().equals(event.messageId())
                && answer.seq() == event.seq()
                && answer.prevSeq() == event.prevSeq()
                && answer.ordinal() == event.ordinal();
    }

    private void nobodySentTheRest() {
        Set<SendKey> strangers = new HashSet<>(there.keySet());
        strangers.removeAll(first.keySet());
        strangers.forEach(key -> report(PHANTOM, "nobody sent " + there.get(key)));
    }

    /** Whoever sends after an acknowledgement comes behind it: the order of a conversation agrees with that of the clock. */
    private void realTimeOrder() {
        Map<String, List<SendKey>> byConversation = new TreeMap<>();
        first.keySet().stream()
                .filter(acknowledged::containsKey)
                .forEach(key -> byConversation
                        .computeIfAbsent(key.conversationId(), id -> new ArrayList<>())
                        .add(key));
        byConversation.values().forEach(this::realTimeOrder);
    }

    private void realTimeOrder(List<SendKey> sends) {
        PriorityQueue<Acknowledged> answers = new PriorityQueue<>(Comparator.comparingLong(Acknowledged::atNs));
        sends.forEach(key -> answers.add(acknowledged.get(key)));
        List<SendKey> byStart = new ArrayList<>(sends);
        byStart.sort(Comparator.comparingLong(key -> first.get(key).atNs()));
        Acknowledged highest = null;
        for (SendKey key : byStart) {
            while (!answers.isEmpty() && answers.peek().atNs() < first.get(key).atNs()) {
                Acknowledged done = answers.poll();
                highest = highest == null || done.seq() > highest.seq() ? done : highest;
            }
            if (highest != null && acknowledged.get(key).seq() < highest.seq()) {
                report(REAL_TIME, acknowledged.get(key) + " was sent after " + highest);
            }
        }
    }

    private void report(Violation.Kind kind, String detail) {
        violations.add(new Violation(kind, detail));
    }
}
