package dev.dibs.daemon.files;

import dev.dibs.protocol.Request;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the files for reading tell. A fact is a text without control characters; each becomes a file
 * of one line. All that is of one kind has the same facts, in the same order.
 */
public interface Facts {

  /** What {@code dibs status} prints. */
  String status(Request.Form form);

  /** The pools' names. */
  Collection<String> pools();

  /** A pool's facts by name; null if there is no such pool. */
  @Nullable Map<String, String> pool(String name);

  /** The living runs: their claims by name. */
  Map<String, Long> runs();

  /** A run's facts by name; null if no such run lives. */
  @Nullable Map<String, String> run(long claim);
}
