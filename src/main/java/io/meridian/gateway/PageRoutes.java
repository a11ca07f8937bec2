package io.meridian.gateway;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.StaticHandler;

/**
 * The chat page at {@code /}, and {@code /meridian-client.js} for pages of others: the files of {@code src/main/resources/web},
 * as they are. Any other path is left to those behind.
 */
final class PageRoutes {
    private static final String ROOT = "web";
    /** What is served and nothing else, so that a path nobody knows stays a problem like any other. */
    private static final String FILES = "/(favicon\\.svg|style\\.css|meridian-client\\.js|(client|page)/[a-z-]+\\.js)?";

    /**
     * Everything comes from here, scripts are files, and none may write markup from strings: what a message says can only
     * ever be text.
     */
    private static final String POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'");

    private final StaticHandler files = StaticHandler.create(ROOT).setDirectoryListing(false);

    void mount(Router router) {
        router.routeWithRegex(FILES)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(PageRoutes::secure)
                .handler(files);
        router.routeWithRegex(FILES)
                .handler(context -> Api.write(
                        context.response(),
                        context.request().method() == HttpMethod.GET
                                        || context.request().method() == HttpMethod.HEAD
                                ? Problem.http(404, "not_found", "no such path")
                                : Problem.http(405, "method_not_allowed", "this path is read only")
                                        .with("Allow", "GET, HEAD")));
    }

    private static void secure(RoutingContext context) {
        HttpServerResponse response = context.response();
        response.putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
        // Names stay when files change: they are kept, and asked for whether they are still the same.
        context.addHeadersEndHandler(sent -> response.putHeader("Cache-Control", "no-cache"));
        context.next();
    }
}
