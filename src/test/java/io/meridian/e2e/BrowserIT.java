package io.meridian.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.meridian.testing.ChatPage;
import io.meridian.testing.Chromium;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Cluster;
import io.meridian.testing.Person;
import io.meridian.testing.RunningRegion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page as people have it: two browsers, each at a node of its own, behind a network that can be taken away. */
@ExtendWith(RunningRegion.class)
class BrowserIT {
    /** {@code -Dmeridian.picture=docs/images/chat.png} has the conversation's picture drawn anew. */
    private static final String PICTURE = System.getProperty("meridian.picture");

    private static final Duration BOUND = Duration.ofSeconds(60);
    private static Chromium chromium;

    private ChatPage ann;
    private ChatPage bob;
    private String annName;
    private String bobName;

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

    @Test
    void twoBrowsersHoldAConversation() {
        ann.startWith(bobName).write("Hi Bob! Is the release still on for tomorrow?");
        assertThat(bob.row("Ann").locator(".badge")).hasText("1");
        bob.open("Ann").sees("Hi Bob! Is the release still on for tomorrow?");
        bob.write("It is. Nine o’clock, everything is green.").write("🎉");
        ann.sees("Hi Bob! Is the release still on for tomorrow?", "It is. Nine o’clock, everything is green.", "🎉");
        ann.write("Then I’ll bring the cake.").hasMine(2, "sent");
        bob.sees(
                "Hi Bob! Is the release still on for tomorrow?",
                "It is. Nine o’clock, everything is green.",
                "🎉",
                "Then I’ll bring the cake.");
        assertThat(bob.row("Ann").locator(".badge")).hasCount(0);
        if (PICTURE != null) {
            ann.picture(Path.of(PICTURE));
        }
    }

    @Test
    void whatIsWrittenWithoutANetworkArrivesWhenItIsBack() {
        ann.startWith(bobName).write("before").hasMine(1, "sent");
        bob.open("Ann").sees("before");
        ann.loseNetwork();
        ann.write("one").write("two").write("three").hasMine(3, "queued");
        bob.write("meanwhile").hasMine(1, "sent");
        assertThat(ann.page().locator("#banner")).containsText("3 messages are kept");

        ann.findNetwork().online().hasMine(4, "sent");
        bob.sees("before", "meanwhile", "one", "two", "three");
        ann.sees("before", "meanwhile", "one", "two", "three");
    }

    @Test
    void unsentMessagesOutliveAReload() {
        ann.startWith(bobName).write("before").hasMine(1, "sent");
        bob.open("Ann").sees("before");
        // The page can be loaded again, but there is no live connection.
        ann.relay().cut(line -> line.startsWith("GET /connect"));
        assertThat(ann.page().locator("#connection")).hasAttribute("data-state", "offline");
        ann.write("one").write("two").write("three").hasMine(3, "queued");
        ann.page().fill("#draft", "a draft");
        ann.page().reload();
        assertThat(ann.page().locator("#connection")).hasAttribute("data-state", "offline");
        ann.hasMine(3, "queued");
        ann.relay().restore();

        ann.online().hasMine(4, "sent").sees("before", "one", "two", "three");
        assertThat(ann.page().locator("#draft")).hasValue("a draft");
        bob.sees("before", "one", "two", "three");
        bob.page().reload();
        bob.online().sees("before", "one", "two", "three");
    }

    @Test
    void aMessageThatIsLostOnTheWayIsFetchedFromHistory() {
        ann.startWith(bobName).write("one").hasMine(1, "sent");
        AtomicInteger lost = new AtomicInteger();
        bob.page().routeWebSocket("**/connect", near -> {
            var far = near.connectToServer();
            far.onMessage(frame -> {
                if (frame.text() != null
                        && frame.text().contains("\"two\"")
                        && frame.text().contains("deliveryId")) {
                    lost.incrementAndGet();
                } else {
                    near.send(frame.text());
                }
            });
        });
        bob.page().reload();
        bob.online().open("Ann").sees("one");
        ann.write("two").write("three").hasMine(3, "sent");
        bob.sees("one", "two", "three");
        assertThat(lost).hasPositiveValue();
    }

    @Test
    void earlierMessagesComeWhileScrollingAndWhatIsReadStaysInPlace(ClientWorld world) {
        Person cat = world.register("cat");
        Person dan = world.register("dan");
        String chat = cat.directWith(dan);
        for (int i = 1; i <= 130; i++) {
            cat.send(chat, world.name("message"), "message " + i + " of cat");
        }
        ann.page().click("#logout");
        assertThat(ann.page().locator("#sign-in")).isVisible();
        ann.login(dan).open(cat.username());
        Page page = ann.page();
        assertThat(page.locator("#messages .bubble").last()).hasText("message 130 of cat");
        for (int oldest = 100; oldest >= 1; oldest -= 33) {
            Locator message = message(oldest);
            // In this thread: a page is spoken to by one.
            await().pollInSameThread().atMost(BOUND).until(() -> {
                page.evaluate("document.getElementById('scroller').scrollTop = 0");
                return message.count() == 1;
            });
        }
        assertThat(page.locator("#messages .bubble")).hasCount(130);
        message(60).scrollIntoViewIfNeeded();
        double before = message(60).boundingBox().y;
        cat.send(chat, world.name("message"), "while you read");
        assertThat(page.locator("#to-newest")).hasText("1 new message");
        assertThat(Math.abs(message(60).boundingBox().y - before)).isLessThan(2);
        page.click("#to-newest");
        assertThat(page.locator("#messages .bubble").last()).hasText("while you read");
        assertThat(page.locator("#to-newest")).isHidden();
    }

    private Locator message(int number) {
        return ann.page()
                .locator("#messages")
                .getByText("message " + number + " of cat", new Locator.GetByTextOptions().setExact(true));
    }

    @Test
    void itIsUsedWithTheKeyboardAlone() {
        Page page = ann.page();
        page.focus("#new-chat");
        page.keyboard().press("Enter");
        page.keyboard().type(bobName);
        page.keyboard().press("Enter");
        assertThat(page.locator("#draft")).isFocused();
        page.keyboard().type("two");
        page.keyboard().press("Shift+Enter");
        page.keyboard().type("lines");
        page.keyboard().press("Enter");
        ann.hasMine(1, "sent");
        assertThat(page.locator("#messages .bubble")).hasText("two\nlines");
        page.keyboard().press("Escape");
        assertThat(page.locator("#thread")).isHidden();
        assertThat(page.locator("#list")).isFocused();
        page.keyboard().press("ArrowDown");
        page.keyboard().press("Enter");
        assertThat(page.locator("#thread")).isVisible();
    }

    @Test
    void markupInAMessageIsText() {
        String markup = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>";
        ann.startWith(bobName).write(markup).hasMine(1, "sent");
        bob.open("Ann").sees(markup);
        assertThat(bob.page()).not().hasTitle("taken");
    }
}
