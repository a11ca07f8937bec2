package io.meridian.deploy;

/** The configuration makes no sense; the message names the key, the value and the remedy. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ConfigurationException(String message) {
        super(message, null, false, false);
    }
}
