package dev.dibs.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.daemon.memory.Rescues;
import org.junit.jupiter.api.Test;

class RetryAnswerTest {

  @Test
  void whoeverWasKilledRunsAgainWithAnEstimate() {
    assertThat(RetryAnswer.to(new Rescues.Verdict.RunAgain(640)))
        .isEqualTo(new RetryAnswer(0, "640\n"));
  }

  @Test
  void whoeverFailedAloneHearsItsPeak() {
    RetryAnswer answer = RetryAnswer.to(new Rescues.Verdict.FailedAlone(900));
    assertThat(answer.status()).isEqualTo(1);
    assertThat(answer.text()).contains("900 MiB at its peak");
  }

  @Test
  void whoeverEndedByItselfHearsNothing() {
    assertThat(RetryAnswer.to(new Rescues.Verdict.NotOurs())).isEqualTo(new RetryAnswer(1, ""));
  }
}
