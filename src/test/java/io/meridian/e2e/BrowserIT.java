package io.meridian.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import io.meridian.testing.ChatEvent;
import io.meridian.testing.ChatPage;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Person;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What people rely on: conversations through networks that go, reloads, tabs and refusals. */
class BrowserIT extends TwoBrowsers {
    /** {@code -Dmeridian.picture=docs/images/chat.png} has the conversation's picture drawn anew. */
    private static final String PICTURE = System.getProperty("meridian.picture");

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
        ann.write("never mind").hasMine(4, "queued");
        ann.mine("never mind").getByText("Cancel").click();
        ann.hasMine(3, "queued");

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
    void whatIsRefusedSaysSoAndIsDiscardedOrTriedAgain(ClientWorld world) {
        Person cat = world.register("cat");
        Person dan = world.register("dan");
        String chat = cat.group("Release", dan);
        ann.logout().login(dan).narrow().open("Release");
        ann.loseNetwork().write("one").write("two").hasMine(2, "queued");
        assertThat(cat.removeMember(chat, dan).isSuccess()).isTrue();
        ann.findNetwork().online().hasMine(2, "failed");
        Page page = ann.page();
        assertThat(ann.mine("one").locator(".meta")).containsText("Not sent. You are no longer a member.");
        assertThat(page.locator("#announce")).containsText("Not sent");
        assertThat(page.locator("#left-note")).isVisible();
        ann.mine("one").getByText("Discard").press("Enter");
        ann.hasMine(1, "failed");
        assertThat(ann.mine("two").getByText("Try again")).isFocused();
        assertThat(cat.addMember(chat, dan).isSuccess()).isTrue();
        assertThat(page.locator("#left-note")).isHidden();
        page.keyboard().press("Enter");
        ann.hasMine(0, "failed").hasMine(1, "sent");
        assertThat(page.locator("#draft")).isFocused();
        assertThat(cat.history(chat))
                .extracting(ChatEvent::content)
                .contains("two")
                .doesNotContain("one");
    }

    @Test
    void twoTabsOfOneBrowserAreTwoDevicesOfOneLogin() {
        ann.startWith(bobName).write("from the first tab").hasMine(1, "sent");
        try (ChatPage second = ann.tab()) {
            second.open("Bob").sees("from the first tab");
            second.write("from the second").hasMine(2, "sent");
            ann.sees("from the first tab", "from the second").online();
            bob.open("Ann").sees("from the first tab", "from the second");
            bob.write("to both");
            ann.sees("from the first tab", "from the second", "to both");
            ann.page().click("#new-chat");
            second.sees("from the first tab", "from the second", "to both").logout();
            assertThat(ann.page().locator("#sign-in")).isVisible();
            assertThat(ann.page().locator("#people-dialog")).isHidden();
        }
    }

    @Test
    void whenTheNetworkGoesTheConnectionIsTriedAtOnce() {
        Page page = ann.page();
        page.addInitScript("window.said = []; const send = WebSocket.prototype.send;"
                + "WebSocket.prototype.send = function (frame) { said.push(frame); send.call(this, frame); };");
        page.reload();
        ann.online();
        Object asked =
                page.evaluate("() => { said.length = 0; dispatchEvent(new Event('offline')); return said.join(); }");
        assertThat(asked).asString().contains("ping");
        // There is a server without a network, and the page goes by that.
        ann.online();
    }
}
