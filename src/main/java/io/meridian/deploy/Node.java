package io.meridian.deploy;

import io.meridian.auth.Auth;
import io.meridian.gateway.Drain;
import io.meridian.log.Fatal;
import io.meridian.store.TokenStore;
import io.meridian.store.UserStore;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running node: its resources, and its role's verticles on top of them. */
public final class Node {
    private static final Logger LOGGER = LoggerFactory.getLogger(Node.class);

    private final Resources resources;
    private final List<String> deployments;
    private final Drain drain;

    private Node(Resources resources, List<String> deployments, Drain drain) {
        this.resources = resources;
        this.deployments = List.copyOf(deployments);
        this.drain = drain;
    }

    /** @return done when the node takes traffic; fails with a {@link ConfigurationException} before anything is started */
    public static Future<Node> start(Configuration configuration, Clock clock) {
        if (needsKeys(configuration)) {
            try {
                Auth.check(configuration.auth());
            } catch (IllegalArgumentException e) {
                return Future.failedFuture(new ConfigurationException(e.getMessage()));
            }
        }
        return ClusteredVertx.start(
                        configuration.cluster(), configuration.region().value())
                .compose(vertx -> start(vertx, configuration, clock));
    }

    private static Future<Node> start(Vertx vertx, Configuration configuration, Clock clock) {
        vertx.exceptionHandler(failure -> {
            if (failure instanceof Error error) {
                Fatal.halt("an event loop", error);
            }
            LOGGER.error("unhandled", failure);
        });
        return Resources.open(vertx, configuration, clock)
                .compose(resources -> auth(resources, configuration, clock)
                        .map(auth -> new Verticles(resources, configuration, clock, auth))
                        .compose(verticles -> deploy(verticles, resources, configuration)
                                .map(deployments -> new Node(resources, deployments, verticles.drain()))))
                .onSuccess(node -> LOGGER.info(
                        "{} of region {} takes traffic on {}:{}",
                        configuration.node(),
                        configuration.region(),
                        configuration.gateway().host(),
                        configuration.gateway().port()));
    }

    /** Only who answers clients or services needs to hold the key that signs tokens. */
    private static boolean needsKeys(Configuration configuration) {
        return configuration.verticles().has(Verticles.GATEWAY)
                || configuration.verticles().has(Verticles.SERVICE);
    }

    private static Future<Optional<Auth>> auth(Resources resources, Configuration configuration, Clock clock) {
        if (!needsKeys(configuration)) {
            return Future.succeededFuture(Optional.empty());
        }
        return Auth.open(
                        resources.vertx(),
                        configuration.auth(),
                        configuration.region(),
                        new UserStore(resources.cassandra()),
                        new TokenStore(resources.cassandra()),
                        new SecureRandom(),
                        clock)
                .map(Optional::of);
    }

    private static Future<List<String>> deploy(Verticles verticles, Resources resources, Configuration configuration) {
        Future<List<String>> deployed = Future.succeededFuture(new ArrayList<>());
        for (VerticleTable.Row row : configuration.verticles().rows()) {
            for (int instance = 0; instance < row.instances(); instance++) {
                int n = instance;
                deployed = deployed.compose(ids -> {
                    Deployable verticle = verticles.make(row.verticle(), n);
                    return resources.vertx().deployVerticle(verticle).map(id -> {
                        ids.add(id);
                        return ids;
                    });
                });
            }
        }
        return deployed;
    }

    /** In the middle of a stop: clients are not waited for any longer. */
    public void hurry() {
        drain.hurry();
    }

    /** Sends its clients elsewhere while everything still works, then stops and closes. */
    public Future<Void> stop() {
        return drain.begin().transform(drained -> stopVerticles());
    }

    /** All at once, so that their partitions go on elsewhere without delay, then closes the engines. */
    private Future<Void> stopVerticles() {
        List<Future<Void>> stopped = deployments.stream()
                .map(id -> resources
                        .vertx()
                        .undeploy(id)
                        .onFailure(failure -> LOGGER.warn("a verticle did not stop in order", failure)))
                .toList();
        return Future.join(stopped).transform(ignored -> resources.close());
    }
}
