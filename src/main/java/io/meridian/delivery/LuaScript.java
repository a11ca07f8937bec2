package io.meridian.delivery;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A script's text and the SHA-1 under which Redis knows it. */
record LuaScript(String name, String source, String sha) {
    private static final String PRELUDE = "device.lua";

    /** A script that begins with the functions of {@code device.lua}. */
    static LuaScript withDevice(String name) {
        return of(name, resource(PRELUDE) + resource(name));
    }

    static LuaScript plain(String name) {
        return of(name, resource(name));
    }

    private static LuaScript of(String name, String source) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8));
            return new LuaScript(name, source, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = LuaScript.class.getResourceAsStream("/delivery/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks delivery/" + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
