package dev.dibs.systemtests;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/** Worlds that the tests of a class hand on, one to the next. The last one ends with the class. */
final class KeptWorlds {
  private static final Namespace NAMESPACE = Namespace.create(KeptWorlds.class);

  private KeptWorlds() {}

  /** Its folder, and what ends it. */
  private record Left(Path home, Runnable end) implements AutoCloseable {
    @Override
    public void close() {
      end.run();
    }
  }

  /** The world that another test of the class left; it is the taker's to end. */
  static Optional<Path> take(ExtensionContext test) {
    return Optional.ofNullable(ofTheClass(test).remove(Left.class, Left.class)).map(Left::home);
  }

  /** Leaves a world to the next test of the class; if there is none, it is ended. */
  static void leave(ExtensionContext test, Path home, Runnable end) {
    ofTheClass(test).put(Left.class, new Left(home, end));
  }

  private static Store ofTheClass(ExtensionContext test) {
    ExtensionContext context = test;
    while (context.getTestMethod().isPresent()) {
      context = context.getParent().orElseThrow();
    }
    return context.getStore(NAMESPACE);
  }
}
