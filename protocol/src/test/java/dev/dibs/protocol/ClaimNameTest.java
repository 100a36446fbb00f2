package dev.dibs.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
class ClaimNameTest {

  private static Request.Claim claim(Request.Kind kind, String name)
      throws MalformedRequestException {
    String line = ClaimName.parse(kind, name).line(7, Map.of());
    return (Request.Claim) RequestLine.parse(line);
  }

  @Test
  void aNumberIsOfSlots() throws MalformedRequestException {
    Request.Claim claim = claim(Request.Kind.RUN, "3");
    assertThat(claim.slotsMin()).isEqualTo(3);
    assertThat(claim.slotsMax()).isEqualTo(3);
    assertThat(claim.pid()).isEqualTo(7);
  }

  @Test
  void aRangeIsOfSlots() throws MalformedRequestException {
    Request.Claim claim = claim(Request.Kind.JOB, "kind=link,2..5");
    assertThat(claim.slotsMin()).isEqualTo(2);
    assertThat(claim.slotsMax()).isEqualTo(5);
    assertThat(claim.jobKind()).isEqualTo("link");
  }

  @Test
  void allKeysOfARunAreUnderstood() throws MalformedRequestException {
    Request.Claim claim = claim(Request.Kind.RUN, "slots=2,weight=50,wait=1.5,name=a%2Cb c");
    assertThat(claim.weight()).isEqualTo(50);
    assertThat(claim.waitMs()).hasValue(1500);
    assertThat(claim.name()).isEqualTo("a,b c");
  }

  @Test
  void allKeysOfAJobAreUnderstood() throws MalformedRequestException {
    Request.Claim claim = claim(Request.Kind.JOB, "pool=gpu,kind=k,target=%2Ft,mem=1.5G,wait=0");
    assertThat(claim.pool()).isEqualTo("gpu");
    assertThat(claim.target()).isEqualTo("/t");
    assertThat(claim.slotsMin()).isEqualTo(1);
    assertThat(claim.waitMs()).hasValue(0);
    assertThat(claim.wants().mib()).isEqualTo(1536);
  }

  @Test
  void moreCountsBeforeTheName() throws MalformedRequestException {
    ClaimName name = ClaimName.parse(Request.Kind.JOB, "wait=5");
    Request parsed = RequestLine.parse(name.line(7, Map.of("wait", "0", "file", "12")));
    assertThat(((Request.Claim) parsed).waitMs()).hasValue(0);
    assertThat(RequestLine.field(name.line(7, Map.of("file", "12")), "file")).hasValue("12");
    assertThat(RequestLine.field(name.line(7, Map.of()), "file")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "RUN, 0, slots is a number",
    "RUN, 2..1, max is below min",
    "RUN, x, slots is a number",
    "RUN, '', slots has no value",
    "RUN, '1,', slots has no value",
    "RUN, '1,2', slots is said twice",
    "RUN, '1,slots=1', slots is said twice",
    "RUN, 'kind=a', kind' is none of",
    "RUN, 'pid=1', pid' is none of",
    "RUN, 'weight=0', weight is 0",
    "RUN, 'weight=x', weight is not a number",
    "RUN, 'wait=x', wait is not a number",
    "RUN, 'name=', name has no value",
    "RUN, 'name=%', hexadecimal",
    "JOB, 'weight=1', weight' is none of",
    "JOB, 'mem=4X', mem is a number of bytes",
    "JOB, 'mem=0', mem is 0",
    "JOB, 'mem=-1', mem is a number of bytes",
    "JOB, 'again=1', again' is none of",
  })
  void nonsenseIsRefusedWithAReason(Request.Kind kind, String name, String why) {
    assertThatThrownBy(() -> ClaimName.parse(kind, name))
        .isInstanceOf(MalformedRequestException.class)
        .hasMessageContaining(why);
  }
}
