package io.meridian.gateway;

import io.meridian.bus.Addresses;
import io.meridian.bus.Bus;
import io.meridian.bus.LimitsSpent;
import io.meridian.bus.Subscription;
import io.meridian.limits.Limit;
import io.meridian.limits.RateLimits;
import java.util.Map;

/**
 * Limits of users and conversations across the nodes of a region: each tells the others what its busiest took, and they take
 * that from their buckets. A message that is lost, or comes late, lets a few more through.
 */
final class LimitShare {
    /** Late by this much, a user on two nodes has a quarter of a second's worth more. */
    static final long EVERY_MS = 250;

    private final Bus bus;
    private final String node;
    private final RateLimits rates;

    LimitShare(Bus bus, String node, RateLimits rates) {
        this.bus = bus;
        this.node = node;
        this.rates = rates;
    }

    Subscription listen() {
        return bus.listen(Addresses.LIMITS, this::heard);
    }

    void tell() {
        Map<String, Integer> users = rates.takeHot(Limit.USER_MESSAGES);
        Map<String, Integer> conversations = rates.takeHot(Limit.CONVERSATION_MESSAGES);
        if (!users.isEmpty() || !conversations.isEmpty()) {
            bus.publish(Addresses.LIMITS, new LimitsSpent(node, users, conversations));
        }
    }

    private void heard(LimitsSpent spent) {
        if (spent.node().equals(node)) {
            return;
        }
        rates.tookElsewhere(Limit.USER_MESSAGES, spent.users());
        rates.tookElsewhere(Limit.CONVERSATION_MESSAGES, spent.conversations());
        rates.tookElsewhere(Limit.LARGE_CONVERSATION_MESSAGES, spent.conversations());
    }
}
