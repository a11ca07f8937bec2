package io.meridian.gateway;

import io.meridian.auth.Principal;
import io.meridian.conversation.Facts;
import io.meridian.conversation.Fields;
import io.meridian.conversation.History;
import io.meridian.conversation.Visibilities;
import io.meridian.conversation.Visibility;
import io.meridian.delivery.DeviceClaim;
import io.meridian.delivery.Inbox;
import io.meridian.message.ConversationId;
import io.meridian.message.DeviceId;
import io.meridian.message.InvalidFieldException;
import io.meridian.message.Seq;
import io.meridian.message.StoredEvent;
import io.meridian.message.UserId;
import io.meridian.store.ConversationHead;
import io.meridian.store.ConversationStore;
import io.meridian.store.ReadCursor;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * {@code POST /api/sync}: everything that a device misses, conversation by conversation in the order of their ids. The
 * first page makes sure that whatever is sent from here on goes to the inbox; so the heads read after it say what has to be
 * read.
 *
 * <p>A page with events may get lost on its way, and the device would not know of what it never got. So the inbox is called
 * complete only by a request that shows that all pages with events have arrived: the one behind the last of them, whose own page
 * has none. If the inbox lost something again meanwhile, the sync starts over.
 */
final class SyncRoutes {
    /** As many as a body of 256 KiB can name. */
    private static final int MAX_HELD = 6_000;
    /** Of a conversation that the device does not know; older ones come by history. */
    private static final int NEWEST = 50;

    private final ConversationStore conversations;
    private final History history;
    private final Inbox inbox;
    private final Visibilities visibilities;
    private final Hello hello;

    SyncRoutes(GatewayResources resources, Facts facts, SessionServices services) {
        this.conversations = resources.conversations();
        this.history = new History(resources.events());
        this.inbox = resources.inbox();
        this.visibilities = new Visibilities(facts, resources.conversations(), resources.events());
        this.hello = new Hello(services);
    }

    void mount(Api api) {
        api.pages(HttpMethod.POST, "/api/sync", Api.LARGE_BODY_LIMIT, this::sync);
    }

    /** What one page works with. */
    private record Run(Principal caller, DeviceClaim claim, Map<ConversationId, Long> held, SyncPage page) {
        UserId user() {
            return claim.user();
        }
    }

    private Future<Answer> sync(Call call) {
        Fields body = call.body();
        DeviceId device = body.value("deviceId", DeviceId::new);
        Map<ConversationId, Long> held = held(body);
        Cursors.Sync cursor = body.optionalText("cursor").map(Cursors::sync).orElse(null);
        body.check();
        Run run = new Run(call.callerOrNull(), call.claim(device), held, new SyncPage());
        Future<Cursors.Sync> at = cursor != null ? Future.succeededFuture(cursor) : begin(run);
        return at.compose(from -> page(run, from));
    }

    private Future<Cursors.Sync> begin(Run run) {
        return hello.known(run.claim(), run.caller())
                .compose(known -> inbox.beginSync(run.claim())
                        .compose(token ->
                                hello.register(run.claim(), known, null).map(done -> new Cursors.Sync("", 0, token))));
    }

    private Future<Answer> page(Run run, Cursors.Sync from) {
        return conversations
                .of(run.user())
                .map(memberships -> SyncPlan.of(memberships, run.held(), from))
                .compose(plan -> {
                    List<ConversationId> ids = plan.items().stream()
                            .map(SyncPlan.Item::conversationId)
                            .toList();
                    Future<Map<ConversationId, ConversationHead>> heads = conversations.heads(ids);
                    Future<Map<ConversationId, ReadCursor>> cursors = conversations.cursors(run.user());
                    return Future.all(heads, cursors)
                            .compose(read -> fill(run, plan, 0, heads.result(), cursors.result()))
                            .compose(done -> end(run, plan, from));
                });
    }

