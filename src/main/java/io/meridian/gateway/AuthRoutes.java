package io.meridian.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.auth.Accounts;
import io.meridian.auth.Grant;
import io.meridian.auth.Secret;
import io.meridian.conversation.Fields;
import io.meridian.message.DeviceId;
import io.meridian.message.Json;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;

/** Accounts. Register, login and refresh are open; logout is the caller's own. */
final class AuthRoutes {
    private final Accounts accounts;
    private final byte[] jwks;
    private final LoginLimits limits;

    AuthRoutes(Accounts accounts, byte[] jwks, LoginLimits limits) {
        this.accounts = accounts;
        this.jwks = jwks;
        this.limits = limits;
    }

    void mount(Api api) {
        api.open(HttpMethod.POST, "/api/auth/register", this::register);
        api.open(HttpMethod.POST, "/api/auth/login", this::login);
        api.open(HttpMethod.POST, "/api/auth/refresh", this::refresh);
        api.route(HttpMethod.POST, "/api/auth/logout", this::logout);
        api.open(
                HttpMethod.GET,
                "/.well-known/jwks.json",
                call -> Future.succeededFuture(Answer.json(200, jwks).with("Cache-Control", "public, max-age=300")));
    }

    private Future<Answer> register(Call call) {
        Fields body = call.body();
        String username = body.text("username");
        Secret password = secret(body, "password");
        String displayName = body.optionalText("displayName").orElse(null);
        DeviceId device = device(body);
        body.check();
        limits.address(call.context().request());
        return accounts.register(username, password, displayName, device).map(grant -> Answer.json(201, shown(grant)));
    }

    private Future<Answer> login(Call call) {
        Fields body = call.body();
        String username = body.text("username");
        Secret password = secret(body, "password");
        DeviceId device = device(body);
        body.check();
        limits.address(call.context().request());
        return limits.guess(username, () -> accounts.login(username, password, device))
                .map(grant -> Answer.ok(shown(grant)));
    }

    private Future<Answer> refresh(Call call) {
        Fields body = call.body();
        String token = body.text("refreshToken");
        DeviceId device = device(body);
        body.check();
        limits.refresh(call.context().request());
        return accounts.refresh(token, device).map(grant -> Answer.ok(shown(grant)));
    }

    private Future<Answer> logout(Call call) {
        String token = call.body().text("refreshToken");
        call.body().check();
        return accounts.logout(call.user(), token).map(done -> Answer.noContent());
    }

    private static Secret secret(Fields body, String field) {
        String text = body.text(field);
        return text == null ? null : new Secret(text);
    }

    private static DeviceId device(Fields body) {
        return body.optional("deviceId", DeviceId::new).orElse(null);
    }

    private static ObjectNode shown(Grant grant) {
        return Json.MAPPER
                .createObjectNode()
                .put("userId", grant.userId().value())
                .put("accessToken", grant.accessToken().value())
                .put("refreshToken", grant.refreshToken().value())
                .put("expiresInSeconds", grant.expiresInSeconds());
    }
}
