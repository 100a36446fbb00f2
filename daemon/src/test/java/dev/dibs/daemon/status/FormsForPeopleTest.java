package dev.dibs.daemon.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
class FormsForPeopleTest {

  @ParameterizedTest
  @CsvSource({"0, 0 s", "59999, 59 s", "60000, 1 min", "3599999, 59 min", "7500000, 2 h 5 min"})
  void agesAreForPeople(long ms, String text) {
    assertThat(Ages.of(ms)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "/home/me/a, /home/me, ~/a",
    "/home/me, /home/me, ~",
    "/home/meander, /home/me, /home/meander",
    "/a, /, /a"
  })
  void theHomeFolderIsATilde(String folder, String home, String text) {
    assertThat(Homes.shorten(folder, home)).isEqualTo(text);
  }

  @Test
  void numbersInARowAreARange() {
    assertThat(NumberRanges.of(List.of())).isEmpty();
    assertThat(NumberRanges.of(List.of(7))).isEqualTo("7");
    assertThat(NumberRanges.of(List.of(0, 1, 2, 3, 8, 10, 11))).isEqualTo("0-3,8,10-11");
  }
}
