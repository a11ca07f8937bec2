package io.meridian.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.Ids;
import io.meridian.message.InvalidFieldException;
import io.meridian.message.Json;
import io.meridian.message.RefusedException;
import io.meridian.message.UserId;
import io.meridian.store.ConversationHead;
import io.meridian.store.ConversationStore;
import io.meridian.store.Membership;
import io.meridian.store.ReadCursor;
import io.meridian.store.User;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Making, listing, showing and renaming conversations. */
final class ConversationRoutes {
    /** 500 with the creator: the contract's bound for one call. */
    private static final int MAX_OTHERS = 499;

    private static final int MAX_TITLE = 200;

    private final ConversationStore conversations;
    private final ConversationViews views;
    private final CommandCalls calls;
    private final Facts facts;

    ConversationRoutes(ConversationStore conversations, ConversationViews views, CommandCalls calls, Facts facts) {
        this.conversations = conversations;
        this.views = views;
        this.calls = calls;
        this.facts = facts;
    }

    void mount(Api api) {
        api.route(HttpMethod.POST, "/api/conversations", Api.LARGE_BODY_LIMIT, this::create);
        api.route(HttpMethod.GET, "/api/conversations", this::list);
        api.route(
                HttpMethod.GET,
                "/api/conversations/:id",
                call -> views.one(call.conversation(), call.user()).map(Answer::ok));
        api.route(HttpMethod.PATCH, "/api/conversations/:id", this::rename);
    }

    private Future<Answer> create(Call call) {
        Fields body = call.body();
        ConversationType type = body.value("type", ConversationRoutes::type);
        String title = body.optional("title", ConversationRoutes::title).orElse(null);
        // One more than fits: the creator may be among them.
        List<UserId> others = others(body, call.user());
        if (type == ConversationType.DIRECT && others.size() != 1) {
            body.reject("memberIds", "must name exactly one other user");
        }
        body.check();
        ClientMessageId id = calls.clientMessageId(call);
        List<UserId> all = new ArrayList<>(others);
        all.add(call.user());
        return facts.users(all)
                .compose(users -> type == ConversationType.DIRECT
                        ? direct(call.user(), existing(others, users).get(0), id, users)
                        : group(type, title, call.user(), existing(others, users), id, users))
                .compose(made -> views.one(made.conversationId(), call.user())
                        .map(shown -> Answer.json(made.duplicate() ? 200 : 201, shown)
                                .with("Location", "/api/conversations/" + made.conversationId())));
    }

    private Future<io.meridian.message.Outcome.Done> direct(
            UserId creator, UserId peer, ClientMessageId id, Map<UserId, User> users) {
        // Of two who ask at once both must name the same home: the smaller one's.
        UserId smaller = creator.compareTo(peer) <= 0 ? creator : peer;
        return calls.make(
                Ids.direct(creator, peer), user(users, smaller).home(), creator, id, new Action.CreateDirect(peer));
    }

    private Future<io.meridian.message.Outcome.Done> group(
            ConversationType type,
            String title,
            UserId creator,
            List<UserId> others,
            ClientMessageId id,
            Map<UserId, User> users) {
        Action action = type == ConversationType.GROUP
                ? new Action.CreateGroup(title, others)
                : new Action.CreateChannel(title, others);
        return calls.make(Ids.group(creator, id), user(users, creator).home(), creator, id, action);
    }

    /** Sorted, each once, without the creator: what is the same group has the same payload. */
    private static List<UserId> others(Fields body, UserId creator) {
        if (!body.has("memberIds")) {
            body.reject("memberIds", "is required");
            return List.of();
        }
        List<UserId> others = body.values("memberIds", MAX_OTHERS + 1, UserId::new).stream()
                .filter(user -> !user.equals(creator))
                .distinct()
                .sorted()
                .toList();
        if (others.size() > MAX_OTHERS) {
            body.reject("memberIds", "names " + others.size() + " others, " + MAX_OTHERS + " are allowed at once");
        }
        return others;
    }

