package io.meridian.gateway;

import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationId;
import io.meridian.message.ConversationType;
import io.meridian.message.InvalidFieldException;
import io.meridian.message.Role;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.stream.Stream;

/** Who is in a conversation, and as what. */
final class MemberRoutes {
    /** Each is an event, and those of one command are one batch of the store. */
    private static final int MAX_ADDED = 100;

    private final ConversationViews views;
    private final CommandCalls calls;
    private final Facts facts;

    MemberRoutes(ConversationViews views, CommandCalls calls, Facts facts) {
        this.views = views;
        this.calls = calls;
        this.facts = facts;
    }

    void mount(Api api) {
        String members = "/api/conversations/:id/members";
        api.route(HttpMethod.GET, members, this::list);
        api.route(HttpMethod.POST, members, this::add);
        api.route(HttpMethod.DELETE, members + "/:userId", this::remove);
        api.route(HttpMethod.PATCH, members + "/:userId", this::changeRole);
    }

    private Future<Answer> list(Call call) {
        UserId after = call.query("cursor").map(Cursors::name).map(UserId::new).orElse(null);
        ConversationId conversation = call.conversation();
        int limit = call.limit();
        return views.member(conversation, call.user())
                .compose(member -> views.members(conversation, after, limit))
                .map(page -> Answer.ok(Shown.list(page.shown(), page.next())));
    }

    private Future<Answer> add(Call call) {
        List<UserId> users = added(call.body());
        ClientMessageId id = calls.clientMessageId(call);
        return facts.users(users)
                .map(found -> ConversationRoutes.existing(users, found))
                .compose(existing -> fresh(call.conversation(), existing))
                .compose(fresh -> fresh.isEmpty()
                        ? Future.succeededFuture()
                        : calls.change(call.conversation(), call.user(), id, new Action.AddMembers(fresh)))
                .compose(done -> views.one(call.conversation(), call.user()))
                .map(Answer::ok);
    }

    /**
     * The fold does not know a channel's plain members: to add one again would be to begin the membership, and what is
     * unread, anew. So they are left out here.
     */
    private Future<List<UserId>> fresh(ConversationId conversation, List<UserId> users) {
        return facts.of(conversation)
                .compose(fact -> fact.type() == ConversationType.CHANNEL
                        ? views.outside(conversation, users)
                        : Future.succeededFuture(users));
    }

    /** {@code memberIds} as in a creation; one alone may be given as {@code userId}. */
    private static List<UserId> added(Fields body) {
        Stream<UserId> one = body.optional("userId", UserId::new).stream();
        Stream<UserId> many =
                Stream.of("memberIds", "userIds").flatMap(field -> body.values(field, MAX_ADDED, UserId::new).stream());
        List<UserId> users = Stream.concat(one, many).distinct().sorted().toList();
        if (users.isEmpty()) {
            body.reject("memberIds", "must name at least one user");
        }
        if (users.size() > MAX_ADDED) {
            body.reject("memberIds", "names " + users.size() + " users, " + MAX_ADDED + " are allowed at once");
        }
        body.check();
        return users;
    }

    /** Of oneself: leaving. */
    private Future<Answer> remove(Call call) {
        UserId user = call.id("userId", UserId::new);
        ClientMessageId id = calls.clientMessageId(call);
        return calls.change(call.conversation(), call.user(), id, new Action.RemoveMember(user))
                .map(done -> Answer.noContent());
    }

    private Future<Answer> changeRole(Call call) {
        UserId user = call.id("userId", UserId::new);
        Role role = call.body().value("role", MemberRoutes::role);
        ClientMessageId id = calls.clientMessageId(call);
        return calls.change(call.conversation(), call.user(), id, new Action.ChangeRole(user, role))
                .compose(done -> views.one(call.conversation(), call.user()))
                .map(Answer::ok);
    }

    private static Role role(String text) {
        for (Role role : Role.values()) {
            if (role.wire().equals(text)) {
                return role;
            }
        }
        throw new InvalidFieldException("role", "must be owner, admin or member");
    }
}
