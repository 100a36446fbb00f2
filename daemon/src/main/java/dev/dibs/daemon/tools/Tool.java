package dev.dibs.daemon.tools;

/** A build tool that takes {@code -j}, and so gets a shim inside a run. */
enum Tool {
  MAKE("make"),
  GMAKE("gmake"),
  NINJA("ninja"),
  CMAKE("cmake"),
  CTEST("ctest"),
  CARGO("cargo");

  private final String command;

  Tool(String command) {
    this.command = command;
  }

  String command() {
    return command;
  }
}
