package io.meridian.testing;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The machine's own Chromium, without a window. For one thread. */
public final class Chromium implements AutoCloseable {
    private static final Path PROGRAM = Path.of(System.getProperty("meridian.chromium", "/usr/bin/chromium"));

    private final Playwright playwright;

    public Chromium() {
        if (!Files.isExecutable(PROGRAM)) {
            throw new AssertionError("The browser tests need Chromium, and there is none at " + PROGRAM
                    + ": install it (apt-get install chromium), or say where it is with -Dmeridian.chromium=PATH.");
        }
        this.playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    }

    /** Another process, which shares nothing with those before. */
    public Browser launch() {
        return playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(PROGRAM)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
    }

    /** Ends its browsers, too. */
    @Override
    public void close() {
        playwright.close();
    }
}
