package io.meridian.gateway;

import io.meridian.auth.Auth;
import io.meridian.bus.Bus;
import io.meridian.delivery.Inbox;
import io.meridian.log.CommandLog;
import io.meridian.store.ConversationStore;
import io.meridian.store.DeviceStore;
import io.meridian.store.EventStore;
import io.meridian.store.UserStore;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a gateway works with; shared by all gateways of a node.
 *
 * @param dependencies what {@code /health/ready} shows: name to a check, for example {@code cassandra}, {@code kafka}, {@code redis}
 * @param ids unguessable ids of 1 to 64 characters, for sessions and for commands whose caller gave none
 * @param protection one for all gateways of the node
 */
public record GatewayResources(
        GatewaySettings settings,
        Bus bus,
        Auth auth,
        CommandLog commandLog,
        Inbox inbox,
        EventStore events,
        ConversationStore conversations,
        UserStore users,
        DeviceStore devices,
        Map<String, Supplier<Future<Boolean>>> dependencies,
        InstantSource clock,
        Supplier<String> ids,
        Protection protection) {
    public GatewayResources {
        dependencies = Map.copyOf(dependencies);
    }
}
