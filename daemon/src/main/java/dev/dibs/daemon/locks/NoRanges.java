package dev.dibs.daemon.locks;

import dev.dibs.core.locks.LockMode;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Nobody is kept out: for there is nobody, or else no lock is granted.
 *
 * @param refusal why nobody gets a lock; null: everybody does
 */
public record NoRanges(@Nullable String refusal) implements Ranges {

  /** Where nobody locks without a daemon. */
  public static final Ranges NOBODY = new NoRanges(null);

  @Override
  public @Nullable Busy take(Map<String, LockMode> names, boolean nested, boolean waits)
      throws IOException {
    if (refusal != null) {
      throw new IOException(refusal);
    }
    return null;
  }

  @Override
  public boolean refusesAll() {
    return refusal != null;
  }

  @Override
  public boolean isWaitedFor(String name) {
    return false;
  }

  @Override
  public void adopt(Map<String, LockMode> names) {}

  @Override
  public void allAdopted() {}

  @Override
  public void downgrade(Map<String, LockMode> names) {}

  @Override
  public void release(Map<String, LockMode> names) {}

  @Override
  public void await(String name, LockMode mode, Runnable free) {}

  @Override
  public void waitNoMore(String name) {}

  @Override
  public Somebody holder(String name) {
    return Somebody.UNKNOWN;
  }

  @Override
  public boolean isHeldBy(String name, int pid) {
    return false;
  }

  @Override
  public void tell(String name, People.Person holder, long sinceEpochMs) {}

  @Override
  public void forget(String name, int pid) {}
}
