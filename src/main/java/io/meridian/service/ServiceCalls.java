package io.meridian.service;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.conversation.Additions;
import io.meridian.conversation.CommandCalls;
import io.meridian.conversation.Creation;
import io.meridian.conversation.Creations;
import io.meridian.conversation.SendAnswer;
import io.meridian.conversation.SendRequest;
import io.meridian.conversation.Sends;
import io.meridian.message.Action;
import io.meridian.message.ConversationId;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import java.util.List;

/** What a service can have changed. */
final class ServiceCalls {
    private final CommandCalls calls;
    private final Creations creations;
    private final Additions additions;
    private final Sends sends;

    ServiceCalls(CommandCalls calls, Creations creations, Additions additions, Sends sends) {
        this.calls = calls;
        this.creations = creations;
        this.additions = additions;
        this.sends = sends;
    }

    Future<ObjectNode> create(Request request) {
        Creation wanted = Creation.read(request.body(), request.account());
        return creations
                .make(request.account(), request.id(), wanted)
                .map(done -> ServiceReply.done(request.id(), done));
    }

    Future<ObjectNode> addMembers(Request request) {
        ConversationId conversation = request.body().value("conversationId", ConversationId::new);
        List<UserId> users = Additions.read(request.body());
        return additions
                .make(conversation, request.account(), request.id(), users)
                .map(added -> added.map(done -> ServiceReply.done(request.id(), done))
                        .orElseGet(() -> ServiceReply.unchanged(conversation, request.id())));
    }

    /** Of the account itself: leaving. */
    Future<ObjectNode> removeMember(Request request) {
        ConversationId conversation = request.body().value("conversationId", ConversationId::new);
        UserId user = request.body().value("userId", UserId::new);
        request.body().check();
        return calls.change(conversation, request.account(), request.id(), new Action.RemoveMember(user))
                .map(done -> ServiceReply.done(request.id(), done));
    }

    /** Through {@link Sends}, where everything is that holds for sends. */
    Future<ObjectNode> send(Request request) {
        SendRequest message = SendRequest.read(request.body(), request.id());
        return sends.send(request.account(), message).map(done -> SendAnswer.of(request.account(), message, done));
    }
}