    static List<UserId> existing(List<UserId> wanted, Map<UserId, User> users) {
        wanted.stream().filter(user -> !users.containsKey(user)).findFirst().ifPresent(unknown -> {
            throw RefusedException.invalid("memberIds", "names a user that does not exist: " + unknown);
        });
        return wanted;
    }

    /** The caller's own row can be missing only if the account was made elsewhere and has not arrived here. */
    private static User user(Map<UserId, User> users, UserId user) {
        User found = users.get(user);
        if (found == null) {
            throw Problem.unavailable();
        }
        return found;
    }

    private Future<Answer> rename(Call call) {
        String title = call.body().value("title", ConversationRoutes::title);
        ClientMessageId id = calls.clientMessageId(call);
        return calls.change(call.conversation(), call.user(), id, new Action.ChangeTitle(title))
                .compose(done -> views.one(call.conversation(), call.user()))
                .map(Answer::ok);
    }

    /** Pages by id; within a page what moved last comes first. */
    private Future<Answer> list(Call call) {
        int limit = call.limit();
        String after = call.query("cursor").map(Cursors::name).orElse("");
        return conversations.of(call.user()).compose(memberships -> {
            List<ConversationId> current = memberships.stream()
                    .filter(Membership::current)
                    .map(Membership::conversationId)
                    .filter(id -> id.value().compareTo(after) > 0)
                    .sorted()
                    .limit(limit + 1L)
                    .toList();
            boolean more = current.size() > limit;
            List<ConversationId> page = more ? current.subList(0, limit) : current;
            return page(call.user(), page)
                    .map(items -> Answer.ok(Shown.list(
                            items, more ? Cursors.of(page.get(limit - 1).value()) : null)));
        });
    }

    private Future<ArrayNode> page(UserId user, List<ConversationId> page) {
        if (page.isEmpty()) {
            return Future.succeededFuture(Json.MAPPER.createArrayNode());
        }
        Future<Map<ConversationId, ConversationHead>> heads = conversations.heads(page);
        Future<Map<ConversationId, ReadCursor>> cursors = conversations.cursors(user);
        return Future.all(heads, cursors).compose(read -> {
            List<ConversationHead> newestFirst = page.stream()
                    .map(heads.result()::get)
                    .filter(java.util.Objects::nonNull)
                    .sorted(Comparator.comparing(ConversationRoutes::lastAt).reversed())
                    .toList();
            List<Future<ObjectNode>> shown = newestFirst.stream()
                    .map(head -> views.shown(
                            head,
                            Optional.ofNullable(cursors.result().get(head.conversationId())),
                            ConversationViews.LISTED_MEMBERS))
                    .toList();
            return Future.all(shown).map(done -> {
                ArrayNode items = Json.MAPPER.createArrayNode();
                shown.forEach(item -> items.add(item.result()));
                return items;
            });
        });
    }

    /** RFC 3339 in one zone and precision sorts as text. */
    private static String lastAt(ConversationHead head) {
        return head.lastEvent() == null
                ? ""
                : Fields.parse(head.lastEvent())
                        .flatMap(event -> event.optionalText("serverTimestamp"))
                        .orElse("");
    }

    private static ConversationType type(String text) {
        for (ConversationType type : ConversationType.values()) {
            if (type.wire().equals(text)) {
                return type;
            }
        }
        throw new InvalidFieldException("type", "must be direct, group or channel");
    }

    private static String title(String text) {
        boolean good = !text.isBlank()
                && text.codePointCount(0, text.length()) <= MAX_TITLE
                && text.codePoints().noneMatch(Character::isISOControl);
        if (!good) {
            throw new InvalidFieldException(
                    "title", "must be 1 to " + MAX_TITLE + " characters, without control characters");
        }
        return text;
    }
}
