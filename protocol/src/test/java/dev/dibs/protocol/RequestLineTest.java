package dev.dibs.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLineTest {

  private static String line(String... fields) {
    return String.join("\u001f", fields);
  }

  @Test
  void aRunHasTheUsualTermsWhereTheLineIsSilent() throws Exception {
    Request.Claim claim = (Request.Claim) RequestLine.parse(line("run", "1", "pid=4711"));
    assertThat(claim.kind()).isEqualTo(Request.Kind.RUN);
    assertThat(claim.pid()).isEqualTo(4711);
    assertThat(claim.weight()).isEqualTo(100);
    assertThat(claim.slotsMin()).isEqualTo(1);
    assertThat(claim.slotsMax()).isEqualTo(1);
    assertThat(claim.waitMs()).isEmpty();
    assertThat(claim.within()).isNull();
    assertThat(claim.width()).isFalse();
    assertThat(claim.machine()).isEqualTo(Request.Machine.WHOLE);
  }

  @Test
  void aRunMaySeeASmallerMachineAndStandBehindOthers() throws Exception {
    Request.Claim claim =
        (Request.Claim)
            RequestLine.parse(line("run", "1", "pid=7", "cpus=1", "learn=go test", "background=1"));
    assertThat(claim.machine()).isEqualTo(new Request.Machine(true, "go test", true));
    assertThat(claim.weight()).isEqualTo(10);
    assertThat(claim.withSlots(2, 5))
        .returns(2, Request.Claim::slotsMin)
        .returns(5, Request.Claim::slotsMax)
        .returns(claim.machine(), Request.Claim::machine);
  }

  @Test
  void aWeightThatIsGivenCountsInTheBackgroundToo() throws Exception {
    Request.Claim claim =
        (Request.Claim) RequestLine.parse(line("run", "1", "pid=7", "weight=50", "background=1"));
    assertThat(claim.weight()).isEqualTo(50);
  }

  @Test
  void everyFieldIsRead() throws Exception {
    Request.Claim claim =
        (Request.Claim)
            RequestLine.parse(
                line(
                    "job",
                    "1",
                    "pid=7",
                    "within=k2",
                    "cap=8",
                    "weight=200",
                    "min=2",
                    "max=3",
                    "wait=2.5",
                    "tcp=1",
                    "name=a = b",
                    "kind=link",
                    "target=app",
                    "pool=link",
                    "after=gpu",
                    "live=1",
                    "mem=1.5G",
                    "retry=1",
                    "attempt=3"));
    assertThat(claim)
        .isEqualTo(
            new Request.Claim(
                Request.Kind.JOB,
                7,
                "k2",
                8,
                200,
                2,
                3,
                OptionalLong.of(2500),
                false,
                false,
                Request.Machine.WHOLE,
                true,
                "a = b",
                "link",
                "app",
                "link",
                "gpu",
                true,
                new Request.Wants(1536, true, 3)));
  }

  @Test
  void ofMemoryNothingNeedBeSaid() throws Exception {
    Request.Claim claim = (Request.Claim) RequestLine.parse(line("job", "1", "pid=7"));
    assertThat(claim.wants()).isEqualTo(Request.Wants.NOTHING);
  }

  @Test
  void whatBecomesOfAnAttemptIsAsked() throws Exception {
    assertThat(RequestLine.parse(line("ended", "1", "pid=7", "attempt=2")))
        .isEqualTo(new Request.Ended(7, 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mem=0",
        "mem=-1",
        "mem=0.0G",
        "mem=4X",
        "mem=1e9",
        "mem=G",
        "attempt=4",
        "attempt=x"
      })
  void nonsenseAboutMemoryIsRefused(String field) {
    assertThatThrownBy(() -> RequestLine.parse(line("job", "1", "pid=7", field)))
        .isInstanceOf(MalformedRequestException.class);
  }

  @Test
  void aWidthWithoutAMaximumTakesWhatThereIs() throws Exception {
    Request.Claim claim = (Request.Claim) RequestLine.parse(line("run", "1", "pid=7", "width=1"));
    assertThat(claim.slotsMax()).isGreaterThan(1000);
  }

  @Test
  void unknownKeysAreIgnored() throws Exception {
    assertThat(RequestLine.parse(line("status", "1", "pid=7", "colour=red", "json=1")))
        .isEqualTo(new Request.Status(7, Request.Form.JSON));
  }

  @Test
  void aStatusMayBeWantedInOneLine() throws Exception {
    assertThat(RequestLine.parse(line("status", "1", "pid=7", "json=line")))
        .isEqualTo(new Request.Status(7, Request.Form.JSON_LINE));
    assertThat(RequestLine.parse(line("status", "1", "pid=7")))
        .isEqualTo(new Request.Status(7, Request.Form.TEXT));
  }

  @Test
  void workThatIsDoneOnceIsNamedByTheLengthOfItsCommand() throws Exception {
    assertThat(
            RequestLine.parse(
                line("once", "1", "pid=7", "words=3", "ttl=1.5", "env=CC:A_1", "wait=0")))
        .isEqualTo(new Request.Once(7, 3, List.of("CC", "A_1"), 1500, OptionalLong.of(0), false));
    assertThat(RequestLine.parse(line("once", "1", "pid=7", "words=1", "again=1", "live=1")))
        .isEqualTo(new Request.Once(7, 1, List.of(), 0, OptionalLong.empty(), true));
    for (String wrong : List.of("words=0", "words=x", "words=1\u001fenv=A-B", "ttl=1")) {
      assertThatThrownBy(() -> RequestLine.parse(line("once", "1", "pid=7", wrong)))
          .isInstanceOf(MalformedRequestException.class);
    }
  }

  @Test
  void poolsAreListedMadeResizedAndRemoved() throws Exception {
    assertThat(RequestLine.parse(line("pool", "1", "pid=7")))
        .isEqualTo(new Request.ListPools(7, null));
    assertThat(RequestLine.parse(line("pool", "1", "pid=7", "pool=link")))
        .isEqualTo(new Request.ListPools(7, "link"));
    assertThat(RequestLine.parse(line("pool", "1", "pid=7", "pool=link", "size=2")))
        .isEqualTo(new Request.ResizePool(7, "link", OptionalInt.of(2)));
    assertThat(RequestLine.parse(line("pool", "1", "pid=7", "pool=cpu", "size=auto")))
        .isEqualTo(new Request.ResizePool(7, "cpu", OptionalInt.empty()));
    assertThat(RequestLine.parse(line("pool", "1", "pid=7", "pool=link", "remove=1")))
        .isEqualTo(new Request.RemovePool(7, "link"));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", ".5, 500", "3., 3000", "0.0009, 0", "9999999999, 1000000000000"})
  void secondsMayBeAnyDecimal(String seconds, long ms) throws Exception {
    Request request = RequestLine.parse(line("run", "1", "pid=7", "wait=" + seconds));
    assertThat(((Request.Claim) request).waitMs()).hasValue(ms);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "run\u001f1",
        "run\u001f2\u001fpid=7",
        "run\u001f1\u001fpid=0",
        "run\u001f1\u001fpid=-3",
        "run\u001f1\u001fpid=99999999999",
        "dance\u001f1\u001fpid=7",
        "run\u001f1\u001fpid=7\u001fcap=many",
        "run\u001f1\u001fpid=7\u001fweight=0",
        "run\u001f1\u001fpid=7\u001fweight=10001",
        "run\u001f1\u001fpid=7\u001fmin=3\u001fmax=2",
        "run\u001f1\u001fpid=7\u001fwait=soon",
        "run\u001f1\u001fpid=7\u001fwait=.",
        "run\u001f1\u001fpid=7\u001fpool=link",
        "history\u001f1\u001fpid=7\u001fforget=1",
        "pool\u001f1\u001fpid=7\u001fsize=2",
        "pool\u001f1\u001fpid=7\u001fremove=1",
        "pool\u001f1\u001fpid=7\u001fpool=link\u001fsize=-1",
        "pool\u001f1\u001fpid=7\u001fpool=link\u001fsize=1000000000",
        "pool\u001f1\u001fpid=7\u001fpool=link\u001fsize=2\u001fremove=1",
        "\u0000\u0001garbage"
      })
  void whatIsNoRequestIsRefused(String line) {
    assertThatThrownBy(() -> RequestLine.parse(line)).isInstanceOf(MalformedRequestException.class);
  }

  @Test
  void aHistoryIsOfAllJobsOrOfThoseOfAKey() throws Exception {
    assertThat(RequestLine.parse(line("history", "1", "pid=7")))
        .isEqualTo(new Request.History(7, null, false, Request.Form.TEXT));
    assertThat(RequestLine.parse(line("history", "1", "pid=7", "key=cc/link", "forget=1")))
        .isEqualTo(new Request.History(7, "cc/link", true, Request.Form.TEXT));
  }

  @Test
  void aRefusalKnowsWhomToTell() {
    assertThatThrownBy(() -> RequestLine.parse(line("run", "9", "pid=4711")))
        .isInstanceOfSatisfying(
            MalformedRequestException.class,
            refusal -> assertThat(refusal.pid()).isEqualTo(OptionalInt.of(4711)));
  }
}
