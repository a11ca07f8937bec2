package io.meridian.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A user signed in: an access token, renewed when it is refused. A device has a session of its own, for refreshing with a token
 * that another has used already revokes both. Thread-safe.
 */
public final class Session {
    private final HttpApi api;
    private final Account account;
    private String accessToken;
    private String refreshToken;
    private CompletableFuture<Void> renewal;

    private Session(HttpApi api, Account account, Answer tokens) {
        this.api = api;
        this.account = account;
        take(tokens);
    }

    /** Registers a new user. */
    static Session register(HttpApi api, int node, String username, String password) {
        Answer answer = api.call(
                node,
                "POST",
                "/api/auth/register",
                null,
                Wire.object().put("username", username).put("password", password));
        if (answer.status() != 201) {
            throw new IllegalStateException("registering " + username + " was answered " + answer);
        }
        return new Session(api, new Account(answer.text("userId"), username, password), answer);
    }

    /** Signs the user in once more. */
    Session another(int node) {
        Answer answer = api.call(node, "POST", "/api/auth/login", null, credentials());
        if (answer.status() != 200) {
            throw new IllegalStateException("login of " + account.username() + " was answered " + answer);
        }
        return new Session(api, account, answer);
    }

    HttpApi api() {
        return api;
    }

    Account account() {
        return account;
    }

    synchronized String accessToken() {
        return accessToken;
    }

    synchronized String refreshToken() {
        return refreshToken;
    }

    private synchronized void take(Answer tokens) {
        accessToken = tokens.text("accessToken");
        refreshToken = tokens.text("refreshToken");
    }

    /** An authorised call; on 401 the token is renewed and the call made once more. */
    CompletableFuture<Answer> send(int node, String method, String path, JsonNode body, Map<String, String> headers) {
        return api.send(node, method, path, accessToken(), body, headers)
                .thenCompose(answer -> answer.status() == 401
                        ? renew(node).thenCompose(done -> api.send(node, method, path, accessToken(), body, headers))
                        : CompletableFuture.completedFuture(answer));
    }

    /** New tokens by the refresh token, and by the password where that is refused: its rotation may have been lost on the way. */
    synchronized CompletableFuture<Void> renew(int node) {
        if (renewal == null || renewal.isDone()) {
            JsonNode body = Wire.object().put("refreshToken", refreshToken);
            renewal = api.send(node, "POST", "/api/auth/refresh", null, body, Map.of())
                    .thenCompose(answer -> answer.isSuccess()
                            ? CompletableFuture.completedFuture(answer)
                            : api.send(node, "POST", "/api/auth/login", null, credentials(), Map.of()))
                    .thenAccept(answer -> {
                        if (!answer.isSuccess()) {
                            throw new IllegalStateException("neither token nor password were taken: " + answer);
                        }
                        take(answer);
                    });
        }
        return renewal;
    }

    private JsonNode credentials() {
        return Wire.object().put("username", account.username()).put("password", account.password());
    }
}
