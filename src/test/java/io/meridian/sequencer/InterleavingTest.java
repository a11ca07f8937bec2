package io.meridian.sequencer;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.meridian.log.LogEntry;
import io.meridian.log.Retrying;
import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.Command;
import io.meridian.message.CommandCodec;
import io.meridian.message.ConversationId;
import io.meridian.message.FoldLimits;
import io.meridian.message.Ids;
import io.meridian.message.LogRecord;
import io.meridian.message.MessageType;
import io.meridian.message.Ownership;
import io.meridian.message.ReplyTo;
import io.meridian.message.Role;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import io.meridian.message.UserId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.slf4j.LoggerFactory;

/**
 * The shell around the fold, as production has it: two sequencers that overlap, over stores whose every read and write may
 * come, fail, or come late at any moment, leave what the pure fold says, tell everybody, and commit nothing too early.
 *
 * <p>{@link OverlapTest} says the same of the fold alone, with windows so small that the index answers most of the time.
 */
class InterleavingTest {
    private static final List<UserId> USERS = List.of(Commands.ANN, Commands.BOB, Commands.CAT, Commands.DAN);
    /** A dedup age that some repetitions outlive. */
    private static final FoldLimits LIMITS = new FoldLimits(10, 3, 10, 15_000);

    /** So many that ids leave the window while they count, and that snapshots are made. */
    private static final int MANY = 1_100;

    @BeforeContainer
    static void quiet() {
        speak(Level.OFF);
    }

    @AfterContainer
    static void loud() {
        speak(null);
    }

    /** Every fault of thousands of courses would be told. */
    private static void speak(Level level) {
        for (Class<?> type : List.of(Retrying.class, PartitionFold.class)) {
            ((Logger) LoggerFactory.getLogger(type)).setLevel(level);
        }
    }

    private static final List<String> TABLES = List.of(
            "events",
            "conversation_buckets",
            "message_index",
            "conversations",
            "members",
            "conversations_by_user",
            "read_cursors");

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void sequencersThatOverlapLeaveWhatOneAloneWouldHaveLeft(@ForAll long seed) {
        var random = new Random(seed);
        plays(random, log(random, 5 + random.nextInt(60), 2), 60_000, 500 + random.nextInt(2_500));
    }

    @Property(tries = 5, shrinking = ShrinkingMode.OFF)
    void soTheyDoWhereTheWindowHasForgottenAndSnapshotsAreMade(@ForAll long seed) {
        var random = new Random(seed);
        plays(random, log(random, MANY + random.nextInt(200), 1), 36_000, 4_000);
    }

    /** {@code mostMs}: how long it took to write the log, at most. */
    private static void plays(Random random, List<LogRecord> records, int mostMs, int moves) {
        List<LogEntry> log = entries(random, records, mostMs / records.size() + 1);
        List<Long> times = log.stream().map(LogEntry::timestampMs).toList();
        var reference = new Reference(records, times);
        var alone = new PlayedSequencers(log, reference, new Random(1)).with(1);
        alone.drain();
        var both = new PlayedSequencers(log, reference, random).with(2);
        both.run(moves);
        both.drain();

        for (PlayedSequencers played : List.of(alone, both)) {
            reference.rows().forEach((conversation, rows) -> {
                assertThat(rowsOf(played, conversation))
                        .as("rows of %s", conversation)
                        .isEqualTo(json(rows));
                assertThat(new ArrayList<>(played.published.get(conversation)))
                        .as("first occurrences, in order, none missing")
                        .isEqualTo(rows.stream().map(StoredEvent::seq).toList());
            });
            reference
                    .decided()
                    .keySet()
                    .forEach(offset -> assertThat(played.answers).as("answered").containsKey(offset));
            for (int offset = 0; offset < records.size(); offset++) {
                if (records.get(offset) == null) {
                    assertThat(played.deadLetters).contains((long) offset);
                }
            }
        }
        for (String table : TABLES) {
            assertThat(both.tables.contents(table)).as(table).isEqualTo(alone.tables.contents(table));
        }
    }

