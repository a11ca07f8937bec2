package io.meridian.service;

import io.meridian.auth.Authenticator;
import io.meridian.bus.Bus;
import io.meridian.limits.RateLimits;
import io.meridian.log.CommandLog;
import io.meridian.store.ConversationStore;
import io.meridian.store.EventStore;
import io.meridian.store.UserStore;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What serving services needs.
 *
 * @param rates those of the node's clients, too: an account has them once
 * @param ids unguessable ids of 1 to 64 characters, for commands whose caller gave none
 */
public record ServiceResources(
        ServiceSettings settings,
        Bus bus,
        Authenticator authenticator,
        CommandLog commandLog,
        EventStore events,
        ConversationStore conversations,
        UserStore users,
        RateLimits rates,
        InstantSource clock,
        Supplier<String> ids) {}
