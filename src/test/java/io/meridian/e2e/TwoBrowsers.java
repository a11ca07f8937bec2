package io.meridian.e2e;

import com.microsoft.playwright.options.ColorScheme;
import io.meridian.testing.ChatPage;
import io.meridian.testing.Chromium;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Cluster;
import io.meridian.testing.RunningRegion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ann and Bob at the page: two browsers, each at a node of its own, behind a network that can be taken away. */
@ExtendWith(RunningRegion.class)
abstract class TwoBrowsers {
    private static Chromium chromium;

    ChatPage ann;
    ChatPage bob;
    String annName;
    String bobName;

    @BeforeAll
    static void findChromium() {
        chromium = new Chromium();
    }

    @AfterAll
    static void closeChromium() {
        chromium.close();
    }

    @BeforeEach
    void sitDown(Cluster cluster, ClientWorld world) {
        ann = new ChatPage(chromium, cluster.urls().get(0), ColorScheme.LIGHT);
        bob = new ChatPage(chromium, cluster.urls().get(1), ColorScheme.DARK);
        annName = world.name("ann");
        bobName = world.name("bob");
        ann.register(annName, "Ann");
        bob.register(bobName, "Bob");
    }

    @AfterEach
    void standUp() {
        try (ChatPage first = ann;
                ChatPage second = bob) {
            // Both end, whatever the other one says.
        }
    }
}
