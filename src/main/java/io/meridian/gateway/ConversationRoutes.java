package io.meridian.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.async.Turns;
import io.meridian.conversation.CommandCalls;
import io.meridian.conversation.Creation;
import io.meridian.conversation.Creations;
import io.meridian.conversation.Fields;
import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationId;
import io.meridian.message.Json;
import io.meridian.message.UserId;
import io.meridian.store.ConversationHead;
import io.meridian.store.ConversationStore;
import io.meridian.store.Membership;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Making, listing, showing and renaming conversations. */
final class ConversationRoutes {
    /** Conversations whose members are read at once, for one page. */
    private static final int SHOWN_AT_ONCE = 16;

    private final ConversationStore conversations;
    private final ConversationViews views;
    private final CommandCalls calls;
    private final Creations creations;

    ConversationRoutes(
            ConversationStore conversations, ConversationViews views, CommandCalls calls, Creations creations) {
        this.conversations = conversations;
        this.views = views;
        this.calls = calls;
        this.creations = creations;
    }

    void mount(Api api) {
        api.route(HttpMethod.POST, "/api/conversations", Api.LARGE_BODY_LIMIT, this::create);
        api.pages(HttpMethod.GET, "/api/conversations", Api.BODY_LIMIT, this::list);
        api.route(
                HttpMethod.GET,
                "/api/conversations/:id",
                call -> views.one(call.conversation(), call.user()).map(Answer::ok));
        api.route(HttpMethod.PATCH, "/api/conversations/:id", this::rename);
    }

    private Future<Answer> create(Call call) {
        Creation wanted = Creation.read(call.body(), call.user());
        ClientMessageId id = calls.clientMessageId(call.clientMessageId());
        return creations
                .make(call.user(), id, wanted)
                .compose(made -> views.one(made.conversationId(), call.user())
                        .map(shown -> Answer.json(made.duplicate() ? 200 : 201, shown)
                                .with("Location", "/api/conversations/" + made.conversationId())));
    }

    private Future<Answer> rename(Call call) {
        String title = call.body().value("title", Creation::title);
        ClientMessageId id = calls.clientMessageId(call.clientMessageId());
        return calls.change(call.conversation(), call.user(), id, new Action.ChangeTitle(title))
                .compose(done -> views.one(call.conversation(), call.user()))
                .map(Answer::ok);
    }

    /** Pages by id; within a page what moved last comes first. */
    private Future<Answer> list(Call call) {
        int limit = call.limit();
        String after = call.query("cursor").map(Cursors::name).orElse("");
        return current(call.user()).compose(all -> {
            List<ConversationId> behind = all.keySet().stream()
                    .filter(id -> id.value().compareTo(after) > 0)
                    .sorted()
                    .toList();
            return ListedHeads.read(behind, limit, conversations::shownHeads)
                    .compose(page ->
                            shown(call.user(), page.heads()).map(items -> Answer.ok(Shown.list(items, page.next()))));
        });
    }

    private Future<Map<ConversationId, Membership>> current(UserId user) {
        return conversations
                .of(user)
                .map(memberships -> memberships.stream()
                        .filter(Membership::current)
                        .collect(Collectors.toMap(Membership::conversationId, membership -> membership)));
    }

    private Future<ArrayNode> shown(UserId user, List<ConversationHead> heads) {
        if (heads.isEmpty()) {
            return Future.succeededFuture(Json.MAPPER.createArrayNode());
        }
        return conversations
                .cursors(user)
                .compose(cursors -> current(user).compose(current -> {
                    Map<ConversationId, String> movedAt = heads.stream()
                            .collect(Collectors.toMap(ConversationHead::conversationId, ConversationRoutes::lastAt));
                    Comparator<ConversationHead> byMove =
                            Comparator.comparing(head -> movedAt.get(head.conversationId()));
                    Turns turns = new Turns(SHOWN_AT_ONCE);
                    List<Future<ObjectNode>> shown = heads.stream()
                            // asked again behind the heads: who was removed meanwhile must not see what came after
                            .filter(head -> current.containsKey(head.conversationId()))
                            .sorted(byMove.reversed())
                            .map(head -> turns.run(() -> views.shown(
                                    ConversationViews.since(
                                            current.get(head.conversationId()).addedSeq(), head),
                                    Optional.ofNullable(cursors.get(head.conversationId())),
                                    ConversationViews.LISTED_MEMBERS)))
                            .toList();
                    return Future.all(shown).map(done -> {
                        ArrayNode items = Json.MAPPER.createArrayNode();
                        shown.forEach(item -> items.add(item.result()));
                        return items;
                    });
                }));
    }

    /** RFC 3339 in one zone and precision sorts as text. */
    private static String lastAt(ConversationHead head) {
        return head.lastEvent() == null
                ? ""
                : Fields.parse(head.lastEvent())
                        .flatMap(event -> event.optionalText("serverTimestamp"))
                        .orElse("");
    }
}
