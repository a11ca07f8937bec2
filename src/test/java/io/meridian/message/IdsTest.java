package io.meridian.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class IdsTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");

    /** Written down: these lie in stores for ever, so a change of the code must not change them. */
    @Test
    void idsAreWhatTheyWereWhenTheyWereStored() {
        assertThat(Ids.direct(ANN, BOB).value()).isEqualTo("d677e0be2c431e4c655ec4e7e0e5c24b");
        assertThat(Ids.group(ANN, new ClientMessageId("c1")).value()).isEqualTo("1ae58da3cca14878ebac7cb65d74e685");
        assertThat(Ids.message(new ConversationId("conv"), ANN, new ClientMessageId("c1"))
                        .value())
                .isEqualTo("5eab6b4585f3176faa935ffc2292ed2a");
        assertThat(Ids.partition(new ConversationId("conv"), 16)).isEqualTo(13);
    }

    @Test
    void fieldsCannotRunIntoEachOther() {
        var conversation = new ConversationId("c");
        assertThat(Ids.message(conversation, new UserId("ab"), new ClientMessageId("c")))
                .isNotEqualTo(Ids.message(conversation, new UserId("a"), new ClientMessageId("bc")));
        assertThat(Ids.group(ANN, new ClientMessageId("bob")).value())
                .isNotEqualTo(Ids.direct(ANN, BOB).value());
    }

    @Property
    void directConversationIsTheSameWhoeverAsks(
            @ForAll @AlphaChars @StringLength(min = 1, max = 10) String one,
            @ForAll @AlphaChars @StringLength(min = 1, max = 10) String other) {
        assertThat(Ids.direct(new UserId(one), new UserId(other)))
                .isEqualTo(Ids.direct(new UserId(other), new UserId(one)));
    }

    @Test
    void partitionsAreAllUsed() {
        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            used.add(Ids.partition(Ids.group(ANN, new ClientMessageId("c" + i)), 16));
        }
        assertThat(used).hasSize(16);
    }
}
