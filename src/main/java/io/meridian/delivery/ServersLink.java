package io.meridian.delivery;

import io.meridian.async.Deadline;
import io.meridian.message.UserId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The connections that make up the region's Redis: one to a single server, or one to each primary of a cluster and the
 * table that says whose slots are where. A cluster is taken as one: it is there when every primary is, and over when the
 * connection to any of them is.
 */
final class ServersLink {
    private final Map<String, ConnectionLink> connections;
    /** By slot; a single server has one for all. */
    private final ConnectionLink[] owners;

    private final String identity;
    private final Promise<String> ended = Promise.promise();

    private ServersLink(Map<String, ConnectionLink> connections, ConnectionLink[] owners, String identity) {
        this.connections = Map.copyOf(connections);
        this.owners = owners;
        this.identity = identity;
    }

    /** From now on {@link #ended} is told; of connections that are shared with an earlier one, only here. */
    void watch() {
        connections.values().forEach(one -> one.whenOver(ended::tryComplete));
    }

    /**
     * On {@code context}: connects and learns who answers; fails, with nothing new left open, when that takes too long or a
     * cluster is not at one with itself.
     *
     * @param open of an earlier one: used again where they still are what is needed
     * @param attempt a cluster is asked about itself at another node each time
     */
    static Future<ServersLink> connect(
            Vertx vertx, Context context, RedisSettings settings, Collection<ConnectionLink> open, int attempt) {
        Promise<ServersLink> promise = Promise.promise();
        context.runOnContext(go -> {
            var opening = new Opening(vertx, context, settings);
            (settings.mode() == RedisSettings.Mode.SINGLE ? opening.single() : opening.cluster(open, attempt))
                    .onFailure(failure -> opening.giveUp())
                    .onComplete(promise);
        });
        return promise.future();
    }

    /** What changes when any of the servers may have lost something. */
    String identity() {
        return identity;
    }

    /** Done, with the reason, when the first connection is over; while it is watched. */
    Future<String> ended() {
        return ended.future();
    }

    boolean isOver() {
        return connections.values().stream().anyMatch(ConnectionLink::isOver);
    }

    ConnectionLink of(UserId user) {
        return owners.length == 1 ? owners[0] : owners[KeySlot.of(user)];
    }

    Collection<ConnectionLink> connections() {
        return connections.values();
    }

    Future<Void> load(LuaScript script) {
        return Future.join(connections.values().stream()
                        .map(one -> one.load(script))
                        .toList())
                .mapEmpty();
    }

    /** Ends every connection. */
    void end(String reason) {
        connections.values().forEach(one -> one.end(reason));
    }

    boolean uses(ConnectionLink connection) {
        return connections.containsValue(connection);
    }

    /** One attempt, and what it has opened so far. On one context. */
    private static final class Opening {
        private final Vertx vertx;
        private final Context context;
        private final RedisSettings settings;
        private final Map<String, ConnectionLink> opened = new HashMap<>();

        Opening(Vertx vertx, Context context, RedisSettings settings) {
            this.vertx = vertx;
            this.context = context;
            this.settings = settings;
        }

        void giveUp() {
            opened.values().forEach(one -> one.end("not used"));
        }

        Future<ServersLink> single() {
            String url = settings.urls().get(0);
            return open(url)
                    .map(Opening::primary)
                    .map(one -> new ServersLink(
                            Map.of(RedisSettings.addressOf(url), one), new ConnectionLink[] {one}, one.identity()));
        }

        Future<ServersLink> cluster(Collection<ConnectionLink> open, int attempt) {
            Map<String, ConnectionLink> usable = new HashMap<>();
            open.stream().filter(one -> !one.isOver()).forEach(one -> usable.put(one.address(), one));
            List<String> candidates = new ArrayList<>(settings.urls());
            usable.keySet().stream().sorted().map(settings::urlOf).forEach(candidates::add);
            Collections.rotate(candidates, -attempt);
            return seed(candidates, usable)
                    .compose(this::slots)
                    .compose(map -> connected(map, usable)
                            .compose(primaries -> agreed(map, primaries))
                            .map(primaries -> joined(map, primaries)));
        }

