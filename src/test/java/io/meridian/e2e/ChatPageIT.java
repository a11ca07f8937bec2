package io.meridian.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.meridian.testing.Answer;
import io.meridian.testing.ChatPage;
import io.meridian.testing.ClientWorld;
import io.meridian.testing.Person;
import io.meridian.testing.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The page as it is used: scrolling, the keyboard, narrow screens, groups, devices, and what goes wrong. */
class ChatPageIT extends TwoBrowsers {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int MOST_DEVICES = 20;

    @Test
    void earlierMessagesComeWhileScrollingAndWhatIsReadStaysInPlace(ClientWorld world) {
        Person cat = world.register("cat");
        Person dan = world.register("dan");
        String chat = cat.directWith(dan);
        for (int i = 1; i <= 130; i++) {
            cat.send(chat, world.name("message"), "message " + i + " of cat");
        }
        assertThat(dan.read(chat, cat.listing(chat).lastSeq()).isSuccess()).isTrue();
        ann.logout().login(dan).open(cat.username());
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
        // What an input method composes is ended by it, and nothing else.
        page.locator("#draft").dispatchEvent("keydown", Map.of("key", "Escape", "isComposing", true));
        assertThat(page.locator("#thread")).isVisible();
        page.keyboard().press("Escape");
        assertThat(page.locator("#thread")).isHidden();
        assertThat(page.locator("#list")).isFocused();
        page.keyboard().press("ArrowDown");
        page.keyboard().press("Enter");
        assertThat(page.locator("#thread")).isVisible();
    }

    @Test
    void aRowThatChangesWhileItIsPressedIsOpened() {
        ann.startWith(bobName);
        Page page = ann.page();
        page.navigate("/");
        ann.row("Bob").hover();
        page.mouse().down();
        // The list has the focus now, and shows where.
        assertThat(page.locator("#list .row.active")).hasCount(1);
        bob.open("Ann").write("meanwhile");
        assertThat(ann.row("Bob").locator(".badge")).hasText("1");
        page.mouse().up();
        assertThat(page.locator("#thread-name")).hasText("Bob");
    }

    @Test
    void readingGoesOnAtTheFirstMessageThatIsNew(ClientWorld world) {
        Person cat = world.register("cat");
        Person dan = world.register("dan");
        String chat = cat.directWith(dan);
        for (int i = 1; i <= 90; i++) {
            cat.send(chat, world.name("message"), "message " + i + " of cat");
            if (i == 10) {
                assertThat(dan.read(chat, cat.listing(chat).lastSeq()).isSuccess())
                        .isTrue();
            }
        }
        ann.logout().login(dan).open(cat.username());
        Page page = ann.page();
        assertThat(page.locator("#messages .new-line")).isInViewport();
        assertThat(message(11)).isInViewport();
        assertThat(message(90)).not().isInViewport();
        assertThat(page.locator("#to-newest")).hasText("80 new messages");
        assertThat(ann.row(cat.username()).locator(".badge")).hasText("80");
        page.click("#to-newest");
        assertThat(message(90)).isInViewport();
        assertThat(ann.row(cat.username()).locator(".badge")).hasCount(0);
    }

    @Test
    void onANarrowScreenThereIsOneThingAtATime() {
        ann.narrow().startWith(bobName).write("before").hasMine(1, "sent");
        Page page = ann.page();
        assertThat(page.locator(".side")).isHidden();
        page.click("#back");
        assertThat(page.locator(".main")).isHidden();
        ann.loseNetwork();
        assertThat(page.locator("#banner")).isInViewport();
        ann.open("Bob").write("after").hasMine(1, "queued");
        assertThat(page.locator("#banner")).containsText("Your message is kept");
        assertThat(page.locator("#draft")).isInViewport();
        assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(page.viewportSize().width);
        ann.findNetwork().online().hasMine(2, "sent");
        assertThat(page.locator("#banner")).isHidden();
    }

    @Test
    void aGroupIsLookedAfterInItsDetails(ClientWorld world) {
        Person cat = world.register("cat");
        ann.startWith(bobName + " " + cat.username());
        Page page = ann.page();
        page.click("#details");
        assertThat(member(ann, null)).hasCount(3);
        page.fill("#group-title", "Release crew");
        page.press("#group-title", "Enter");
        assertThat(page.locator("#thread-name")).hasText("Release crew");
        assertThat(page.locator("#group-heading")).hasText("Release crew");

        bob.open("Release crew").page().click("#details");
        assertThat(bob.page().locator("#group-add")).isHidden();
        member(ann, "Bob").locator("select").selectOption("admin");
        assertThat(bob.page().locator("#group-add")).isVisible();
        assertThat(member(bob, "Ann").locator("button")).hasCount(0);
        assertThat(bob.page().locator("#messages .note").last()).hasText("Ann made you admin");

        member(ann, cat.username()).getByText("Remove").click();
        page.click("#confirm-yes");
        assertThat(member(ann, null)).hasCount(2);
        assertThat(member(bob, null)).hasCount(2);
        page.fill("#group-people", "nobody-of-this-name");
        page.press("#group-people", "Enter");
        assertThat(page.locator("#group-error")).containsText("There is no user called “nobody-of-this-name”");
        page.fill("#group-people", cat.username());
        page.press("#group-people", "Enter");
        assertThat(member(ann, null)).hasCount(3);
        assertThat(page.locator("#group-error")).isHidden();

        page.click("#group-leave");
        page.click("#confirm-yes");
        assertThat(page.locator("#group-dialog")).isHidden();
        assertThat(page.locator("#left-note")).isVisible();
        assertThat(member(bob, null)).hasCount(2);
        assertThat(member(bob, cat.username()).locator("select")).hasValue("member");
    }

