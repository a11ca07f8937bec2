package io.meridian.deploy;

import com.sun.management.UnixOperatingSystemMXBean;
import io.meridian.gateway.DrainSettings;
import io.meridian.gateway.ProtectionSettings;
import io.meridian.limits.Bounds;
import io.meridian.limits.ClientAddresses;
import io.meridian.limits.Limit;
import io.meridian.limits.LimitSettings;
import io.meridian.limits.Rate;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.Map;

/** Limits, admission and drain, from their part of the configuration. */
final class ProtectionConfiguration {
    private ProtectionConfiguration() {}

    /** {@code config}: of {@code meridian}. */
    static ProtectionSettings of(ConfigSection config) {
        ConfigSection drain = config.section("drain");
        return new ProtectionSettings(
                limits(config.section("limits")),
                new ClientAddresses(config.section("http").texts("trusted-proxies")),
                new DrainSettings(
                        drain.number("sessions-per-second"), drain.duration("window"), drain.duration("answers")));
    }

    private static LimitSettings limits(ConfigSection limits) {
        Map<Limit, Rate> rates = new EnumMap<>(Limit.class);
        for (Limit limit : Limit.values()) {
            ConfigSection one = limits.section(limit.key());
            rates.put(limit, new Rate(one.fraction("per-second"), one.number("burst")));
        }
        return new LimitSettings(
                limits.onOff("rates"), rates, limits.number("large-conversation-members"), bounds(limits));
    }

    private static Bounds bounds(ConfigSection limits) {
        int most = limits.number("max-connections");
        int connections = most == 0 ? LimitSettings.connectionsFor(fileDescriptors()) : most;
        int ofAddress = limits.number("max-connections-of-address");
        long held = limits.bytes("max-held-bytes");
        return new Bounds(
                connections,
                ofAddress == 0 ? Bounds.ofAddress(connections) : ofAddress,
                limits.number("max-calls"),
                limits.number("max-calls-of-address"),
                limits.number("max-calls-of-user"),
                held == 0 ? Bounds.heldOf(Runtime.getRuntime().maxMemory()) : held);
    }

    /** That this process may have; 0: it cannot be known. */
    private static long fileDescriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : 0;
    }
}
