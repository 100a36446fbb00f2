package dev.dibs.daemon.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolsetTest {

  @TempDir Path folder;

  private Path executable(String name) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\necho \"$0 $dibs_tool\"\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  @Test
  void aToolIsTheFirstExecutableOnThePath() throws Exception {
    Files.createDirectories(folder.resolve("a"));
    Files.writeString(folder.resolve("a/make"), "not executable");
    Path make = executable("b/make");
    executable("c/make");
    Toolset found =
        Toolset.find("%1$s/a:relative::%1$s/b:%1$s/c".formatted(folder), folder.resolve("shims"));
    assertThat(found.files().keySet()).containsExactly(Tool.MAKE);
    assertThat(found.make().orElseThrow().path()).isEqualTo(make);
  }

  @Test
  void shimsAreNoTools() throws Exception {
    executable("shims/x/ninja");
    assertThat(Toolset.find(folder + "/shims/x", folder.resolve("shims")).files()).isEmpty();
  }

  @Test
  void aShimFolderHasOneShimForEachToolAndIsMadeOnce() throws Exception {
    Files.createDirectories(folder.resolve("a home's/launcher"));
    Files.writeString(folder.resolve("a home's/launcher/shim.sh"), "echo shim of $dibs_tool\n");
    ShimFolders folders = new ShimFolders(folder.resolve("shims"), folder.resolve("a home's"));
    Set<Tool> tools = EnumSet.of(Tool.MAKE, Tool.NINJA);
    Path made = folders.of(tools);
    assertThat(folders.of(EnumSet.copyOf(tools))).isEqualTo(made);
    Process shim = new ProcessBuilder(made.resolve("ninja").toString()).start();
    assertThat(shim.inputReader().readLine()).isEqualTo("shim of ninja");
    try (var files = Files.list(made)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("make", "ninja");
    }
  }
}
