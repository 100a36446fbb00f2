package dev.dibs.daemon.once;

import java.util.OptionalLong;

/** What claims are called outside. */
public interface OnceNames {

  String of(long claim);

  /** The number behind a name that came from outside. */
  OptionalLong parse(String name);
}
