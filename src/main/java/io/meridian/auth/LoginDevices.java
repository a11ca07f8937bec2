package io.meridian.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.meridian.message.DeviceId;
import io.meridian.store.TokenStore;
import io.vertx.core.Future;
import java.time.Duration;

/**
 * By which devices a login is used, whatever it said when it began: a client that names no device in its logins would else be
 * back with its next refresh when its device has been removed. Thread-safe.
 */
final class LoginDevices {
    /** As many devices as a node can have connected; 10 MB. One that is forgotten is noted again. */
    private static final int MAX_REMEMBERED = 50_000;
    /** A note is kept for 90 days, so it is made anew in time; and a device costs one a day, however often it connects. */
    private static final Duration REMEMBERED_FOR = Duration.ofDays(1);

    private final TokenStore tokens;
    private final Cache<Use, Boolean> noted = Caffeine.newBuilder()
            .maximumSize(MAX_REMEMBERED)
            .expireAfterWrite(REMEMBERED_FOR)
            .build();

    private record Use(String login, DeviceId device) {}

    LoginDevices(TokenStore tokens) {
        this.tokens = tokens;
    }

    Future<Void> note(DeviceId device, Principal principal) {
        if (principal.loginOrNull() == null) {
            return Future.succeededFuture();
        }
        Use use = new Use(principal.loginOrNull(), device);
        return noted.getIfPresent(use) != null
                ? Future.succeededFuture()
                : tokens.use(principal.userId(), device, use.login()).onSuccess(done -> noted.put(use, true));
    }
}
