package io.meridian.store;

/** What a login is checked against. Prints without the hash. */
public record Credentials(User user, String passwordHash) {
    @Override
    public String toString() {
        return "Credentials[user=" + user.id() + ", passwordHash=***]";
    }
}
