package dev.dibs.daemon;

import dev.dibs.daemon.tools.Toolbox;
import dev.dibs.protocol.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The answer to a granted claim: how its command finds its slots (docs/control.md). */
final class GrantAnswer {

  private static final char MEMBER = 'm';
  private static final char DESCRIPTORS = 'p';
  private static final char FIFO = 'f';
  private static final char NO_TOKENS = 'n';
  private static final char ENVIRONMENT = 'e';
  private static final char TCP = 't';
  private static final char FILES = 's';

  private final Claimant claimant;
  private final int slots;
  private final int size;
  private final Layout layout;

  /**
   * @param slots what was granted
   * @param size of the pool
   */
  GrantAnswer(Claimant claimant, int slots, int size, Layout layout) {
    this.claimant = claimant;
    this.slots = slots;
    this.size = size;
    this.layout = layout;
  }

  /**
   * Makes the answer, and first the file that it names, if any.
   *
   * @throws IOException if that file can't be written
   */
  Answer make() throws IOException {
    StringBuilder flags = new StringBuilder();
    EnvironmentFile lost = claimant.environment().lost();
    if (lost.isNeeded()) {
      lost.write(layout.replyEnvironment(claimant.pid()));
      flags.append(ENVIRONMENT);
    }
    Claimant outermost = claimant.run() == null ? claimant : claimant.run();
    if (claimant.request().tcp() && Files.exists(layout.runTcp(outermost.name()))) {
      flags.append(TCP);
    }
    if (claimant.run() != null) {
      flags.append(MEMBER);
    } else if (claimant.isRun()) {
      flags.append(connection());
      if (flags.indexOf("" + NO_TOKENS) < 0 && isInFileSystem()) {
        flags.append(FILES);
      }
    }
    return new Answer.Granted(
        claimant.name(), slots, flags.isEmpty() ? "-" : flags.toString(), jobs(), shims());
  }

  private char connection() {
    Toolbox.Equipment equipment = claimant.equipment();
    if (jobs() == 1 || claimant.request().width() || equipment == null) {
      return NO_TOKENS;
    }
    return switch (equipment.style()) {
      case DESCRIPTORS -> DESCRIPTORS;
      case FIFO -> FIFO;
    };
  }

  private boolean isInFileSystem() {
    RunEndpoint endpoint = claimant.endpoint();
    return endpoint != null && endpoint.exact().isPresent();
  }

  /** Of a pool of one slot it is told two: 1 would mean no jobserver, and the pool may grow. */
  private int jobs() {
    return Math.min(claimant.request().cap(), Math.max(size, 2));
  }

  private String shims() {
    return Optional.ofNullable(claimant.equipment())
        .flatMap(Toolbox.Equipment::shims)
        .map(Path::toString)
        .orElse("-");
  }
}