    private static Locator member(ChatPage at, String name) {
        Locator all = at.page().locator("#group-members .person");
        return name == null ? all : all.filter(new Locator.FilterOptions().setHasText(name));
    }

    @Test
    void whatWasCancelledLeadsNowhere() {
        Page page = ann.page();
        AtomicReference<Route> held = new AtomicReference<>();
        page.route("**/api/conversations*", held::set);
        page.click("#new-chat");
        page.fill("#people", bobName);
        page.click("#people-submit");
        page.waitForCondition(() -> held.get() != null);
        page.click("#people-cancel");
        page.unroute("**/api/conversations*");
        held.get().resume();
        // It is made all the same, and waits in the list.
        assertThat(ann.row("Bob")).isVisible();
        assertThat(page.locator("#thread")).isHidden();
    }

    @Test
    void aListThatIsNotThereYetSaysWhy() {
        ann.startWith(bobName);
        Page page = ann.page();
        List<Route> held = new ArrayList<>();
        page.route("**/api/conversations*", held::add);
        page.navigate("/");
        ann.online();
        assertThat(page.locator("#list-state")).hasText("Loading conversations…");
        page.unroute("**/api/conversations*");
        held.forEach(Route::resume);
        assertThat(ann.row("Bob")).isVisible();
        assertThat(page.locator("#list-state")).isHidden();
    }

    @Test
    void aPageThatCannotStartSaysSo() {
        Page page = ann.page();
        page.route("**/client/account.js", route -> {
            String script = route.fetch().text();
            assertThat(script).contains("async restore() {");
            route.fulfill(new Route.FulfillOptions()
                    .setContentType("text/javascript")
                    .setBody(script.replace("async restore() {", "async restore() { throw new Error('broken');")));
        });
        page.reload();
        assertThat(page.locator("#starting")).containsText("could not start");
        page.unroute("**/client/account.js");
        page.click("#start-again");
        ann.online();
    }

    @Test
    void whereThereIsOneDeviceTooManyAnotherIsRemoved(ClientWorld world) {
        Person cat = world.register("cat");
        for (int i = 1; i <= MOST_DEVICES; i++) {
            // A sync gives a device its inbox, as a connection does.
            ObjectNode device = Wire.object().put("deviceId", "phone-" + i);
            device.putObject("conversations");
            Answer synced = cat.post("/api/sync", device);
            assertThat(synced.isSuccess()).as(synced.toString()).isTrue();
        }
        Page page = ann.logout().tryLogin(cat).page();
        Locator devices = page.locator("#devices .person");
        assertThat(page.locator("#devices-refused")).isVisible();
        assertThat(devices).hasCount(MOST_DEVICES);
        devices.last().getByText("Remove").click();
        page.click("#confirm-yes");
        ann.online();
        assertThat(page.locator("#devices-refused")).isHidden();
        page.click("#devices-close");

        page.click("#account");
        page.click("#show-devices");
        assertThat(devices).hasCount(MOST_DEVICES);
        assertThat(devices.filter(new Locator.FilterOptions().setHasText("This one")))
                .hasCount(1);
    }

    @Test
    void addressesInAMessageLeadThereAndNothingElseDoes() {
        ann.startWith(bobName)
                .write("See https://example.org/a?b=1, or javascript:alert(1)")
                .hasMine(1, "sent");
        bob.open("Ann").sees("See https://example.org/a?b=1, or javascript:alert(1)");
        Locator links = bob.page().locator("#messages .bubble a");
        assertThat(links).hasCount(1);
        assertThat(links).hasAttribute("href", "https://example.org/a?b=1");
        assertThat(links).hasAttribute("rel", "noopener noreferrer");
    }

    @Test
    void markupInAMessageIsText() {
        String markup = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>";
        ann.startWith(bobName).write(markup).hasMine(1, "sent");
        bob.open("Ann").sees(markup);
        assertThat(bob.page()).not().hasTitle("taken");
    }
}
