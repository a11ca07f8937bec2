package io.meridian.store;

import io.meridian.message.RegionId;
import io.meridian.message.UserId;
import java.time.Instant;

/**
 * An account.
 *
 * @param username in the caller's canonical form; claimed as it stands here
 * @param home the region where it registered; for ever
 */
public record User(UserId id, String username, String displayName, RegionId home, Instant createdAt) {}