    private static Map<Long, String> rowsOf(PlayedSequencers played, ConversationId conversation) {
        return played.tables.events(conversation);
    }

    private static Map<Long, String> json(List<StoredEvent> rows) {
        Map<Long, String> json = new TreeMap<>();
        rows.forEach(row -> json.put(row.seq(), new String(row.json(), StandardCharsets.UTF_8)));
        return json;
    }

    /** Commands to two conversations, a later epoch of the same owner, and what nobody can read. */
    private static List<LogRecord> log(Random random, int size, int conversations) {
        List<LogRecord> log = new ArrayList<>();
        log.add(Commands.OWNED);
        for (int i = 0; i < conversations; i++) {
            log.add(to(
                    "create-" + i,
                    Commands.ANN,
                    "create-" + i,
                    new Action.CreateGroup("Friends", List.of(USERS.get(1)))));
        }
        boolean moves = random.nextBoolean();
        int epoch = 1;
        while (log.size() < size) {
            int what = random.nextInt(60);
            if (what == 0) {
                log.add(null);
            } else if (what == 1 && moves) {
                epoch++;
                log.add(new Ownership(Commands.US, Seq.epochOf(epoch, 0), Commands.US));
            } else {
                log.add(command(random, "create-" + random.nextInt(conversations), size, log));
            }
        }
        return log;
    }

    private static Command command(Random random, String conversation, int size, List<LogRecord> log) {
        UserId actor = USERS.get(random.nextInt(USERS.size()));
        UserId other = USERS.get(random.nextInt(USERS.size()));
        String id = "c" + random.nextInt(size);
        return switch (random.nextInt(14)) {
            case 0 -> to(conversation, actor, id, new Action.AddMembers(List.of(other, Commands.DAN)));
            // whoever writes the most stays in a long log
            case 1 -> to(conversation, actor, id, new Action.RemoveMember(size < MANY ? other : Commands.DAN));
            case 2 -> to(conversation, actor, id, new Action.ChangeRole(other, Role.values()[random.nextInt(3)]));
            case 3 -> to(conversation, actor, id, new Action.ChangeTitle("title " + random.nextInt(2)));
            // the fold fails on it
            case 4 -> to(conversation, actor, id, new Action.RemoveMember(null));
            case 5, 6, 7 ->
                log.get(random.nextInt(log.size())) instanceof Command before
                        ? before
                        : to(conversation, actor, id, text("once"));
            default -> to(conversation, Commands.ANN, id, text("text " + random.nextInt(2)));
        };
    }

    private static Action text(String content) {
        return new Action.Send(MessageType.TEXT, content, List.of(), null, List.of());
    }

    private static Command to(String conversation, UserId actor, String id, Action action) {
        return new Command(
                Command.RULES,
                Ids.group(Commands.ANN, new ClientMessageId(conversation)),
                Commands.US,
                actor,
                new ClientMessageId(id),
                null,
                null,
                LIMITS,
                action);
    }

    /** As they lie in the log; each asks for its answer by its offset, and was appended a while after the one before. */
    private static List<LogEntry> entries(Random random, List<LogRecord> records, int mostMs) {
        List<LogEntry> entries = new ArrayList<>();
        long at = 1_000_000;
        for (int offset = 0; offset < records.size(); offset++) {
            at += random.nextInt(mostMs);
            LogRecord record = records.get(offset);
            if (record instanceof Command command) {
                record = new Command(
                        command.rules(),
                        command.conversationId(),
                        command.home(),
                        command.actor(),
                        command.clientMessageId(),
                        null,
                        new ReplyTo("gateway", offset),
                        command.limits(),
                        command.action());
            }
            byte[] value = record == null ? "{".getBytes(StandardCharsets.UTF_8) : CommandCodec.encode(record);
            entries.add(new LogEntry(offset, at, new byte[0], value, Map.of()));
        }
        return entries;
    }
}
