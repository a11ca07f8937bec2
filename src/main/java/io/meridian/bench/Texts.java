package io.meridian.bench;

import java.util.Random;

/** What messages say: 100 to 200 characters, made beforehand. */
final class Texts {
    private static final int SHORTEST = 100;
    private static final int LONGEST = 200;
    private static final int DIFFERENT = 256;

    private final String[] texts = new String[DIFFERENT];

    Texts(Random random) {
        for (int i = 0; i < DIFFERENT; i++) {
            texts[i] = text(random, SHORTEST + random.nextInt(LONGEST - SHORTEST + 1));
        }
    }

    String of(long message) {
        return texts[(int) (message % DIFFERENT)];
    }

    private static String text(Random random, int length) {
        StringBuilder text = new StringBuilder(length);
        while (text.length() < length) {
            text.append(random.nextInt(6) == 0 ? ' ' : (char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }
}
