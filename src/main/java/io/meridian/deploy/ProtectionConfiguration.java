package io.meridian.deploy;

import com.sun.management.UnixOperatingSystemMXBean;
import com.typesafe.config.Config;
import io.meridian.gateway.DrainSettings;
import io.meridian.gateway.ProtectionSettings;
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
    static ProtectionSettings of(Config config) {
        return new ProtectionSettings(
                limits(config.getConfig("limits")),
                new ClientAddresses(config.getStringList("http.trusted-proxies")),
                new DrainSettings(
                        config.getInt("drain.sessions-per-second"),
                        config.getDuration("drain.window"),
                        config.getDuration("drain.answers")));
    }

    private static LimitSettings limits(Config limits) {
        Map<Limit, Rate> rates = new EnumMap<>(Limit.class);
        for (Limit limit : Limit.values()) {
            Config one = limits.getConfig(limit.key());
            rates.put(limit, new Rate(one.getDouble("per-second"), one.getInt("burst")));
        }
        int connections = limits.getInt("max-connections");
        return new LimitSettings(
                limits.getBoolean("rates"),
                rates,
                limits.getInt("large-conversation-members"),
                connections == 0 ? LimitSettings.connectionsFor(fileDescriptors()) : connections,
                limits.getInt("max-calls"));
    }

    /** That this process may have; 0: it cannot be known. */
    private static long fileDescriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : 0;
    }
}
