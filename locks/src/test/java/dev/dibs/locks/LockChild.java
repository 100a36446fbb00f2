package dev.dibs.locks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A process that holds locks, as told: {@code take MODE TIMEOUT_MS NAME...} (negative: for ever) is
 * answered by {@code held FENCE} or {@code not}, {@code release} and {@code downgrade} by
 * themselves.
 */
public final class LockChild {

  private final Locks locks;
  private final List<HeldLocks> held = new ArrayList<>();

  private LockChild(Locks locks) {
    this.locks = locks;
  }

  /** Starts one. */
  static ChildJvm start(Class<? extends LocksFactory> factory, String where) {
    return ChildJvm.start(LockChild.class, factory.getName(), where);
  }

  /** {@code FACTORY WHERE}. */
  public static void main(String[] arguments) throws Exception {
    LockChild child = new LockChild(LocksFactory.named(arguments[0]).open(arguments[1]));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.println(child.obey(line.split(" ")));
    }
  }

  private String obey(String[] words) throws Exception {
    return switch (words[0]) {
      case "take" ->
          take(
              LockMode.valueOf(words[1]),
              Long.parseLong(words[2]),
              Arrays.copyOfRange(words, 3, words.length));
      case "release" -> {
        held.forEach(HeldLocks::close);
        held.clear();
        yield "release";
      }
      case "downgrade" -> {
        for (HeldLocks each : held) {
          each.downgrade();
        }
        yield "downgrade";
      }
      default -> throw new IllegalArgumentException(words[0]);
    };
  }

  private String take(LockMode mode, long timeoutMs, String... names) throws Exception {
    Map<String, LockMode> all = new TreeMap<>();
    for (String name : names) {
      all.put(name, mode);
    }
    LockRequest request = new LockRequest(all, Priority.NORMAL);
    Optional<HeldLocks> got =
        timeoutMs < 0
            ? Optional.of(locks.acquire(request))
            : locks.tryAcquire(request, Duration.ofMillis(timeoutMs));
    got.ifPresent(held::add);
    return got.map(each -> "held " + each.fence()).orElse("not");
  }
}
