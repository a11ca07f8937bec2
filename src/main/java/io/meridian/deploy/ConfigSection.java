package io.meridian.deploy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * A part of the configuration. What it holds is read as what it is to be, or refused with its whole key, the value and the remedy.
 *
 * @param path of the part itself, {@code meridian.kafka} for instance
 */
record ConfigSection(String path, Config config) {

    String text(String key) {
        return read(key, Config::getString, "use a text");
    }

    int number(String key) {
        double read = read(key, Config::getDouble, "use a whole number");
        if (read != Math.rint(read) || Math.abs(read) > Integer.MAX_VALUE) {
            throw refused(key, "use a whole number, up to " + Integer.MAX_VALUE);
        }
        return (int) read;
    }

    double fraction(String key) {
        return read(key, Config::getDouble, "use a number");
    }

    boolean onOff(String key) {
        return read(key, Config::getBoolean, "use on or off");
    }

    Duration duration(String key) {
        return read(key, Config::getDuration, "use a duration with its unit: 500ms, 10s, 15m, 25h or 30d");
    }

    long bytes(String key) {
        return read(key, Config::getBytes, "use a size with its unit, as in 64MiB");
    }

    List<String> texts(String key) {
        return read(key, Config::getStringList, "use a list of texts, [\"…\", \"…\"]");
    }

    /** Whole numbers under names of the operator's choice. */
    Map<String, Integer> numbers(String key) {
        ConfigSection section = section(key);
        Map<String, Integer> numbers = new LinkedHashMap<>();
        section.config.root().keySet().forEach(name -> numbers.put(name, section.number(ConfigUtil.joinPath(name))));
        return numbers;
    }

    ConfigSection section(String key) {
        ConfigObject object = read(key, Config::getObject, "use { … } with the keys below it");
        return new ConfigSection(path + "." + key, object.toConfig());
    }

    List<ConfigSection> sections(String key) {
        List<? extends Config> all = read(key, Config::getConfigList, "use a list of { … }");
        List<ConfigSection> sections = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            sections.add(new ConfigSection(path + "." + key + "[" + i + "]", all.get(i)));
        }
        return sections;
    }

    /** The value makes no sense. */
    ConfigurationException refused(String key, String remedy) {
        return new ConfigurationException(path + "." + key + " = " + shown(key) + ": " + remedy);
    }

    private <T> T read(String key, BiFunction<Config, String, T> reader, String remedy) {
        try {
            return reader.apply(config, key);
        } catch (ConfigException.Missing e) {
            // Null counts as missing, too.
            throw new ConfigurationException(path + "." + key + " is missing: " + remedy);
        } catch (ConfigException e) {
            // The library's own words name half of the key and no remedy.
            throw refused(key, remedy);
        }
    }

    /** Nothing of what a list or an object holds: it may be anything, passwords as well. */
    private String shown(String key) {
        ConfigValue value = config.getValue(key);
        if (value.valueType() == ConfigValueType.LIST) {
            return "[…]";
        }
        return value.valueType() == ConfigValueType.OBJECT ? "{…}" : String.valueOf(value.unwrapped());
    }
}
