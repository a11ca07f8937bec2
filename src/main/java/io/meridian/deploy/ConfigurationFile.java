package io.meridian.deploy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The layers of configuration: defaults of {@code conf/meridian.conf}, a file over them, the environment over both. */
final class ConfigurationFile {
    /** Keys below these are names of the operator's choice. */
    private static final Set<String> OPEN = Set.of("meridian.cassandra.replication");

    private ConfigurationFile() {}

    /** @param file null: the defaults alone */
    static Config load(File file, Map<String, String> environment) {
        try {
            Config defaults = ConfigFactory.parseResources("meridian.conf");
            Config over = file == null ? ConfigFactory.empty() : parse(file);
            refuseUnknown(over, defaults);
            return fromEnvironment(defaults, environment)
                    .withFallback(over)
                    .withFallback(defaults)
                    .resolve();
        } catch (ConfigException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    private static Config parse(File file) {
        return ConfigFactory.parseFile(file, ConfigParseOptions.defaults().setAllowMissing(false));
    }

    private static void refuseUnknown(Config over, Config defaults) {
        over.entrySet().forEach(entry -> {
            String key = entry.getKey();
            boolean known = defaults.hasPathOrNull(key)
                    || OPEN.stream().anyMatch(open -> key.startsWith(open + "."))
                    || unresolved(defaults, key);
            if (!known) {
                throw new ConfigurationException(key + " = " + entry.getValue().render() + ": no such key ("
                        + entry.getValue().origin().description() + "); conf/meridian.conf lists them all");
            }
        });
    }

    /** A default that refers to another key is not a path yet. */
    private static boolean unresolved(Config defaults, String key) {
        return defaults.resolve().hasPathOrNull(key);
    }

    private static Config fromEnvironment(Config defaults, Map<String, String> environment) {
        Config over = ConfigFactory.empty();
        for (Map.Entry<String, ConfigValue> entry : defaults.resolve().entrySet()) {
            String name = entry.getKey().toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
            String value = environment.get(name);
            if (value != null) {
                boolean list = entry.getValue().valueType() == ConfigValueType.LIST;
                List<String> items = Arrays.stream(value.split(","))
                        .map(String::trim)
                        .filter(item -> !item.isEmpty())
                        .toList();
                over = over.withValue(
                        entry.getKey(), ConfigValueFactory.fromAnyRef(list ? items : value, "environment " + name));
            }
        }
        return over;
    }
}
