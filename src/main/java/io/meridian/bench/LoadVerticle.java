package io.meridian.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** One event loop of the generator, with the devices that live on it. */
final class LoadVerticle extends VerticleBase {
    /** Every device acknowledges every 100 ms, not all at the same moment. */
    private static final int SLOTS = 10;

    private static final long SLOT_MS = 10;
    /** An event of the contract and the frame around it. */
    private static final int MAX_FRAME = 128 * 1024;
    /** As many as {@link Settings} allows. */
    private static final int MAX_CONNECTIONS = 20_000;

    private final List<Device> devices = new ArrayList<>();
    private Phase phase;
    private WebSocketClient sockets;
    private int slot;

    LoadVerticle(Phase first) {
        phase = first;
    }

    @Override
    public Future<?> start() {
        sockets = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setMaxConnections(MAX_CONNECTIONS)
                .setMaxFrameSize(MAX_FRAME)
                .setMaxMessageSize(MAX_FRAME)
                .setConnectTimeout(60_000)
                .setTcpNoDelay(true));
        vertx.setPeriodic(SLOT_MS, timer -> {
            for (int i = slot; i < devices.size(); i += SLOTS) {
                devices.get(i).tick();
            }
            slot = (slot + 1) % SLOTS;
        });
        return Future.succeededFuture();
    }

    /** Does something on this event loop. Any thread. */
    <T> Future<T> on(Supplier<Future<T>> work) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(ignored -> {
            try {
                work.get().onComplete(promise);
            } catch (RuntimeException e) {
                promise.tryFail(e);
            }
        });
        return promise.future();
    }

    /** Does something on this event loop that nobody waits for. Any thread. */
    void post(Runnable work) {
        context.runOnContext(ignored -> work.run());
    }

    // Below: on this event loop only.

    Phase phase() {
        return phase;
    }

    void begin(Phase next) {
        phase = next;
    }

    void add(Device device) {
        devices.add(device);
    }

    List<Device> devices() {
        return devices;
    }

    Device device(int index) {
        return devices.get(index);
    }

    /** @param limit how many may be connecting at a time */
    Future<Void> connectAll(int limit) {
        return Together.each(limit, devices, device -> device.connect(sockets, this))
                .mapEmpty();
    }

    Future<Void> closeAll() {
        return Future.join(devices.stream().map(Device::close).toList()).mapEmpty();
    }

    void cutAll() {
        devices.forEach(Device::cut);
    }
}
