import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two people register, connect, and chat: {@code java docs/examples/TwoPeopleChat.java [http://127.0.0.1:8080]}.
 * A real client keeps more: an outbound queue, the entries that it holds, reconnects. See docs/protocol.md.
 */
public final class TwoPeopleChat {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private final String base;

    private TwoPeopleChat(String base) {
        this.base = base;
    }

    public static void main(String[] args) throws Exception {
        new TwoPeopleChat(args.length > 0 ? args[0] : "http://127.0.0.1:8080").run();
    }

    private record Person(String name, String userId, String token) {}

    private void run() throws Exception {
        Person ann = register("ann");
        Person bob = register("bob");
        String made = post("/api/conversations", ann.token(), json("type", "direct", "memberIds", "[" + bob.userId() + "]"));
        String conversation = field(made, "conversationId");

        CountDownLatch bobHasIt = new CountDownLatch(1);
        CountDownLatch annHasIt = new CountDownLatch(1);
        WebSocket bobs = connect(bob, frame -> {
            if (frame.contains("\"message_created\"") && frame.contains("Hello Bob")) {
                bobHasIt.countDown();
            }
        });
        WebSocket anns = connect(ann, frame -> {
            if (frame.contains("\"message_created\"") && frame.contains("Hello Ann")) {
                annHasIt.countDown();
            }
        });
        send(anns, conversation, "Hello Bob");
        await(bobHasIt);
        send(bobs, conversation, "Hello Ann");
        await(annHasIt);

        System.out.println("\nhistory, as bob sees it:");
        System.out.println(get("/api/conversations/" + conversation + "/messages", bob.token()));
        anns.sendClose(WebSocket.NORMAL_CLOSURE, "bye").join();
        bobs.sendClose(WebSocket.NORMAL_CLOSURE, "bye").join();
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no message came within 20 s");
        }
    }

    private Person register(String name) throws Exception {
        String username = name + "-" + UUID.randomUUID().toString().substring(0, 8);
        String answer = post("/api/auth/register", null, json("username", username, "password", "correct horse battery"));
        System.out.println(name + " is " + username);
        return new Person(name, field(answer, "userId"), field(answer, "accessToken"));
    }

    private WebSocket connect(Person person, java.util.function.Consumer<String> onFrame) throws InterruptedException {
        CountDownLatch synced = new CountDownLatch(1);
        WebSocket socket = HTTP.newWebSocketBuilder()
                .header("Authorization", "Bearer " + person.token())
                .subprotocols("meridian.v1")
                .buildAsync(URI.create(base.replaceFirst("^http", "ws") + "/connect"), new WebSocket.Listener() {
                    private final StringBuilder text = new StringBuilder();

                    @Override
                    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
                        text.append(data);
                        if (last) {
                            String frame = text.toString();
                            text.setLength(0);
                            System.out.println(person.name() + " <- " + frame);
                            acknowledge(webSocket, frame);
                            onFrame.accept(frame);
                            if (frame.contains("\"synced\"")) {
                                synced.countDown();
                            }
                        }
                        webSocket.request(1);
                        return null;
                    }
                })
                .join();
        socket.sendText(json("eventType", "hello", "deviceId", person.name() + "-laptop"), true).join();
        await(synced);
        return socket;
    }

    /** The entry leaves the device's inbox only now. */
    private static void acknowledge(WebSocket socket, String frame) {
        if (frame.contains("\"deliveryId\"")) {
            socket.sendText(json("eventType", "message_ack", "upTo", field(frame, "deliveryId")), true);
        }
    }

    private static void send(WebSocket socket, String conversation, String content) {
        socket.sendText(
                        json(
                                "eventType", "message_send",
                                "conversationId", conversation,
                                "clientMessageId", UUID.randomUUID().toString(),
                                "messageType", "text",
                                "content", content),
                        true)
                .join();
    }

    private String post(String path, String token, String body) throws Exception {
        return call(HttpRequest.newBuilder(URI.create(base + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)), token);
    }

    private String get(String path, String token) throws Exception {
        return call(HttpRequest.newBuilder(URI.create(base + path)), token);
    }

    private static String call(HttpRequest.Builder request, String token) throws Exception {
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IllegalStateException(response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    /** A flat object of strings; a value in brackets is a list of strings. */
    private static String json(String... fields) {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < fields.length; i += 2) {
            String value = fields[i + 1];
            String quoted = value.startsWith("[")
                    ? "[\"" + value.substring(1, value.length() - 1) + "\"]"
                    : "\"" + value + "\"";
            json.append(i == 0 ? "" : ",").append('"').append(fields[i]).append("\":").append(quoted);
        }
        return json.append('}').toString();
    }

    private static String field(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + name + " in " + json);
        }
        return matcher.group(1);
    }
}
