package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ThreadOwnerTest {

  @Test
  void isReadFromTheStatusOfAThread() {
    String status = "Name:\tPPid:\\n1\nUmask:\t0022\nTgid:\t17\nNgid:\t0\nPid:\t18\nPPid:\t4\nx";
    assertThat(ThreadOwner.parse(bytes(status))).isEqualTo(new ThreadOwner(17, 4));
  }

  @Test
  void isNotReadFromAnythingElse() {
    for (String status : new String[] {"", "Tgid:\t1\n", "\nTgid:\t1\nPPid:\t1"}) {
      assertThatIllegalArgumentException().isThrownBy(() -> ThreadOwner.parse(bytes(status)));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
