package io.meridian.auth;

/** A password or token. It prints redacted, so that no log line or message can give it away. */
public record Secret(String value) {

    @Override
    public String toString() {
        return "Secret[redacted]";
    }
}
