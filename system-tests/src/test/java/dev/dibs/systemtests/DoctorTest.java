package dev.dibs.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code dibs doctor}: what works here, found by trying it. */
class DoctorTest {
  @RegisterExtension final Dibs dibs = Dibs.withPool(2).kept();

  @Test
  void itTriesEveryWayAndTakesNothingFromThePool() {
    dibs.holder();
    dibs.holder();
    Map<String, String> states = states(json());
    assertThat(states)
        .containsEntry("daemon", "ok")
        .containsEntry("make", "ok")
        .containsEntry("tokens", "ok");
    assertThat(states.get("socket")).isIn("ok", "untried");
  }

  @Test
  void whereThereIsAFileSystemItClaimsAndLocksThere() {
    dibs.startedDaemon();
    boolean mounted = Files.exists(dibs.directory().resolve("fs").resolve("README"));
    String wanted = mounted ? "ok" : "degraded";
    Map<String, String> states = states(json());
    assertThat(states).containsEntry("files", wanted);
    if (mounted) {
      assertThat(states).containsEntry("claims", "ok").containsEntry("locks", "ok");
    }
  }

  @Test
  void itNamesTheSettingThatForbidsTheFileSystem() {
    dibs.fresh();
    dibs.dibs("run", "--", "true").with("DIBS_ENDPOINT", "fifo").end().well();
    Ended said = dibs.dibs("doctor").end().with(1);
    assertThat(said.out())
        .containsPattern("degraded +file system +DIBS_ENDPOINT=fifo")
        .contains("dibs stop")
        .containsPattern("ok +make ");
  }

  @Test
  void itSaysWhichMakeGetsWhat() {
    Map<String, String> json = json();
    Path make = Path.of(json.get("/tools/0/path"));
    assertThat(json.get("/tools/0/name")).isEqualTo("make");
    assertThat(make).isExecutable();
    assertThat(json.get("/tools/0/gets")).isNotEmpty();
  }

  @Test
  void itSaysWhatIsWatchedOfMemoryAndWhetherJobsCanBeRunAgain() {
    Ended said = dibs.dibs("doctor").with("DIBS_MEMORY", "900M").end();
    assertThat(said.out())
        .containsPattern("(ok|degraded) +memory +[0-9]+ MiB are available, DIBS_MEMORY is 900M")
        .containsPattern("ok +make ")
        .containsPattern("(ok|degraded) +retry +what runs out of memory is (run again|not run)");
  }

  @Test
  void itsExitStatusSaysWhetherAllIsWell() {
    Ended said = dibs.dibs("doctor", "--json").end();
    boolean healthy = Boolean.parseBoolean(Json.scalars(said.out()).get("/healthy"));
    assertThat(said.status()).isEqualTo(healthy ? 0 : 1);
  }

  private Map<String, String> json() {
    return Json.scalars(dibs.dibs("doctor", "--json").end().out());
  }

  private static Map<String, String> states(Map<String, String> json) {
    Map<String, String> states = new HashMap<>();
    for (int i = 0; json.containsKey("/findings/" + i + "/way"); i++) {
      states.put(json.get("/findings/" + i + "/way"), json.get("/findings/" + i + "/state"));
    }
    return states;
  }
}
