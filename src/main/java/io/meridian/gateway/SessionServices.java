package io.meridian.gateway;

import io.meridian.auth.Authenticator;
import io.meridian.bus.Bus;
import io.meridian.conversation.Sends;
import io.meridian.delivery.Inbox;
import io.meridian.store.DeviceStore;
import java.time.InstantSource;
import java.util.function.Supplier;

/** What all sessions of a gateway share. */
record SessionServices(
        GatewaySettings settings,
        String gateway,
        Authenticator authenticator,
        Inbox inbox,
        DeviceStore devices,
        Bus bus,
        Sends sends,
        Sessions sessions,
        ReadFanout readFanout,
        Timers timers,
        InstantSource clock,
        Supplier<String> ids,
        Protection protection) {}
