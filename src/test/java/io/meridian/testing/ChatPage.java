package io.meridian.testing;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Somebody at the chat page, in a browser of their own, behind a network of their own; {@link #tab} is a second look with the same
 * ones. What they see is waited for.
 */
public final class ChatPage implements AutoCloseable {
    /** Longer than any backoff of the page on a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final int WIDTH = 960;
    private static final int HEIGHT = 600;
    private static final int PHONE_WIDTH = 390;
    private static final int PHONE_HEIGHT = 780;

    private final Relay relay;
    private final Browser browser;
    private final BrowserContext context;
    private final Page page;
    private final List<String> mistakes = new ArrayList<>();

    public ChatPage(Chromium chromium, URI node, ColorScheme scheme) {
        this(Relay.to(node), chromium.launch(), scheme);
    }

    private ChatPage(Relay relay, Browser browser, ColorScheme scheme) {
        this(
                relay,
                browser,
                browser.newContext(new Browser.NewContextOptions()
                        .setBaseURL(relay.url())
                        .setViewportSize(WIDTH, HEIGHT)
                        .setReducedMotion(com.microsoft.playwright.options.ReducedMotion.REDUCE)
                        .setLocale("en-GB")
                        .setColorScheme(scheme)));
    }

    private ChatPage(Relay relay, Browser browser, BrowserContext context) {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE.toMillis());
        this.relay = relay;
        this.browser = browser;
        this.context = context;
        context.setDefaultTimeout(PATIENCE.toMillis());
        page = context.newPage();
        page.onPageError(mistakes::add);
    }

    /** Another tab of the same browser, at the page; the last one that is closed ends the browser. */
    public ChatPage tab() {
        ChatPage other = new ChatPage(relay, browser, context);
        other.page.navigate("/");
        return other.online();
    }

    /** On a phone. */
    public ChatPage narrow() {
        page.setViewportSize(PHONE_WIDTH, PHONE_HEIGHT);
        return this;
    }

    public Page page() {
        return page;
    }

    public Relay relay() {
        return relay;
    }

    public ChatPage register(String username, String displayName) {
        page.navigate("/");
        page.click("#choose-register");
        page.fill("#username", username);
        page.fill("#display-name", displayName);
        page.fill("#password", "correct horse battery");
        page.click("#sign-in-submit");
        return online();
    }

    public ChatPage login(Person person) {
        return tryLogin(person).online();
    }

    /** Whatever comes of it. */
    public ChatPage tryLogin(Person person) {
        page.navigate("/");
        page.fill("#username", person.username());
        page.fill("#password", person.password());
        page.click("#sign-in-submit");
        return this;
    }

    public ChatPage logout() {
        page.click("#account");
        page.click("#logout");
        assertThat(page.locator("#sign-in")).isVisible();
        return this;
    }

    public ChatPage online() {
        assertThat(page.locator("#connection")).hasAttribute("data-state", "online");
        return this;
    }

    /** All of it, also what is open already. */
    public ChatPage loseNetwork() {
        context.setOffline(true);
        relay.cut();
        assertThat(page.locator("#connection")).hasAttribute("data-state", "offline");
        return this;
    }

    public ChatPage findNetwork() {
        relay.restore();
        context.setOffline(false);
        return this;
    }

    public ChatPage startWith(String usernames) {
        page.click("#new-chat");
        page.fill("#people", usernames);
        page.click("#people-submit");
        assertThat(page.locator("#thread")).isVisible();
        return this;
    }

    /** Opens the conversation of this name. */
    public ChatPage open(String name) {
        row(name).click();
        assertThat(page.locator("#thread-name")).hasText(name);
        return this;
    }

    public Locator row(String name) {
        return page.locator("#list .row").filter(new Locator.FilterOptions().setHasText(name));
    }

    public ChatPage write(String text) {
        page.fill("#draft", text);
        page.press("#draft", "Enter");
        return this;
    }

    /** What the open conversation shows, each message once and in this order. */
    public ChatPage sees(String... texts) {
        assertThat(page.locator("#messages .bubble")).hasText(texts, new LocatorAssertions.HasTextOptions());
        return this;
    }

    /** How many of the own messages are in this state: {@code queued}, {@code sending}, {@code sent}, {@code failed}. */
    public ChatPage hasMine(int count, String state) {
        assertThat(page.locator("#messages .message.mine[data-state=" + state + "]"))
                .hasCount(count);
        return this;
    }

    /** The own message of this text. */
    public Locator mine(String text) {
        return page.locator("#messages .message.mine").filter(new Locator.FilterOptions().setHasText(text));
    }

    public void picture(Path file) {
        page.screenshot(new Page.ScreenshotOptions().setPath(file));
    }

    @Override
    public void close() {
        if (context.pages().size() > 1) {
            page.close();
        } else {
            browser.close();
            relay.close();
        }
        if (!mistakes.isEmpty()) {
            throw new AssertionError("the page made mistakes: " + mistakes);
        }
    }
}
