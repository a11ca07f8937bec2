package io.meridian.bench;

/**
 * The few fields of frames that are counted, found without parsing the rest: the generator shares the machine with what it
 * measures. Right for what servers write (no blanks around colons are needed, but taken) as long as the values looked for hold
 * no escapes, which ids, positions and codes never do. Pure.
 */
final class Frames {
    static final String EVENT_TYPE = "\"eventType\":";
    static final String DELIVERY_ID = "\"deliveryId\":";
    static final String CONVERSATION_ID = "\"conversationId\":";
    static final String CLIENT_MESSAGE_ID = "\"clientMessageId\":";
    static final String SEQ = "\"seq\":";
    static final String PREV_SEQ = "\"prevSeq\":";
    static final String CODE = "\"code\":";
    static final String INBOX_COMPLETE = "\"inboxComplete\":";

    static final String PING = "{\"eventType\":\"ping\"}";
    private static final long NONE = -1;

    private Frames() {}

    /** The string behind a key; null where there is none. */
    static String text(String frame, String key) {
        int at = value(frame, key);
        if (at < 0 || at >= frame.length() || frame.charAt(at) != '"') {
            return null;
        }
        int end = frame.indexOf('"', at + 1);
        return end < 0 ? null : frame.substring(at + 1, end);
    }

    /** The number behind a key; -1 where there is none. */
    static long number(String frame, String key) {
        int at = value(frame, key);
        if (at < 0) {
            return NONE;
        }
        long number = 0;
        int digit = at;
        while (digit < frame.length() && frame.charAt(digit) >= '0' && frame.charAt(digit) <= '9') {
            number = number * 10 + frame.charAt(digit) - '0';
            digit++;
        }
        return digit == at ? NONE : number;
    }

    static boolean isTrue(String frame, String key) {
        int at = value(frame, key);
        return at >= 0 && frame.startsWith("true", at);
    }

    static String hello(String deviceId) {
        return "{\"eventType\":\"hello\",\"deviceId\":\"" + deviceId + "\",\"platform\":\"bench\"}";
    }

    static String acknowledge(String deliveryId) {
        return "{\"eventType\":\"message_ack\",\"upTo\":\"" + deliveryId + "\"}";
    }

    static String send(String conversationId, String clientMessageId, String content) {
        return "{\"eventType\":\"message_send\"," + message(conversationId, clientMessageId, content);
    }

    /** The same as the body of the HTTP call. */
    static String post(String conversationId, String clientMessageId, String content) {
        return "{" + message(conversationId, clientMessageId, content);
    }

    private static String message(String conversationId, String clientMessageId, String content) {
        return "\"conversationId\":\"" + conversationId + "\",\"clientMessageId\":\"" + clientMessageId
                + "\",\"messageType\":\"text\",\"content\":\"" + content + "\"}";
    }

    private static int value(String frame, String key) {
        int at = frame.indexOf(key);
        if (at < 0) {
            return at;
        }
        at += key.length();
        while (at < frame.length() && frame.charAt(at) == ' ') {
            at++;
        }
        return at;
    }
}