        /** Whoever of the cluster answers first; a replica knows as much. */
        private Future<ConnectionLink> seed(List<String> candidates, Map<String, ConnectionLink> usable) {
            String url = candidates.remove(0);
            ConnectionLink here = usable.get(RedisSettings.addressOf(url));
            return (here == null ? open(url) : Future.succeededFuture(here))
                    .recover(failure -> candidates.isEmpty() ? Future.failedFuture(failure) : seed(candidates, usable));
        }

        private Future<SlotMap> slots(ConnectionLink node) {
            return ask(node, "SLOTS").map(answer -> {
                List<SlotMap.Range> ranges = new ArrayList<>();
                for (Response range : answer) {
                    Response primary = range.get(2);
                    String host = primary.get(0) == null ? "" : primary.get(0).toString();
                    ranges.add(new SlotMap.Range(
                            range.get(0).toInteger(),
                            range.get(1).toInteger(),
                            // A node that does not know how it is reached leaves that to who reached it.
                            host.isEmpty() || host.equals("?") ? node.host() : host,
                            primary.get(1).toInteger()));
                }
                return new SlotMap(ranges);
            });
        }

        private Future<Map<String, ConnectionLink>> connected(SlotMap map, Map<String, ConnectionLink> usable) {
            Map<String, ConnectionLink> primaries = new HashMap<>();
            List<Future<Void>> all = new ArrayList<>();
            for (String address : map.primaries()) {
                all.add(of(address, usable.get(address)).map(one -> {
                    primaries.put(address, primary(one));
                    return null;
                }));
            }
            return Future.join(all).map(done -> {
                opened.forEach((address, one) -> {
                    if (!primaries.containsKey(address)) {
                        one.end("not used");
                    }
                });
                return primaries;
            });
        }

        /** An open connection is used again if the server behind it is still who it was. */
        private Future<ConnectionLink> of(String address, ConnectionLink usable) {
            ConnectionLink here = opened.get(address);
            if (here != null) {
                return Future.succeededFuture(here);
            }
            if (usable == null) {
                return open(settings.urlOf(address));
            }
            return bounded(usable.isWhoItWas()).compose(same -> {
                if (same) {
                    return Future.succeededFuture(usable);
                }
                usable.end("the server behind it is another");
                return open(settings.urlOf(address));
            });
        }

        /**
         * Only what every primary says counts: one that was cut off and replaced still takes itself for one, and going over
         * to it and back would raise the generation each time.
         */
        private Future<Map<String, ConnectionLink>> agreed(SlotMap map, Map<String, ConnectionLink> primaries) {
            List<Future<Void>> all = new ArrayList<>();
            primaries.forEach((address, one) -> {
                all.add(slots(one).map(theirs -> {
                    require(theirs.primaries().equals(map.primaries()), address + " names other primaries");
                    return null;
                }));
                all.add(ask(one, "INFO").map(info -> {
                    require(info.toString().contains("cluster_state:ok"), address + " finds the cluster not whole");
                    return null;
                }));
            });
            return Future.join(all).map(done -> primaries);
        }

        private static ServersLink joined(SlotMap map, Map<String, ConnectionLink> primaries) {
            String[] addresses = map.table();
            ConnectionLink[] owners = new ConnectionLink[addresses.length];
            for (int slot = 0; slot < owners.length; slot++) {
                owners[slot] = primaries.get(addresses[slot]);
            }
            // Which slots are whose is no part of it: moving one between two that live loses nothing.
            List<String> identities = primaries.values().stream()
                    .map(ConnectionLink::identity)
                    .sorted()
                    .toList();
            return new ServersLink(primaries, owners, "cluster:" + digest(String.join(" ", identities)));
        }

        private Future<ConnectionLink> open(String url) {
            return ConnectionLink.connect(vertx, context, url, settings.requestTimeout())
                    .map(one -> {
                        opened.put(one.address(), one);
                        return one;
                    });
        }

        private Future<Response> ask(ConnectionLink node, String what) {
            return bounded(node.send(Request.cmd(Command.CLUSTER).arg(what)));
        }

        private <T> Future<T> bounded(Future<T> future) {
            return Deadline.within(settings.requestTimeout().toMillis(), future);
        }

        private static ConnectionLink primary(ConnectionLink one) {
            require(one.isPrimary(), one.address() + " is a replica, inboxes need the primary");
            return one;
        }

        private static void require(boolean holds, String otherwise) {
            if (!holds) {
                throw new IllegalStateException(otherwise);
            }
        }

        private static String digest(String text) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(digest);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}
