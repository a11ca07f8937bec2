package io.meridian.gateway;

import io.meridian.conversation.Additions;
import io.meridian.conversation.CommandCalls;
import io.meridian.message.Action;
import io.meridian.message.ClientMessageId;
import io.meridian.message.ConversationId;
import io.meridian.message.InvalidFieldException;
import io.meridian.message.Role;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/** Who is in a conversation, and as what. */
final class MemberRoutes {
    private final ConversationViews views;
    private final CommandCalls calls;
    private final Additions additions;

    MemberRoutes(ConversationViews views, CommandCalls calls, Additions additions) {
        this.views = views;
        this.calls = calls;
        this.additions = additions;
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
        List<UserId> users = Additions.read(call.body());
        ClientMessageId id = calls.clientMessageId(call.clientMessageId());
        return additions
                .make(call.conversation(), call.user(), id, users)
                .compose(done -> views.one(call.conversation(), call.user()))
                .map(Answer::ok);
    }

    /** Of oneself: leaving. */
    private Future<Answer> remove(Call call) {
        UserId user = call.id("userId", UserId::new);
        ClientMessageId id = calls.clientMessageId(call.clientMessageId());
        return calls.change(call.conversation(), call.user(), id, new Action.RemoveMember(user))
                .map(done -> Answer.noContent());
    }

    private Future<Answer> changeRole(Call call) {
        UserId user = call.id("userId", UserId::new);
        Role role = call.body().value("role", MemberRoutes::role);
        ClientMessageId id = calls.clientMessageId(call.clientMessageId());
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
