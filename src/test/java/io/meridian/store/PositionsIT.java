package io.meridian.store;

import static io.meridian.store.TestStore.NOW;
import static io.meridian.store.TestStore.await;
import static io.meridian.store.TestStore.unique;
import static io.meridian.store.TestStore.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.message.DeviceId;
import io.meridian.message.RegionId;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The small tables: checkpoints, devices, regions, inbox generations. */
class PositionsIT {
    private static TestStore store;

    @BeforeAll
    static void open() {
        store = TestStore.open();
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Nested
    class Checkpoints {
        private final CheckpointStore checkpoints = new CheckpointStore(store.cassandra);
        private final String log = unique("topic/");

        @Test
        void theHighestStays() {
            assertThat(await(checkpoints.load("sequencer", log))).isEmpty();

            await(checkpoints.save("sequencer", log, new Checkpoint(0, "{}")));
            assertThat(await(checkpoints.load("sequencer", log))).contains(new Checkpoint(0, "{}"));
            await(checkpoints.save("sequencer", log, new Checkpoint(17, "{\"epoch\":16}")));
            await(checkpoints.save("sequencer", log, new Checkpoint(16, "{\"z\":\"a zombie's\"}")));

            assertThat(await(checkpoints.load("sequencer", log))).contains(new Checkpoint(17, "{\"epoch\":16}"));
            assertThat(await(checkpoints.load("delivery", log))).isEmpty();
        }
    }

    @Nested
    class Devices {
        private final DeviceStore devices = new DeviceStore(store.cassandra);
        private final UserId ann = user();

        @Test
        void aDeviceIsReplacedWholeAndRemoved() {
            Device phone = new Device(new DeviceId("phone"), "ios", "token", NOW);
            Device laptop = new Device(new DeviceId("laptop"), null, null, NOW);
            await(devices.put(ann, phone));
            await(devices.put(ann, laptop));
            assertThat(await(devices.of(ann))).containsExactly(laptop, phone);

            Device silent = new Device(phone.id(), "ios", null, NOW.plusSeconds(1));
            await(devices.put(ann, silent));
            assertThat(await(devices.of(ann))).containsExactly(laptop, silent);

            remove(laptop.id());
            remove(new DeviceId("unknown"));
            assertThat(await(devices.of(ann))).containsExactly(silent);
            assertThat(await(devices.of(user()))).isEmpty();
        }

        @Test
        void aRemovalIsRememberedAgainstOlderTokensOnly() {
            Device phone = new Device(new DeviceId("phone"), "ios", "token", NOW);
            await(devices.put(ann, phone));
            remove(phone.id());
            await(devices.put(ann, phone));

            KnownDevices known = await(devices.known(ann));
            assertThat(known.registered()).containsExactly(phone);
            assertThat(known.removedSince(phone.id(), NOW.minusSeconds(1))).isTrue();
            assertThat(known.removedSince(phone.id(), NOW)).isTrue();
            assertThat(known.removedSince(phone.id(), NOW.plusMillis(1))).isFalse();
            assertThat(known.removedSince(new DeviceId("laptop"), NOW)).isFalse();
        }

        @Test
        void removalsThatAreTooManySpeakForEveryDevice() {
            for (int i = 0; i < 45; i++) {
                remove(new DeviceId("d" + i));
            }

            KnownDevices known = await(devices.known(ann));
            assertThat(known.registered()).isEmpty();
            assertThat(known.removals()).hasSize(40);
            assertThat(known.removedSince(new DeviceId("d44"), NOW)).isTrue();
            assertThat(known.removedSince(new DeviceId("another"), NOW)).isTrue();
            assertThat(known.removedSince(new DeviceId("another"), NOW.plusMillis(1)))
                    .isFalse();
        }

        @Test
        void aRemovalIsForgottenInTime() {
            KnownDevices nothing = await(devices.known(ann));
            await(devices.remove(ann, new DeviceId("phone"), NOW, Duration.ofSeconds(1), nothing));

            Awaitility.await().until(() -> await(devices.known(ann)).removals().isEmpty());
        }

        private void remove(DeviceId device) {
            await(devices.remove(ann, device, NOW, Duration.ofHours(1), await(devices.known(ann))));
        }
    }

    @Nested
    class Regions {
        private final RegionStore regions = new RegionStore(store.cassandra);

        @Test
        void aNameAndAnIndexBelongTogetherForEver() {
            RegionId one = new RegionId("one");
            RegionId two = new RegionId("two");

            await(regions.register(one, 3));
            await(regions.register(one, 3));

            assertThatThrownBy(() -> await(regions.register(one, 4))).hasMessageContaining("registered with index 3");
            assertThatThrownBy(() -> await(regions.register(two, 3))).hasMessageContaining("one's");
            await(regions.register(two, 4));
            assertThatThrownBy(() -> await(regions.register(two, 16))).hasMessageContaining("0 to 15");
        }

        @Test
        void ofManyRegionsAtOnceOneGetsTheIndex() {
            List<RegionId> rivals = IntStream.range(0, 6)
                    .mapToObj(i -> new RegionId("rival-" + i))
                    .toList();

            List<Future<Void>> claims =
                    rivals.stream().map(region -> regions.register(region, 9)).toList();
            Future.join(claims).transform(all -> Future.succeededFuture()).await();
            List<RegionId> registered = rivals.stream()
                    .filter(region -> regions.register(region, 9)
                            .map(true)
                            .otherwise(false)
                            .await())
                    .toList();

            assertThat(registered).hasSize(1);
        }
    }

    @Nested
    class Generations {
        private final GenerationStore generations = new GenerationStore(store.cassandra);
        private final RegionId region = new RegionId(unique("g").substring(0, 20));

        @Test
        void aServerKeepsItsGenerationAndAnotherRaisesIt() {
            assertThat(await(generations.current(region))).isEmpty();

            InboxGeneration first = await(generations.forServer(region, "run-1", 5_000));
            assertThat(first).isEqualTo(new InboxGeneration(5_000, "run-1", 0));
            assertThat(await(generations.forServer(region, "run-1", 9_000))).isEqualTo(first);

            InboxGeneration second = await(generations.forServer(region, "run-2", 4_000));
            assertThat(second).isEqualTo(new InboxGeneration(5_001, "run-2", 0));
            assertThat(await(generations.current(region))).contains(second);
        }

        @Test
        void flaggingRaisesTheGenerationAndTheBound() {
            await(generations.forServer(region, "run-1", 5_000));

            assertThat(await(generations.flagAllIncomplete(region, 7_000)))
                    .isEqualTo(new InboxGeneration(7_000, "run-1", 7_000));
            assertThat(await(generations.flagAllIncomplete(region, 7_000)))
                    .isEqualTo(new InboxGeneration(7_001, "run-1", 7_001));
            assertThat(await(generations.forServer(region, "run-2", 8_000)))
                    .isEqualTo(new InboxGeneration(8_000, "run-2", 7_001));
        }

        @Test
        void flaggingBeforeAnyServerWasSeen() {
            assertThat(await(generations.flagAllIncomplete(region, 7_000)))
                    .isEqualTo(new InboxGeneration(7_000, "", 7_000));
            assertThat(await(generations.forServer(region, "run-1", 8_000)))
                    .isEqualTo(new InboxGeneration(8_000, "run-1", 7_000));
        }

        @Test
        void thoseWhoNoticeANewServerTogetherRaiseItOnce() {
            await(generations.forServer(region, "run-1", 5_000));

            Set<InboxGeneration> answers = new HashSet<>();
            List<Future<InboxGeneration>> noticed = IntStream.range(0, 6)
                    .mapToObj(i -> generations.forServer(region, "run-2", 6_000 + i))
                    .toList();
            noticed.forEach(answer -> answers.add(await(answer)));

            assertThat(answers).hasSize(1);
            assertThat(await(generations.current(region)))
                    .contains(answers.iterator().next());
        }

        @Test
        void everyFlaggingCounts() {
            List<Future<InboxGeneration>> flags = IntStream.range(0, 4)
                    .mapToObj(i -> generations.flagAllIncomplete(region, 100))
                    .toList();
            Set<Long> raised = new HashSet<>();
            flags.forEach(flag -> raised.add(await(flag).generation()));

            assertThat(raised).containsExactlyInAnyOrder(100L, 101L, 102L, 103L);
        }
    }
}
