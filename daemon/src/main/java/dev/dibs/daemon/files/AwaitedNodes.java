package dev.dibs.daemon.files;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * For which nodes somebody waits in {@code open(2)}. A later daemon is asked again for these by
 * their numbers alone. It could say ESTALE, but the kernel looks a name up anew only once in each
 * open: who waits while two daemons are killed would hear of the second.
 */
final class AwaitedNodes {

  private static final class Awaited {
    private final NodeRecords.@Nullable Entry entry;
    private int requests;

    private Awaited(NodeRecords.@Nullable Entry entry) {
      this.entry = entry;
    }
  }

  private final NodeRecords records;
  private final Map<Long, Long> ofRequest = new HashMap<>();
  private final Map<Long, Awaited> ofNode = new HashMap<>();

  AwaitedNodes(NodeRecords records) {
    this.records = records;
  }

  /** Somebody waits for a node. */
  void add(long request, Node node) {
    String path = node.path();
    if (path != null) {
      ofRequest.put(request, node.number());
      ofNode.computeIfAbsent(node.number(), n -> new Awaited(records.add(n, path))).requests++;
    }
  }

  /** A request was answered, whatever it was. */
  void remove(long request) {
    Long number = ofRequest.remove(request);
    Awaited awaited = number == null ? null : ofNode.get(number);
    if (awaited != null && --awaited.requests == 0) {
      ofNode.remove(number);
      if (awaited.entry != null) {
        awaited.entry.remove();
      }
    }
  }
}
