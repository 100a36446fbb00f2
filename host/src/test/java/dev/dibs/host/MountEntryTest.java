package dev.dibs.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MountEntryTest {

  @Test
  void isALineOfMountinfo() {
    assertThat(
            MountEntry.parse(
                "61 28 0:52 / /run/a\\040b\\134c/fs rw,nosuid shared:4 master:1 - fuse.dibs di\\040bs rw"))
        .contains(new MountEntry("/run/a b\\c/fs", "fuse.dibs", "di bs"));
    assertThat(MountEntry.parse("61 28 0:52 / /x rw - tmpfs none rw"))
        .contains(new MountEntry("/x", "tmpfs", "none"));
  }

  @Test
  void isNothingElse() {
    for (String line : new String[] {"", "-", "1 2 3 4 - a b", "61 28 0:52 / /x rw - tmpfs"}) {
      assertThat(MountEntry.parse(line)).as(line).isEmpty();
    }
  }

  @Test
  void somethingIsMountedAtTheRoot() throws Exception {
    assertThat(Mounts.at(Path.of("/"))).isNotEmpty();
    assertThat(Mounts.at(Path.of("/no/such"))).isEmpty();
  }
}
