package io.meridian.bus;

import java.util.Map;

/** What clients of a node took of their limits since its last message: by user and by conversation, those who took most. */
public record LimitsSpent(String node, Map<String, Integer> users, Map<String, Integer> conversations) {
    public LimitsSpent {
        users = Map.copyOf(users);
        conversations = Map.copyOf(conversations);
    }
}
