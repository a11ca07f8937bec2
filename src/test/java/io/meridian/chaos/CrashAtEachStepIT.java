package io.meridian.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.launch.ProcessId;
import io.meridian.log.CrashPoint;
import io.meridian.testing.ClientTiming;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Cluster;
import io.meridian.testing.Inspection;
import io.meridian.testing.Person;
import io.meridian.testing.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A node ends itself exactly at a step of the way of a message, while commands of every kind are under way; the other takes
 * over, and each command has happened once, for everybody.
 */
@ExtendWith(BreakableRegion.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashAtEachStepIT {
    private static final int PEOPLE = 16;
    private static final int ROOMS_AT_ONCE = 6;
    /** Rooms of this many rounds reach every step; a step not reached by then is not on the way of a command. */
    private static final int MOST_ROUNDS = 12;

    private static final int VICTIM = 1;
    /** Early enough to be reached soon, late enough to hit any kind of command. */
    private static final int MOST_TIMES = 12;

    private static final Duration SETTLES_WITHIN = Duration.ofSeconds(150);

    private final Random random = new Random(Seeds.next());
    private final ExecutorService threads = Executors.newFixedThreadPool(ROOMS_AT_ONCE);
    private final List<Person> people = new ArrayList<>();
    private ClientWorld world;
    private Cluster cluster;

    @BeforeAll
    void registerPeople(Cluster region) {
        cluster = region;
        BreakableRegion.makeWhole(region);
        world = new ClientWorld(region.urls(), ClientTiming.DEFAULT, random.nextLong());
        for (int i = 0; i < PEOPLE; i++) {
            people.add(world.register("person"));
        }
    }

    @AfterAll
    void end() {
        world.close();
        threads.shutdownNow();
        BreakableRegion.makeWhole(cluster);
    }

    @ParameterizedTest
    @EnumSource(CrashPoint.class)
    void nothingIsMissingAfterACrash(CrashPoint step) {
        // Commits are seldom: waiting for many of them would take the test's time.
        int times = 1 + random.nextInt(step.name().contains("COMMIT") ? 2 : MOST_TIMES);
        Stopwatch watch = new Stopwatch(step + ":" + times);
        String victim = cluster.nodeNames().get(VICTIM);
        cluster.restart(victim, "-Dmeridian.test.crash-at=" + step + ":" + times);
        ProcessId process = cluster.process(victim).id();
        watch.lap("armed");
        List<Room.Member> members = enter(step);
        List<Room> rooms = new ArrayList<>();
        for (int round = 0; round < MOST_ROUNDS && process.isAlive(); round++) {
            List<Room> more = rooms(members);
            rooms.addAll(more);
            inParallel(more, Room::live);
        }
        assertThat(process.isAlive())
                .as("the step %s:%d was not reached", step, times)
                .isFalse();
        watch.lap(rooms.size() + " rooms lived");
        inParallel(rooms, Room::isWhole);
        new Inspection(
                        world,
                        members.stream().map(Room.Member::person).toList(),
                        members.stream().map(Room.Member::device).toList(),
                        rooms.stream()
                                .flatMap(room -> room.conversations().stream())
                                .toList())
                .isClean(SETTLES_WITHIN);
        leave(members);
        watch.lap("checked");
        System.out.println(watch);
    }

    /** Each with a new device, every other of them at the node that is going to die. */
    private List<Room.Member> enter(CrashPoint step) {
        List<Room.Member> members = new ArrayList<>();
        for (int i = 0; i < people.size(); i++) {
            Person person = people.get(i).at(i % 2);
            members.add(new Room.Member(person, person.device(step.name()).start()));
        }
        Inspection.settled(
                SETTLES_WITHIN, members.stream().map(Room.Member::device).toList());
        return members;
    }

    private List<Room> rooms(List<Room.Member> members) {
        List<Room> rooms = new ArrayList<>();
        for (int i = 0; i < ROOMS_AT_ONCE; i++) {
            List<Room.Member> four = new ArrayList<>(members);
            Collections.shuffle(four, random);
            rooms.add(new Room(world, four.subList(0, 4)));
        }
        return rooms;
    }

    private void leave(List<Room.Member> members) {
        for (Room.Member member : members) {
            member.device().goAway();
            String path = "/api/devices/" + member.device().device().deviceId();
            member.person().insist(person -> person.call("DELETE", path, null));
        }
    }

    private void inParallel(List<Room> rooms, Consumer<Room> action) {
        rooms.stream()
                .map(room -> CompletableFuture.runAsync(() -> action.accept(room), threads))
                .toList()
                .forEach(CompletableFuture::join);
    }
}
