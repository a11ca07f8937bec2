package io.meridian.conversation;

import io.meridian.message.ConversationType;
import io.meridian.message.InvalidFieldException;
import io.meridian.message.UserId;
import java.util.List;

/**
 * A conversation to be made, as it was asked for.
 *
 * @param titleOrNull of a group or channel
 * @param others the members besides the creator; sorted, each once: what is the same group has the same payload
 */
public record Creation(ConversationType type, String titleOrNull, List<UserId> others) {
    /** 500 with the creator: the contract's bound for one call. */
    private static final int MAX_OTHERS = 499;

    private static final int MAX_TITLE = 200;

    public Creation {
        others = List.copyOf(others);
    }

    /** Reads {@code type}, {@code title} and {@code memberIds}, and refuses what is wrong. */
    public static Creation read(Fields body, UserId creator) {
        ConversationType type = body.value("type", Creation::type);
        String title = body.optional("title", Creation::title).orElse(null);
        List<UserId> others = others(body, creator);
        if (type == ConversationType.DIRECT && others.size() != 1) {
            body.reject("memberIds", "must name exactly one other user");
        }
        body.check();
        return new Creation(type, title, others);
    }

    private static List<UserId> others(Fields body, UserId creator) {
        if (!body.has("memberIds")) {
            body.reject("memberIds", "is required");
            return List.of();
        }
        // One more than fits: the creator may be among them.
        List<UserId> others = body.values("memberIds", MAX_OTHERS + 1, UserId::new).stream()
                .filter(user -> !user.equals(creator))
                .distinct()
                .sorted()
                .toList();
        if (others.size() > MAX_OTHERS) {
            body.reject("memberIds", "names " + others.size() + " others, " + MAX_OTHERS + " are allowed at once");
        }
        return others;
    }

    private static ConversationType type(String text) {
        for (ConversationType type : ConversationType.values()) {
            if (type.wire().equals(text)) {
                return type;
            }
        }
        throw new InvalidFieldException("type", "must be direct, group or channel");
    }

    public static String title(String text) {
        boolean good = !text.isBlank()
                && text.codePointCount(0, text.length()) <= MAX_TITLE
                && text.codePoints().noneMatch(Character::isISOControl);
        if (!good) {
            throw new InvalidFieldException(
                    "title", "must be 1 to " + MAX_TITLE + " characters, without control characters");
        }
        return text;
    }
}
