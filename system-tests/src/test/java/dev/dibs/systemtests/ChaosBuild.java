package dev.dibs.systemtests;

import java.nio.file.Path;
import java.util.List;

/**
 * One build of a project, under way.
 *
 * @param number its own
 * @param mark marks what it started, in a variable of the environment
 */
record ChaosBuild(int number, Project project, Path folder, String mark, Running running) {
  static final String MARK = "CHAOS_BUILD";

  static ChaosBuild start(int number, Project project, Dibs world) {
    Path folder = world.folder().resolve("b" + number);
    String mark = folder.toString();
    Running running =
        project
            .in(world, folder)
            .with(MARK, mark)
            .with("COUNTED_NAME", number + " " + project)
            .start();
    return new ChaosBuild(number, project, folder, mark, running);
  }

  /** All that lives of it, whoever is its parent by now. */
  List<ProcessHandle> processes() {
    return Processes.startedWith((MARK + "=" + mark)::equals, argument -> false);
  }

  @Override
  public String toString() {
    return "build " + number + " (" + project + ", pid " + running.pid() + ")";
  }
}
