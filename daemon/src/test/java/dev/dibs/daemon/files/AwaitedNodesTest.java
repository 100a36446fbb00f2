package dev.dibs.daemon.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.host.fuse.FuseAttributes;
import dev.dibs.host.fuse.FuseRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class AwaitedNodesTest {

  private final List<String> remembered = new ArrayList<>();
  private final AwaitedNodes awaited = new AwaitedNodes(this::remember);

  private NodeRecords.Entry remember(long number, String path) {
    remembered.add(path);
    return () -> remembered.remove(path);
  }

  private static Node file(String path) {
    return new FileNode() {
      @Override
      public FuseAttributes attributes() {
        return new Stamp(0, 0, 0).file(NodeNumbers.named(NodeNumbers.LOCK, path), 0600);
      }

      @Override
      public String path() {
        return path;
      }

      @Override
      public void open(FuseRequest.Open request, Reply<OpenFile> reply) {
        throw new IllegalStateException("nobody opens it");
      }
    };
  }

  @Test
  void aNodeIsRememberedWhileAnybodyWaitsForIt() {
    awaited.add(2, file("lock/a"));
    awaited.add(4, file("lock/a"));
    awaited.add(6, file("lock/b"));
    assertThat(remembered).containsExactly("lock/a", "lock/b");
    awaited.remove(2);
    assertThat(remembered).containsExactly("lock/a", "lock/b");
    awaited.remove(4);
    assertThat(remembered).containsExactly("lock/b");
  }

  @Test
  void otherRequestsDoNotMatter() {
    awaited.add(2, file("lock/a"));
    awaited.remove(8);
    awaited.remove(2);
    awaited.remove(2);
    assertThat(remembered).isEmpty();
  }
}
