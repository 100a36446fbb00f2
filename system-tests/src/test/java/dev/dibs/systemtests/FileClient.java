package dev.dibs.systemtests;

import java.util.List;

/**
 * A program that does with files what it is told, a word a line, and answers each with a line: what
 * came of it, or the error's name. In Python, for it says exactly which flags it opens with.
 */
final class FileClient implements AutoCloseable {

  private static final String PROGRAM =
      """
      import errno, os, select, sys
      held = {}
      FLAGS = {"r": os.O_RDONLY, "w": os.O_WRONLY, "rw": os.O_RDWR,
               "rn": os.O_RDONLY | os.O_NONBLOCK, "wn": os.O_WRONLY | os.O_NONBLOCK,
               "rwn": os.O_RDWR | os.O_NONBLOCK}
      NAMES = {35: "EDEADLK", 95: "EOPNOTSUPP"}
      def do(verb, *words):
          if verb == "open":
              held[words[0]] = os.open(words[2], FLAGS[words[1]])
              return "open"
          if verb == "inherit":
              os.set_inheritable(held[words[0]], True)
              return "inheritable"
          if verb == "read":
              return os.read(held[words[0]], 1000).decode().strip() or "end"
          if verb == "write":
              return str(os.write(held[words[0]], words[1].encode()))
          if verb == "poll":
              poller = select.poll()
              poller.register(held[words[0]])
              return str(poller.poll(0)[0][1])
          if verb == "close":
              os.close(held.pop(words[0]))
              return "closed"
          return "what is " + verb
      for line in sys.stdin:
          try:
              print(do(*line.split()), flush=True)
          except OSError as e:
              print(NAMES.get(e.errno, errno.errorcode[e.errno]), flush=True)
      """;

  private final Running running;
  private int heard;

  private FileClient(Running running) {
    this.running = running;
  }

  /** Starts one. */
  static FileClient in(Dibs dibs) {
    return new FileClient(
        dibs.plain(Tool.PYTHON.require().toString(), "-c", PROGRAM).piped().start());
  }

  /** Tells it to do something; the answer comes when it comes. */
  FileClient tell(String words) {
    running.say(words);
    return this;
  }

  /** The next answer; blocks until it is there. */
  String hears() {
    Until.holds(
        () -> "answer " + (heard + 1) + " after: " + running.said(),
        () -> answers().size() > heard,
        Until.DEADLINE);
    return answers().get(heard++);
  }

  private List<String> answers() {
    return running.said().lines().toList();
  }

  /** Does something, and what came of it. */
  String does(String words) {
    return tell(words).hears();
  }

  /** Blocks until it waits for the file system to answer. */
  FileClient isHeldUp() {
    Until.holds(
        "a client that waits in open(2)",
        () -> Processes.waitsFor(running.pid()).filter("request_wait_answer"::equals).isPresent());
    return this;
  }

  Running process() {
    return running;
  }

  @Override
  public void close() {
    running.kill();
  }
}
