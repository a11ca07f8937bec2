package io.meridian.gateway;

import io.meridian.limits.Limit;
import io.meridian.limits.RateLimits;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.function.Supplier;

/** How often passwords may be guessed: from one address, and for one user name from anywhere; and how often tokens are tried. */
final class LoginLimits {
    /** No user name is longer; what is will be refused, and is not worth remembering. */
    private static final int LONGEST_NAME = 32;

    private final Protection protection;

    LoginLimits(Protection protection) {
        this.protection = protection;
    }

    /** Throws {@code rate_limited}. */
    void address(HttpServerRequest request) {
        protection.take(Limit.ADDRESS_LOGINS, request);
    }

    /** Throws {@code rate_limited}. */
    void refresh(HttpServerRequest request) {
        protection.take(Limit.ADDRESS_REFRESHES, request);
    }

    /**
     * Tries a password. Only wrong ones count in the end, and no try of which nobody knows whether it was wrong: an outage must
     * not lock people out. But all are counted first, so that a hundred at the same time are a hundred.
     */
    <T> Future<T> guess(String username, Supplier<Future<T>> login) {
        if (username.length() > LONGEST_NAME) {
            return login.get();
        }
        RateLimits rates = protection.rates();
        String name = username.toLowerCase(Locale.ROOT);
        rates.take(Limit.USERNAME_LOGINS, name);
        return login.get().onComplete(tried -> {
            if (!isWrong(tried.cause())) {
                rates.giveBack(Limit.USERNAME_LOGINS, name);
            }
        });
    }

    private static boolean isWrong(Throwable failureOrNull) {
        return failureOrNull instanceof RefusedException refused && refused.code() == ErrorCode.UNAUTHENTICATED;
    }
}
