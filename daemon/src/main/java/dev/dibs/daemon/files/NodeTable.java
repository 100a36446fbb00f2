package dev.dibs.daemon.files;

import dev.dibs.host.fuse.FuseRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Nodes by number. Those that are fixed stay; others as long as the kernel knows them, but no more
 * than {@link #REPLACEABLE_MAX} of those that can be found again: the kernel keeps names for long,
 * and any number of names can be looked up. For the loop's thread only.
 */
public final class NodeTable {

  /** Finds nodes whose numbers say what they are. */
  public interface Finder {
    /** The node, or null if it is none of those that this knows, or there is none any more. */
    @Nullable Node find(long number);
  }

  /** Far more than names are between being looked up and being opened. */
  static final int REPLACEABLE_MAX = 4_096;

  private static final class Known {
    private Node node;
    private long lookups;

    private Known(Node node) {
      this.node = node;
    }
  }

  private final Map<Long, Node> fixed = new LinkedHashMap<>();
  private final Map<Long, Known> known = new LinkedHashMap<>(16, 0.75f, true);
  private final List<Finder> finders = new ArrayList<>();
  private int replaceable;

  /** Has a node that is always there. */
  public void fix(Node node) {
    fixed.put(node.number(), node);
  }

  /** Has nodes that it finds by their numbers. */
  public void findBy(Finder finder) {
    finders.add(finder);
  }

  /** The node of that number; null if there is none, or none any more. */
  public @Nullable Node find(long number) {
    Node node = fixed.get(number);
    if (node != null) {
      return node;
    }
    Known entry = known.get(number);
    if (entry != null) {
      return entry.node;
    }
    for (Finder finder : finders) {
      node = finder.find(number);
      if (node != null) {
        return node;
      }
    }
    return null;
  }

  /** How many are known that are not fixed. */
  int size() {
    return known.size();
  }

  /** The kernel gets to know a node, once more. */
  void lookedUp(Node node) {
    if (fixed.containsKey(node.number())) {
      return;
    }
    Known entry = known.get(node.number());
    if (entry == null) {
      entry = new Known(node);
      known.put(node.number(), entry);
      replaceable += node.isReplaceable() ? 1 : 0;
      dropOldest();
    } else if (entry.node != node) {
      replaceable += (node.isReplaceable() ? 1 : 0) - (entry.node.isReplaceable() ? 1 : 0);
      entry.node = node;
    }
    entry.lookups++;
  }

  private void dropOldest() {
    Iterator<Known> oldest = known.values().iterator();
    while (replaceable > REPLACEABLE_MAX && oldest.hasNext()) {
      Node node = oldest.next().node;
      if (node.isReplaceable()) {
        oldest.remove();
        replaceable--;
        node.forgotten();
      }
    }
  }

  /** The kernel takes back that it knows a node, so many times. */
  void forget(FuseRequest.Forgotten forgotten) {
    Known entry = known.get(forgotten.node());
    if (entry == null) {
      return; // fixed, of an earlier daemon, or dropped
    }
    entry.lookups -= forgotten.lookups();
    if (entry.lookups <= 0) {
      known.remove(forgotten.node());
      replaceable -= entry.node.isReplaceable() ? 1 : 0;
      entry.node.forgotten();
    }
  }
}
