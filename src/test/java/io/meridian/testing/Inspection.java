package io.meridian.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.testing.Observation.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;

/** Waits until everything is quiet, reads what can be read, and holds it against the contract. */
public final class Inspection {
    /** For what is known to be missing when all else is quiet: what does not come by then is lost. */
    private static final Duration TAIL = Duration.ofSeconds(15);
    /** The contract's heartbeatSeconds. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(30);

    private static final int MOST_TOLD = 20;
    private static final int MOST_LINES = 100_000;

    private final ClientWorld world;
    private final Collection<Person> people;
    private final Collection<ChatClient> devices;
    private final Set<String> conversations;

    /**
     * @param people whose lists and histories are read
     * @param devices all of them connected
     * @param conversations what is looked at; whatever else the people have is left out
     */
    public Inspection(
            ClientWorld world,
            Collection<Person> people,
            Collection<ChatClient> devices,
            Collection<String> conversations) {
        this.world = world;
        this.people = List.copyOf(people);
        this.devices = List.copyOf(devices);
        this.conversations = Set.copyOf(conversations);
    }

    /** Settles, reads and checks; fails with every violation. */
    public void isClean(Duration bound) {
        List<Violation> violations = violations(bound);
        if (!violations.isEmpty()) {
            tell(violations);
        }
        // The first few tell what is wrong; the rest would bury it.
        assertThat(violations.stream().limit(MOST_TOLD))
                .as("%d violations", violations.size())
                .isEmpty();
    }

    /** All of them with everything that happened, for whoever looks for the cause. */
    private void tell(List<Violation> violations) {
        try {
            Path directory = Project.outputDirectory().resolve("violations");
            Files.createDirectories(directory);
            Path file = Files.createTempFile(directory, "run-", ".txt");
            List<String> lines = new ArrayList<>();
            violations.forEach(violation -> lines.add(violation.toString()));
            String concerned = String.join(" ", lines);
            Set<String> told =
                    conversations.stream().filter(concerned::contains).collect(Collectors.toSet());
            observations().stream()
                    .map(Observation::toString)
                    .filter(line -> told.stream().anyMatch(line::contains))
                    .limit(MOST_LINES)
                    .forEach(lines::add);
            Files.write(file, lines);
            System.out.println(violations.size() + " violations, all of them with the history: " + file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Settles, reads and checks. A device that does not settle is a violation, and what it lacks is told, too.
     *
     * <p>A device whose inbox was lost while it was connected learns of it by the server's heartbeat, and cannot know before; so what
     * is missing has a heartbeat's time to come.
     */
    public List<Violation> violations(Duration bound) {
        List<Violation> violations = new ArrayList<>();
        if (!quiet(bound)) {
            violations.add(
                    new Violation(Violation.Kind.BROKEN, "not settled within " + bound + ": " + troubles(devices)));
        }
        announceHeads();
        quiet(TAIL);
        devices.forEach(ChatClient::fetchOlder);
        quiet(TAIL);
        AtomicReference<List<Violation>> last = new AtomicReference<>(List.of());
        try {
            await().atMost(HEARTBEAT.plus(TAIL))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofSeconds(2))
                    .until(() -> {
                        last.set(HistoryChecker.check(observations(), read()));
                        return last.get().stream().noneMatch(violation -> violation.kind() == Violation.Kind.LOST);
                    });
        } catch (ConditionTimeoutException lost) {
            violations.add(new Violation(Violation.Kind.BROKEN, "nothing more came within " + HEARTBEAT.plus(TAIL)));
        }
        violations.addAll(last.get());
        return violations;
    }

    private boolean quiet(Duration bound) {
        try {
            await().atMost(bound).until(() -> devices.stream().allMatch(ChatClient::isSettled));
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }

    /** Waits for every one of the devices to be settled. */
    public static void settled(Duration bound, Collection<ChatClient> devices) {
        try {
            await().atMost(bound).until(() -> devices.stream().allMatch(ChatClient::isSettled));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("not settled within " + bound + ":\n" + troubles(devices), e);
        }
    }

    private static String troubles(Collection<ChatClient> devices) {
        return devices.stream()
                .filter(device -> !device.isSettled())
                .map(ChatClient::trouble)
                .collect(Collectors.joining("\n"));
    }

    /** A list tells what a lost last event cannot. */
    private void announceHeads() {
        for (Person person : people) {
            person.conversations().forEach((id, item) -> {
                if (conversations.contains(id)) {
                    devices.stream()
                            .filter(device -> device.device().userId().equals(person.id()))
                            .forEach(device ->
                                    device.announce(id, item.path("lastSeq").asLong()));
                }
            });
        }
    }

    private AtRest read() {
        Map<Device, Map<String, List<ChatEvent>>> held = new HashMap<>();
        for (ChatClient device : devices) {
            held.put(device.device(), only(device.held()));
        }
        Map<String, Map<String, List<ChatEvent>>> pages = new HashMap<>();
        Map<String, Map<String, AtRest.Listing>> listings = new HashMap<>();
        for (Person person : people) {
            Map<String, List<ChatEvent>> histories = new HashMap<>();
            Map<String, AtRest.Listing> lists = new HashMap<>();
            Map<String, JsonNode> listed = person.conversations();
            for (String id : conversations) {
                if (listed.containsKey(id)) {
                    lists.put(id, listing(listed.get(id)));
                    histories.put(id, person.history(id));
                } else if (hasHeld(person, id) && person.mayRead(id)) {
                    histories.put(id, person.history(id));
                }
            }
            pages.put(person.id(), histories);
            listings.put(person.id(), lists);
        }
        return new AtRest(held, pages, listings);
    }

    private static AtRest.Listing listing(JsonNode item) {
        return new AtRest.Listing(
                item.path("lastSeq").asLong(),
                item.path("lastOrdinal").asLong(),
                item.path("readSeq").asLong(),
                item.path("unreadCount").asLong());
    }

    /** Lists leave out where one is no member any more; whether such history can still be read is the server's choice. */
    private boolean hasHeld(Person person, String conversation) {
        return devices.stream()
                .anyMatch(device -> device.device().userId().equals(person.id())
                        && !device.events(conversation).isEmpty());
    }

    private Map<String, List<ChatEvent>> only(Map<String, List<ChatEvent>> all) {
        return all.entrySet().stream()
                .filter(entry -> conversations.contains(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private List<Observation> observations() {
        Predicate<Observation> inScope = observation -> {
            if (observation instanceof Observation.Seen seen) {
                return conversations.contains(seen.event().conversationId());
            }
            if (observation instanceof Observation.Sent sent) {
                return conversations.contains(sent.key().conversationId());
            }
            return true;
        };
        return world.history().observations().stream().filter(inScope).toList();
    }
}
