package io.meridian.deploy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOriginFactory;
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
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The layers of configuration: defaults of {@code conf/meridian.conf}, a file over them, the environment over both. */
final class ConfigurationFile {
    private static final Logger LOGGER = LoggerFactory.getLogger(ConfigurationFile.class);

    /** Keys below these are names of the operator's choice. */
    private static final Set<String> OPEN = Set.of("meridian.cassandra.replication");

    /** What no plain text or list of texts can say: in the environment, too, it is written as in the file. */
    private static final Set<String> STRUCTURED =
            Set.of("meridian.cassandra.replication", "meridian.auth.outside-issuers");

    private static final String PREFIX = "MERIDIAN_";

    /** The launcher's own, which the nodes that it starts inherit. */
    private static final Set<String> OF_THE_LAUNCHER = Set.of(
            "MERIDIAN_RUN",
            "MERIDIAN_TIED_TO",
            "MERIDIAN_CASSANDRA_JAVA_HOME",
            "MERIDIAN_MAVEN_FLAGS",
            "MERIDIAN_PROGRESS_SECONDS");

    /** What Kubernetes sets for a service named meridian-kafka, say. */
    private static final Pattern OF_KUBERNETES =
            Pattern.compile("MERIDIAN_(\\w+_)?(SERVICE_(HOST|PORT(_\\w+)?)|PORT(_\\d+_(TCP|UDP|SCTP)(_\\w+)?)?)");

    private ConfigurationFile() {}

    /** @param file null: the defaults alone */
    static Config load(File file, Map<String, String> environment) {
        try {
            Config defaults = ConfigFactory.parseResources("meridian.conf");
            Config over = file == null ? ConfigFactory.empty() : parse(file);
            refuseUnknown(over.withFallback(defaults).resolve(), defaults.resolve());
            return fromEnvironment(defaults.resolve(), environment)
                    .withFallback(over)
                    .withFallback(defaults)
                    .resolve();
        } catch (ConfigException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    private static Config parse(File file) {
        try {
            return ConfigFactory.parseFile(file, ConfigParseOptions.defaults().setAllowMissing(false));
        } catch (ConfigException.IO e) {
            throw new ConfigurationException(
                    "--conf " + file + ": cannot be read; name a file over conf/meridian.conf");
        }
    }

    /** Without the values: a password under a misspelt key is a password. */
    private static void refuseUnknown(Config whole, Config defaults) {
        whole.entrySet().forEach(entry -> {
            String key = entry.getKey();
            if (!defaults.hasPathOrNull(key) && OPEN.stream().noneMatch(open -> key.startsWith(open + "."))) {
                throw new ConfigurationException(key + ": no such key ("
                        + entry.getValue().origin().description() + "); conf/meridian.conf lists them all");
            }
        });
    }

    private static Config fromEnvironment(Config defaults, Map<String, String> environment) {
        Map<String, String> keys = new TreeMap<>();
        defaults.entrySet().forEach(entry -> keys.put(variable(entry.getKey()), entry.getKey()));
        STRUCTURED.forEach(key -> keys.put(variable(key), key));
        Config over = ConfigFactory.empty();
        for (Map.Entry<String, String> set : environment.entrySet()) {
            String name = set.getKey();
            String key = keys.get(name);
            if (key != null) {
                over = over.withValue(key, value(key, name, set.getValue(), defaults));
            } else if (name.startsWith(PREFIX)
                    && !OF_THE_LAUNCHER.contains(name)
                    && !OF_KUBERNETES.matcher(name).matches()) {
                refuseOrWarn(name, defaults);
            }
        }
        return over;
    }

    /** {@code meridian.http.port} is {@code MERIDIAN_HTTP_PORT}. */
    private static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }

    private static ConfigValue value(String key, String name, String text, Config defaults) {
        String origin = "environment " + name;
        if (STRUCTURED.contains(key)) {
            try {
                return ConfigFactory.parseString("value = " + text)
                        .getValue("value")
                        .withOrigin(ConfigOriginFactory.newSimple(origin));
            } catch (ConfigException e) {
                throw new ConfigurationException(
                        name + ": cannot be read; write it as conf/meridian.conf shows " + key);
            }
        }
        boolean list = defaults.getValue(key).valueType() == ConfigValueType.LIST;
        List<String> items = Arrays.stream(text.split(","))
                .map(String::trim)
                .filter(item -> !item.isEmpty())
                .toList();
        return ConfigValueFactory.fromAnyRef(list ? items : text, origin);
    }

    /** A misspelt key of ours is not to be overlooked; what only begins like ours may be anybody's. */
    private static void refuseOrWarn(String name, Config defaults) {
        Set<String> sections = new TreeSet<>(defaults.getObject("meridian").keySet());
        if (sections.stream().anyMatch(section -> name.startsWith(PREFIX + variable(section) + "_"))) {
            throw new ConfigurationException(name + ": no such key (environment); conf/meridian.conf lists them all, "
                    + "meridian.http.port is MERIDIAN_HTTP_PORT");
        }
        LOGGER.warn("{} in the environment is no key of the configuration and is ignored", name);
    }
}
