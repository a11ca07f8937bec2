package io.meridian.gateway;

import io.meridian.message.ErrorCode;
import io.meridian.message.RefusedException;
import io.meridian.message.UserId;
import io.meridian.store.User;
import io.meridian.store.UserStore;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.Locale;
import java.util.Optional;

/** Profiles, by id and by username; for everybody with an account. */
final class UserRoutes {
    private static final int MAX_USERNAME = 64;

    private final UserStore users;

    UserRoutes(UserStore users) {
        this.users = users;
    }

    void mount(Api api) {
        api.route(
                HttpMethod.GET,
                "/api/users/:id",
                call -> users.byId(call.id("id", UserId::new)).map(UserRoutes::shown));
        api.route(HttpMethod.GET, "/api/users", this::byUsername);
    }

    private Future<Answer> byUsername(Call call) {
        String username = call.query("username")
                .filter(name -> !name.isEmpty() && name.length() <= MAX_USERNAME)
                .orElseThrow(() -> RefusedException.invalid("username", "is required"));
        return users.byUsername(username.toLowerCase(Locale.ROOT)).map(UserRoutes::shown);
    }

    private static Answer shown(Optional<User> user) {
        return Answer.ok(Shown.user(user.orElseThrow(() -> RefusedException.of(ErrorCode.NOT_FOUND, "no such user"))));
    }
}
