package io.meridian.auth;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Argon2id with OWASP's parameters, on a few threads of its own with a bounded queue: hashing is meant to be slow, and
 * neither the event loops nor the heap may pay for a flood of logins. Hashes are in the encoded form that names its
 * parameters, so that they can be raised while old hashes still verify.
 */
final class PasswordHasher {
    private static final int MEMORY_KIB = 19_456;
    private static final int ITERATIONS = 2;
    private static final int PARALLELISM = 1;
    private static final int OUTPUT_BYTES = 32;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final Argon2Function ARGON2 =
            Argon2Function.getInstance(MEMORY_KIB, ITERATIONS, PARALLELISM, OUTPUT_BYTES, Argon2.ID);

    private final WorkerExecutor workers;
    private final Randomness randomness;
    private final int limit;
    private final AtomicInteger taken = new AtomicInteger();
    /** What an unknown user's password is compared with, so that the answer takes as long as a known one's. */
    private final String nobody;

    PasswordHasher(Vertx vertx, AuthSettings settings, Randomness randomness) {
        this.workers = vertx.createSharedWorkerExecutor("password-hash", settings.hashThreads(), 1, TimeUnit.MINUTES);
        this.limit = settings.hashThreads() + settings.hashQueue();
        this.randomness = randomness;
        this.nobody = encode(randomness.secret());
    }

    /** Fails with {@code overloaded} when too many wait already. */
    Future<String> hash(Secret password) {
        return work(() -> encode(password));
    }

    Future<Boolean> matches(Secret password, String encoded) {
        return work(() -> check(password, encoded));
    }

    /** Costs what {@link #matches} costs; always false. */
    Future<Boolean> matchesNobody(Secret password) {
        return matches(password, nobody).map(never -> false);
    }

    Future<Void> close() {
        return workers.close();
    }

    private <T> Future<T> work(Callable<T> task) {
        if (taken.incrementAndGet() > limit) {
            taken.decrementAndGet();
            return Future.failedFuture(RefusedException.retryable(
                    ErrorCode.OVERLOADED, "too many logins and registrations at once", RETRY_AFTER));
        }
        return workers.executeBlocking(task, false).onComplete(done -> taken.decrementAndGet());
    }

    private String encode(Secret password) {
        return ARGON2.hash(bytes(password), randomness.salt()).getResult();
    }

    private static boolean check(Secret password, String encoded) {
        Argon2Function parameters = Argon2Function.getInstanceFromHash(encoded);
        return parameters.check(bytes(password), encoded.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(Secret password) {
        return password.value().getBytes(StandardCharsets.UTF_8);
    }
}
