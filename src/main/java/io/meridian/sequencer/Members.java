package io.meridian.sequencer;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.meridian.message.Role;
import io.meridian.message.UserId;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who belongs to a conversation, as far as the fold decides by it: of a direct conversation or a group everybody, of
 * a channel those with a role above member, and who is banned.
 */
record Members(Map<UserId, Membership> all, Set<UserId> banned) {
    static final Members NONE = new Members(Map.of(), Set.of());

    /** {@code addedSeq}: since when. */
    record Membership(Role role, long addedSeq) {}

    Members {
        // handed over, not copied: a draft copies them once, and then changes what it has
        all = Collections.unmodifiableMap(all);
        banned = Collections.unmodifiableSet(banned);
    }

    boolean has(UserId user) {
        return all.containsKey(user);
    }

    /** A user without an entry has no rights; in a channel it may still be a plain member. */
    Role role(UserId user) {
        Membership membership = all.get(user);
        return membership == null ? Role.MEMBER : membership.role();
    }

    /** Who follows an owner that leaves: the strongest role, then the longest membership, then the smallest id. */
    Optional<UserId> successor(UserId leaving) {
        return all.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(leaving))
                .min(Comparator.<Map.Entry<UserId, Membership>, Role>comparing(
                                entry -> entry.getValue().role())
                        .reversed()
                        .thenComparing(entry -> entry.getValue().addedSeq())
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey);
    }

    @JsonIgnore
    int count() {
        return all.size();
    }
}
