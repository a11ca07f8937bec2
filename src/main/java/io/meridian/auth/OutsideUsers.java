package io.meridian.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import io.meridian.message.ErrorCode;
import io.meridian.message.Ids;
import io.meridian.message.RefusedException;
import io.meridian.message.RegionId;
import io.meridian.message.UserId;
import io.meridian.store.User;
import io.meridian.store.UserStore;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;

/** Users of outside issuers. Their ids follow from (issuer, subject); the account is made when the first token of one is seen. */
final class OutsideUsers {
    private final UserStore users;
    private final RegionId region;
    private final InstantSource clock;

    OutsideUsers(Accounts.Stores stores) {
        this.users = stores.users();
        this.region = stores.region();
        this.clock = stores.clock();
    }

    /** {@code claims}: verified. */
    Future<UserId> known(String issuer, JWTClaimsSet claims) {
        UserId id = Ids.external(issuer, claims.getSubject());
        return users.byId(id)
                .compose(found -> found.isPresent()
                        ? Future.succeededFuture(id)
                        : create(
                                id,
                                text(claims, "name"),
                                Usernames.candidates(text(claims, "preferred_username"), id)));
    }

    private Future<UserId> create(UserId id, String name, List<String> candidates) {
        if (candidates.isEmpty()) {
            return Future.failedFuture(RefusedException.of(ErrorCode.CONFLICT, "no username is free for this user"));
        }
        String username = candidates.get(0);
        String displayName = name != null && Accounts.isDisplayName(name) ? name : username;
        return users.create(new User(id, username, displayName, region, clock.instant()), null)
                .compose(created -> created
                        ? Future.succeededFuture(id)
                        // Taken, perhaps by another node that saw the same user first.
                        : users.byId(id)
                                .compose(found -> found.isPresent()
                                        ? Future.succeededFuture(id)
                                        : create(id, name, candidates.subList(1, candidates.size()))));
    }

    private static String text(JWTClaimsSet claims, String name) {
        return claims.getClaim(name) instanceof String value ? value : null;
    }
}
