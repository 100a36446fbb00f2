package dev.dibs.daemon.locks;

import dev.dibs.core.locks.LockMode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What keeps those out who lock the same names without a daemon. For the loop's thread only. */
public interface Ranges {

  /**
   * Somebody without a daemon has a name, or waits for it and came first.
   *
   * @param mode how
   */
  record Busy(String name, LockMode mode) {}

  /**
   * Who that is, as far as it can be seen.
   *
   * @param pid 0 if nobody knows
   * @param sinceEpochMs ms since 1970; 0 if nobody knows
   */
  record Somebody(int pid, long sinceEpochMs) {
    static final Somebody UNKNOWN = new Somebody(0, 0);
  }

  /**
   * A claim's names in the parts in which they are to be taken, so that the loop serves others in
   * between; most claims are one part.
   */
  default List<Map<String, LockMode>> parts(Map<String, LockMode> names) {
    return List.of(names);
  }

  /**
   * Takes names for a claim, all or none.
   *
   * @param nested whether the claim is within another one, which may have some of them already
   * @param waits whether it would wait, and so has to stay behind others who do
   * @return null if all are taken, else the one that is not to be had
   * @throws IOException if nothing can keep others out; then nobody may hold the names
   */
  @Nullable Busy take(Map<String, LockMode> names, boolean nested, boolean waits)
      throws IOException;

  /** Takes what an earlier daemon granted, as soon as it can be had. */
  void adopt(Map<String, LockMode> names);

  /** Nobody else is adopted: what an earlier daemon held besides is free. */
  void allAdopted();

  /** What a claim took is shared from now on. */
  void downgrade(Map<String, LockMode> names);

  /** What a claim took is given back. */
  void release(Map<String, LockMode> names);

  /**
   * Waits for a name that is busy.
   *
   * @param free told later, once, when it may be had; it is kept until that returns
   */
  void await(String name, LockMode mode, Runnable free);

  /** Whether {@link #take} always throws. */
  default boolean refusesAll() {
    return false;
  }

  /** Whether somebody without a daemon waits for a name; that need not be locked by us. */
  boolean isWaitedFor(String name) throws IOException;

  /** Nobody wants a name any more that is waited for: others need not stay behind. */
  void waitNoMore(String name);

  /** Who has a name without a daemon. */
  Somebody holder(String name);

  /** Whether a process has a name without a daemon, be it that it inherited that. */
  boolean isHeldBy(String name, int pid);

  /** Says for those without a daemon who holds a name. */
  void tell(String name, People.Person holder, long sinceEpochMs);

  /** Takes that back. */
  void forget(String name, int pid);

  /** All names are given back: the daemon ends. */
  default void close() {}
}
