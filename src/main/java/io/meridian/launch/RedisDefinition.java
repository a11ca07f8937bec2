package io.meridian.launch;

import static io.meridian.launch.ProcessDefinition.MAIN_PORT;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How Redis is run here: an append-only file synced every second, never evicting. Pure. */
final class RedisDefinition {
    static final List<String> PORTS = List.of(MAIN_PORT);
    static final String VERSION = "7.0.15";

    private RedisDefinition() {}

    static ProcessDefinition of(EngineSite site, String program) {
        return new ProcessDefinition(
                site.name(),
                ProcessKind.REDIS,
                site.region(),
                List.of(
                        program,
                        "--bind",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(site.port(MAIN_PORT)),
                        "--dir",
                        site.path("data"),
                        "--appendonly",
                        "yes",
                        "--appendfsync",
                        "everysec",
                        "--save",
                        "",
                        // An inbox entry leaves by its acknowledgement; running full must be an error, not a loss.
                        "--maxmemory-policy",
                        "noeviction",
                        // It would overwrite the environment by which the process is known to be ours.
                        "--set-proc-title",
                        "no",
                        "--daemonize",
                        "no"),
                Map.of(),
                site.directory().toString(),
                site.ports(),
                site.log().toString(),
                List.of(site.path("data")),
                Map.of(),
                Map.of());
    }

    /** The name of the static binary inside the jar, for a platform as Java's system properties name it. */
    static String binaryName(String osName, String osArch) {
        String os = osName.toLowerCase(Locale.ROOT);
        String system = os.contains("mac") || os.contains("darwin") ? "darwin" : os.contains("linux") ? "linux" : null;
        String machine = switch (osArch.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            case "x86", "i386", "i686" -> "386";
            default -> null;
        };
        if (system == null || machine == null || (system.equals("darwin") && machine.equals("386"))) {
            throw new LaunchException("no Redis binary for " + osName + " on " + osArch
                    + "; there are linux (amd64, arm64, 386) and macOS (amd64, arm64)");
        }
        return "redis-server-" + VERSION + "-" + system + "-" + machine;
    }
}
