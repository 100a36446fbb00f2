package dev.dibs.daemon.locks;

/** Who has a name without the daemon. He hears nothing of it. */
final class Outsider implements LockHolder {

  private final String name;
  private final Ranges ranges;

  Outsider(String name, Ranges ranges) {
    this.name = name;
    this.ranges = ranges;
  }

  @Override
  public Kind kind() {
    return Kind.OUTSIDE;
  }

  /** Whoever it is by now: one may follow the other. */
  @Override
  public int pid() {
    return ranges.holder(name).pid();
  }

  @Override
  public boolean isHeldBy(int process) {
    return ranges.isHeldBy(name, process);
  }

  @Override
  public boolean granted(LockGrant grant) {
    return true;
  }

  @Override
  public void refused(LockRefusal refusal) {}

  @Override
  public void waiting(String text) {}
}
