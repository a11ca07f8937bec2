package io.meridian.service;

import io.meridian.auth.Principal;
import io.meridian.bus.Addresses;
import io.meridian.bus.Bus;
import io.meridian.bus.Subscription;
import io.meridian.conversation.Additions;
import io.meridian.conversation.CommandCalls;
import io.meridian.conversation.Commands;
import io.meridian.conversation.Creations;
import io.meridian.conversation.Facts;
import io.meridian.conversation.History;
import io.meridian.conversation.RatedSends;
import io.meridian.conversation.Sends;
import io.meridian.conversation.Submissions;
import io.meridian.conversation.Visibilities;
import io.meridian.limits.Limit;
import io.meridian.message.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Answers the region's services at {@link Addresses}. Any number of instances, on any nodes: the bus takes them in turn. */
public final class ServiceVerticle extends VerticleBase {
    private static final long REMIND_MS = 200;
    /** As a gateway gives its calls. */
    private static final long STOP_MS = 1_000;

    private static final long STOP_CHECK_MS = 20;

    private final ServiceResources resources;
    private final String id;
    private final List<Subscription> addresses = new ArrayList<>();
    private Subscription replies;
    private Door door;
    private long reminder;

    /** {@code instance}: 0 and up, unique in the node. */
    public ServiceVerticle(ServiceResources resources, int instance) {
        this.resources = resources;
        this.id = resources.settings().node() + "/service-" + instance;
    }

    @Override
    public Future<?> start() {
        ServiceSettings settings = resources.settings();
        Facts facts = new Facts(resources.conversations(), resources.users());
        Commands commands = new Commands(id, resources.commandLog(), resources.clock(), settings.commands());
        Submissions submissions =
                new Submissions(commands, facts, RatedSends.of(resources.rates(), resources.conversations()));
        CommandCalls calls = new CommandCalls(submissions, resources.ids());
        ServiceCalls changes = new ServiceCalls(
                calls,
                new Creations(calls, facts),
                new Additions(resources.conversations(), calls, facts),
                new Sends(submissions));
        ServiceReads reads = new ServiceReads(
                resources.conversations(),
                new Visibilities(facts, resources.conversations(), resources.events()),
                new History(resources.events()));
        door = new Door(
                token -> resources.authenticator().authenticate(token).map(this::limited),
                resources.ids(),
                settings.maxInFlight());
        reminder = vertx.setPeriodic(REMIND_MS, timer -> commands.tick());
        // Outcomes can come back before the first request can come in.
        replies = resources.bus().listen(Addresses.replies(id), commands::replies);
        return replies.ready().compose(ready -> open(changes, reads));
    }

    /** As an HTTP call: an account that asks for too much is refused before it takes anything from the others. */
    private UserId limited(Principal caller) {
        resources.rates().take(Limit.USER_CALLS, caller.userId().value());
        return caller.userId();
    }

    private Future<?> open(ServiceCalls changes, ServiceReads reads) {
        Bus bus = resources.bus();
        addresses.add(bus.serve(Addresses.CREATE_CONVERSATION, door.command(Door.LARGE_BODY_BYTES, changes::create)));
        addresses.add(bus.serve(Addresses.ADD_MEMBERS, door.command(Door.BODY_BYTES, changes::addMembers)));
        addresses.add(bus.serve(Addresses.REMOVE_MEMBER, door.command(Door.BODY_BYTES, changes::removeMember)));
        addresses.add(bus.serve(Addresses.SEND_MESSAGE, door.command(Door.BODY_BYTES, changes::send)));
        addresses.add(bus.serve(Addresses.LIST_CONVERSATIONS, door.read(reads::conversations)));
        addresses.add(bus.serve(Addresses.LIST_MESSAGES, door.read(reads::messages)));
        return Future.all(addresses.stream().map(Subscription::ready).toList());
    }

    /** New requests go to other nodes; those that are here are given a moment for their outcome, which comes by the bus. */
    @Override
    public Future<?> stop() {
        InstantSource clock = resources.clock();
        return Future.join(addresses.stream().map(Subscription::end).toList())
                .transform(closed -> answered(clock.millis() + STOP_MS))
                .eventually(() -> {
                    vertx.cancelTimer(reminder);
                    return replies == null ? Future.succeededFuture() : replies.end();
                });
    }

    private Future<Void> answered(long untilMs) {
        if (door == null || door.waiting() == 0 || resources.clock().millis() >= untilMs) {
            return Future.succeededFuture();
        }
        Promise<Void> later = Promise.promise();
        vertx.setTimer(STOP_CHECK_MS, timer -> answered(untilMs).onComplete(later));
        return later.future();
    }
}