    private Future<Void> fill(
            Run run,
            SyncPlan plan,
            int index,
            Map<ConversationId, ConversationHead> heads,
            Map<ConversationId, ReadCursor> cursors) {
        int at = index;
        // Conversations without news are passed in a loop: 200 of them must not be 200 frames of the stack.
        while (at < plan.items().size() && !run.page().cut()) {
            SyncPlan.Item item = plan.items().get(at);
            ConversationHead head = heads.get(item.conversationId());
            at++;
            Future<Void> given =
                    head == null ? pass(run, item) : give(run, item, head, cursors.get(item.conversationId()));
            if (!given.isComplete()) {
                int next = at;
                return given.compose(done -> fill(run, plan, next, heads, cursors));
            }
            if (given.failed()) {
                return given;
            }
        }
        return Future.succeededFuture();
    }

    private Future<Void> give(Run run, SyncPlan.Item item, ConversationHead head, ReadCursor cursor) {
        boolean upToDate = item.current() && item.held().orElse(0) >= head.lastSeq();
        if (upToDate) {
            run.page().finished(head, cursor, 0, 0);
            return pass(run, item);
        }
        return visibilities
                .of(item.conversationId(), run.user())
                .compose(visible -> visible.nothing()
                        ? pass(run, item)
                        : events(run, item, visible).map(found -> add(run, item, head, cursor, found)));
    }

    /** Behind what is held; of an unknown one the newest. One more than the page takes is not read: {@code more} says it. */
    private Future<History.Page> events(Run run, SyncPlan.Item item, Visibility visible) {
        OptionalLong held = item.held();
        return held.isPresent()
                ? history.after(
                        item.conversationId(),
                        visible,
                        held.getAsLong(),
                        run.page().room())
                : history.before(item.conversationId(), visible, Seq.MAX, NEWEST);
    }

    private Void add(Run run, SyncPlan.Item item, ConversationHead head, ReadCursor cursor, History.Page found) {
        List<StoredEvent> events = found.events();
        if (events.isEmpty() && found.broken() && item.held().isEmpty()) {
            throw Problem.unavailable();
        }
        long from =
                item.held().orElseGet(() -> events.isEmpty() ? 0 : events.get(0).seq() - 1);
        boolean fitted = run.page().take(item.conversationId(), from, events);
        // What lies before an unknown conversation's newest is history, not a rest.
        boolean rest = found.broken() || (found.more() && item.held().isPresent());
        if (!fitted || rest) {
            run.page().cutHere();
            return null;
        }
        if (item.current()) {
            StoredEvent last = events.isEmpty() ? null : events.get(events.size() - 1);
            run.page()
                    .finished(
                            head,
                            cursor,
                            last == null ? 0 : last.seq(),
                            last == null ? 0 : last.event().header().ordinal());
        }
        run.page().passed(item.conversationId());
        return null;
    }

    private static Future<Void> pass(Run run, SyncPlan.Item item) {
        run.page().passed(item.conversationId());
        return Future.succeededFuture();
    }

    private Future<Answer> end(Run run, SyncPlan plan, Cursors.Sync from) {
        SyncPage page = run.page();
        if (page.cut() && page.next(from.token()).equals(from)) {
            // Not one step: an event is missing in the store. Better a later answer than an endless one.
            return Future.failedFuture(Problem.unavailable());
        }
        if (!page.last(plan.more(), from.token())) {
            return Future.succeededFuture(page.answer(Cursors.of(page.next(from.token()))));
        }
        // Where the inbox lost something while the sync went on, what it lost is found by going through all again.
        return inbox.endSync(run.claim(), from.token())
                .compose(ended -> ended
                        ? Future.succeededFuture(page.answer(null))
                        : begin(run).map(again -> page.answer(Cursors.of(again))));
    }

    private static Map<ConversationId, Long> held(Fields body) {
        Map<ConversationId, Long> held = new HashMap<>();
        body.seqs("conversations", MAX_HELD).forEach((id, seq) -> {
            try {
                held.put(new ConversationId(id), seq);
            } catch (InvalidFieldException e) {
                body.reject("conversations", "names what is no conversationId");
            }
        });
        return held;
    }
}
