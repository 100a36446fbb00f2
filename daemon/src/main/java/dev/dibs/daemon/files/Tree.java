package dev.dibs.daemon.files;

import dev.dibs.protocol.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The files, from the root down (docs/filesystem.md). Who looks at all that is listed comes across
 * nothing that takes anything from anybody when it is read.
 */
public final class Tree {

  private final Stamp stamp;
  private final NodeTable nodes;
  private final NodeNumbers numbers;
  private final FixedFolder root;
  private final List<Function<String, @Nullable Node>> byPath = new ArrayList<>();

  /** An empty one. */
  public Tree(Stamp stamp, NodeTable nodes, NodeNumbers numbers) {
    this.stamp = stamp;
    this.nodes = nodes;
    this.numbers = numbers;
    root = new FixedFolder(NodeNumbers.ROOT, stamp);
    nodes.fix(root);
    nodes.findBy(this::lost);
    list("README", help(NodeNumbers.README, "root"));
  }

  private @Nullable Node lost(long number) {
    int kind = NodeNumbers.kind(number);
    return kind == NodeNumbers.LOCK || kind == NodeNumbers.CLAIM
        ? new LostNode(number, stamp)
        : null;
  }

  /** Has what can be read. */
  public void show(Facts facts, Refusals refusals) {
    list(
        "status",
        new TextNode(NodeNumbers.STATUS, stamp, numbers, () -> facts.status(Request.Form.TEXT)));
    list(
        "status.json",
        new TextNode(
            NodeNumbers.STATUS_JSON, stamp, numbers, () -> facts.status(Request.Form.JSON)));
    list("refused", new TextNode(NodeNumbers.REFUSED, stamp, numbers, refusals::text));
    PoolsFolder pools = new PoolsFolder(stamp, numbers, facts);
    list("pool", pools);
    nodes.findBy(pools);
    RunsFolder runs = new RunsFolder(stamp, numbers, facts);
    list("runs", runs);
    nodes.findBy(runs);
  }

  /** Has what claims slots when it is opened. */
  public void serve(Claims claims, Refusals refusals) {
    serve("run", Request.Kind.RUN, NodeNumbers.RUN, NodeNumbers.RUN_README, claims, refusals);
    serve("job", Request.Kind.JOB, NodeNumbers.JOB, NodeNumbers.JOB_README, claims, refusals);
  }

  private void serve(
      String name, Request.Kind kind, long number, long help, Claims claims, Refusals refusals) {
    ClaimFolder folder =
        new ClaimFolder(name, kind, number, fixed(help(help, name)), stamp, claims, refusals);
    list(name, folder);
    byPath.add(folder::atPath);
  }

  /** Has locks. */
  public void serve(LockFiles locks) {
    TextNode help = fixed(help(NodeNumbers.LOCK_README, LockFolder.NAME));
    LockFolder folder = new LockFolder(help, stamp, nodes, numbers, locks);
    list(LockFolder.NAME, folder);
    byPath.add(folder::atPath);
  }

  /** Has a node for which somebody waited when an earlier daemon was killed. */
  public void recall(long number, String path) {
    for (Function<String, @Nullable Node> finder : byPath) {
      Node node = finder.apply(path);
      if (node != null && node.number() == number) {
        nodes.lookedUp(node); // how often, only the earlier daemon knew; what is too many goes
      }
    }
  }

  /** Has what the launcher asks by. */
  public void serve(Asks asks, Refusals refusals) {
    hide("ask", new AskFolder(stamp, numbers, asks, refusals));
  }

  /** Has the jobserver, which is not listed: what wanders must not take a token. */
  public void serve(Jobserver jobserver) {
    nodes.fix(jobserver.node());
    nodes.findBy(jobserver.finder());
    root.withHidden("jobserver", jobserver::lookup);
    hide("by-id", jobserver.byId());
  }

  /** Has a node that is always there, and that is not listed. */
  public void hide(String name, Node node) {
    root.withHidden(name, fixed(node));
  }

  private void list(String name, Node node) {
    root.with(name, fixed(node));
  }

  private <N extends Node> N fixed(N node) {
    nodes.fix(node);
    return node;
  }

  private TextNode help(long number, String name) {
    return TextNode.fixed(number, stamp, numbers, resource("help-" + name + ".txt"));
  }

  private static String resource(String name) {
    try (InputStream text = Tree.class.getResourceAsStream(name)) {
      if (text == null) {
        throw new IllegalStateException("BUG: " + name + " is not among our files");
      }
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
