package io.meridian.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.message.Ids;
import io.meridian.message.UserId;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class UsernamesTest {
    private static final UserId USER = Ids.external("https://issuer", "subject");

    @Test
    void upperCaseIsLoweredAndOtherCharactersAreRefused() {
        assertThat(Usernames.canonical("Alice.B_1-x")).contains("alice.b_1-x");
        assertThat(Usernames.canonical("ab")).isEmpty();
        assertThat(Usernames.canonical("a".repeat(33))).isEmpty();
        assertThat(Usernames.canonical("al ice")).isEmpty();
        assertThat(Usernames.canonical("alicé")).isEmpty();
        assertThat(Usernames.canonical("")).isEmpty();
        assertThat(Usernames.canonical(null)).isEmpty();
    }

    @Test
    void outsideUserIsCalledAsItLikesIfThatIsPossible() {
        assertThat(Usernames.candidates("Bob@example.org", USER)).first().isEqualTo("bob");
        assertThat(Usernames.candidates(null, USER)).allMatch(name -> name.startsWith("u-"));
    }

    @Property
    void everyCandidateIsAUsername(@ForAll String preferred) {
        assertThat(Usernames.candidates(preferred, USER))
                .isNotEmpty()
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(Usernames.canonical(name)).contains(name));
    }
}
