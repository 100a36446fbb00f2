package dev.dibs.daemon;

import java.util.Objects;

/** Which dibs this is. */
final class Version {

  /** As in the jar's manifest; {@code development} when run from classes. */
  static final String TEXT =
      Objects.requireNonNullElse(
          Version.class.getPackage().getImplementationVersion(), "development");

  private Version() {}
}
