package io.meridian.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.testing.ChatClient;
import io.meridian.testing.ChatEvent;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Inspection;
import io.meridian.testing.Person;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * People who chat in pairs and groups while their devices come and go: {@value #MESSAGES_PER_SECOND} messages a second from random
 * devices, connected or not; every second a few devices lose their connection, move or connect twice; one group has a
 * member that is removed and added all the time.
 */
final class Workload implements AutoCloseable {
    static final int MESSAGES_PER_SECOND = 120;

    private static final int TICKS_PER_SECOND = 20;
    private static final int GROUPS = 4;
    private static final int GROUP_SIZE = 6;
    /** What a device may have waiting for a connection: people stop typing when nothing goes out. */
    private static final int MOST_PENDING = 40;

    private final ClientWorld world;
    private final Random random;
    private final List<Person> people;
    private final List<ChatClient> devices = new ArrayList<>();
    private final Map<ChatClient, List<String>> chats = new HashMap<>();
    private final List<String> conversations = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
    private final List<Throwable> troubles = new CopyOnWriteArrayList<>();
    private final String revolvingDoor;
    private final Person doorOwner;
    private final Person doorGuest;
    private CompletableFuture<Void> door = CompletableFuture.completedFuture(null);
    private volatile boolean running;
    private volatile boolean calm;
    private long ticks;

    /**
     * @param people at least {@value #GROUP_SIZE}, half of them at each node
     * @param round makes pairs that no other round has
     */
    Workload(ClientWorld world, List<Person> people, int round) {
        this.world = world;
        this.random = world.random("workload");
        this.people = people;
        Map<Person, List<String>> memberships = new HashMap<>();
        people.forEach(person -> memberships.put(person, new ArrayList<>()));
        for (int i = 0; i < people.size(); i++) {
            Person peer = people.get((i + round + 1) % people.size());
            join(people.get(i).directWith(peer), memberships, people.get(i), peer);
        }
        for (int group = 0; group < GROUPS; group++) {
            List<Person> members = sample();
            Person[] others = members.subList(1, members.size()).toArray(Person[]::new);
            join(members.get(0).group("group " + group, others), memberships, members.toArray(Person[]::new));
        }
        List<Person> revolving = sample();
        this.revolvingDoor = revolving.get(0).group("revolving door", revolving.get(1), revolving.get(2));
        join(revolvingDoor, memberships, revolving.get(0), revolving.get(1), revolving.get(2), revolving.get(3));
        this.doorOwner = revolving.get(0);
        this.doorGuest = revolving.get(3);
        for (int i = 0; i < people.size(); i++) {
            addDevice(people.get(i), "phone-" + round, memberships);
            if (i % 2 == 0) {
                addDevice(people.get(i).at(1), "laptop-" + round, memberships);
            }
        }
    }

    private List<Person> sample() {
        List<Person> shuffled = new ArrayList<>(people);
        java.util.Collections.shuffle(shuffled, random);
        return shuffled.subList(0, GROUP_SIZE);
    }

    private void join(String conversation, Map<Person, List<String>> memberships, Person... members) {
        conversations.add(conversation);
        for (Person member : members) {
            memberships.get(member).add(conversation);
        }
    }

    private void addDevice(Person person, String name, Map<Person, List<String>> memberships) {
        ChatClient device = person.device(name);
        devices.add(device);
        memberships.forEach((member, theirs) -> {
            if (member.id().equals(person.id())) {
                chats.put(device, theirs);
            }
        });
    }

    /** Connects every device and starts to write; {@code revolving}: the guest comes and goes. */
    void start(boolean revolving) {
        devices.forEach(ChatClient::start);
        Inspection.settled(Duration.ofSeconds(120), devices);
        running = true;
        clock.scheduleAtFixedRate(watched(this::tick), 0, 1_000 / TICKS_PER_SECOND, TimeUnit.MILLISECONDS);
        if (revolving) {
            door = CompletableFuture.runAsync(this::revolve);
        }
    }

    /** A clock drops what throws, and says nothing: the load would end, and the round be easy. */
    private Runnable watched(Runnable action) {
        return () -> {
            try {
                action.run();
            } catch (RuntimeException | Error e) {
                troubles.add(e);
            }
        };
    }

    /** The guest goes in and out until the load stops, and ends outside or inside as it happens. */
    private void revolve() {
        while (running) {
            String add = world.name("in");
            doorOwner.insist(owner -> owner.addMember(revolvingDoor, doorGuest, add));
            String remove = world.name("out");
            doorOwner.insist(owner -> owner.removeMember(revolvingDoor, doorGuest, remove));
        }
    }

    private void tick() {
        if (!running) {
            return;
        }
        for (int i = 0; i < (calm ? 1 : MESSAGES_PER_SECOND / TICKS_PER_SECOND); i++) {
            write(pick(devices));
        }
        read(pick(devices));
        if (ticks++ % TICKS_PER_SECOND == 0) {
            comeAndGo();
        }
    }

    private void write(ChatClient device) {
        if (device.pending() < MOST_PENDING) {
            device.send(pick(chats.get(device)), "text " + random.nextInt(1_000_000));
        }
    }

    private void read(ChatClient device) {
        String chat = pick(chats.get(device));
        List<ChatEvent> events = device.events(chat);
        if (!events.isEmpty()) {
            device.read(chat, events.get(events.size() - 1).seq());
        }
    }

    private void comeAndGo() {
        ChatClient lost = pick(devices);
        lost.loseNetwork();
        clock.schedule(watched(lost::start), 200 + random.nextInt(3_000), TimeUnit.MILLISECONDS);
        ChatClient closed = pick(devices);
        closed.goAway();
        clock.schedule(watched(closed::start), 100 + random.nextInt(1_000), TimeUnit.MILLISECONDS);
        pick(devices).switchNetwork();
        pick(devices).connectTwice();
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    /** Writes a sixth of it, or all again: on two cores a starting node and full load would wait for each other. */
    void calm(boolean on) {
        calm = on;
    }

    /** Stops writing; every device comes back. Fails if anything went wrong with the load itself. */
    void stop() {
        running = false;
        await("the revolving door").atMost(Duration.ofSeconds(180)).until(door::isDone);
        door.join();
        clock.shutdownNow();
        assertThat(troubles).as("the load itself").isEmpty();
        devices.forEach(ChatClient::start);
    }

    /** Everything of this round, for judgement. */
    Inspection inspection() {
        return new Inspection(world, people, devices, conversations);
    }

    List<ChatClient> devices() {
        return List.copyOf(devices);
    }

    List<String> conversations() {
        return List.copyOf(conversations);
    }

    /** Ends the devices, so that the next round's messages do not fill their inboxes. */
    @Override
    public void close() {
        running = false;
        clock.shutdownNow();
        for (ChatClient device : devices) {
            device.goAway();
            people.stream()
                    .filter(person -> person.id().equals(device.device().userId()))
                    .forEach(person -> person.insist(user -> user.call(
                            "DELETE", "/api/devices/" + device.device().deviceId(), null)));
        }
    }
}
