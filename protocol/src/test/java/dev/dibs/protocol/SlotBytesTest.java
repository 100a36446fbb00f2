package dev.dibs.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.dibs.protocol.SlotBytes.Meaning;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotBytesTest {

  private final SlotBytes books = new SlotBytes();

  @Test
  void whatIsGrantedIsHeldAndReturned() {
    assertThat(take("+")).containsExactly(Meaning.ASKED);
    books.granted();
    assertThat(books.held()).isOne();
    assertThat(books.waiting()).isZero();
    assertThat(take("-")).containsExactly(Meaning.RETURNED);
    assertThat(books.held()).isZero();
  }

  @Test
  void returningPrefersWhatIsHeld() {
    take("++");
    books.granted();
    assertThat(take("--")).containsExactly(Meaning.RETURNED, Meaning.WITHDRAWN);
    assertThat(books.held() + books.waiting()).isZero();
  }

  @Test
  void returningTooManyIsRefused() {
    assertThat(take("-")).containsExactly(Meaning.REFUSED);
    assertThat(take("+--")).endsWith(Meaning.WITHDRAWN, Meaning.REFUSED);
    assertThat(SlotBytes.refusal((byte) '-')).startsWith("!").endsWith("\n");
  }

  @Test
  void askingForTooManyIsRefused() {
    assertThat(take("+".repeat(SlotBytes.OPEN_MAX))).containsOnly(Meaning.ASKED);
    assertThat(take("+")).containsExactly(Meaning.REFUSED);
    assertThat(books.waiting()).isEqualTo(SlotBytes.OPEN_MAX);
    assertThat(SlotBytes.refusal((byte) '+')).contains("4096");
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "\n", "G", "{", "\0", "ÿ"})
  void anythingElseIsRefused(String garbage) {
    byte first = garbage.getBytes(StandardCharsets.ISO_8859_1)[0];
    assertThat(books.take(first)).isEqualTo(Meaning.REFUSED);
    assertThat(SlotBytes.refusal(first)).contains("" + Byte.toUnsignedInt(first));
  }

  @Test
  void aGrantThatNobodyAskedForIsABug() {
    assertThatIllegalStateException().isThrownBy(books::granted).withMessageStartingWith("BUG");
  }

  private List<Meaning> take(String bytes) {
    List<Meaning> meanings = new ArrayList<>();
    for (byte each : bytes.getBytes(StandardCharsets.US_ASCII)) {
      meanings.add(books.take(each));
    }
    return meanings;
  }
}
