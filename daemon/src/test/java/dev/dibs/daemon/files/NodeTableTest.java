package dev.dibs.daemon.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dibs.host.fuse.FuseRequest.Forgotten;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class NodeTableTest {

  private static final Stamp STAMP = new Stamp(0, 0, 0);

  private final NodeNumbers numbers = new NodeNumbers(1);
  private final NodeTable table = new NodeTable();

  private Node node() {
    return node(numbers.fresh());
  }

  private Node node(long number) {
    return new TextNode(number, STAMP, numbers, () -> "");
  }

  @Test
  void aNodeIsKnownUntilTheKernelHasForgottenEachLookup() {
    Node node = node();
    table.lookedUp(node);
    table.lookedUp(node);
    table.forget(new Forgotten(node.number(), 1));
    assertThat(table.find(node.number())).isSameAs(node);
    table.forget(new Forgotten(node.number(), 1));
    assertThat(table.find(node.number())).isNull();
    assertThat(table.size()).isZero();
  }

  @Test
  void aFixedNodeStays() {
    Node node = node();
    table.fix(node);
    table.lookedUp(node);
    table.forget(new Forgotten(node.number(), 1));
    assertThat(table.find(node.number())).isSameAs(node);
  }

  @Test
  void anyNumberOfNamesLeavesABoundedNumberOfNodes() {
    Node first = node();
    table.lookedUp(first);
    for (int i = 0; i < 3 * NodeTable.REPLACEABLE_MAX; i++) {
      table.lookedUp(node());
    }
    assertThat(table.size()).isEqualTo(NodeTable.REPLACEABLE_MAX);
    assertThat(table.find(first.number())).isNull();
  }

  @Test
  void whatIsUsedStaysAndWhatIsNotGoes() {
    Node used = node();
    Node unused = node();
    table.lookedUp(used);
    table.lookedUp(unused);
    for (int i = 0; i < NodeTable.REPLACEABLE_MAX - 1; i++) {
      table.lookedUp(node());
      assertThat(table.find(used.number())).isSameAs(used);
    }
    assertThat(table.find(unused.number())).isNull();
  }

  @Test
  void anotherNodeOfTheSameNumberTakesItsPlace() {
    long number = numbers.fresh();
    table.lookedUp(node(number));
    Node later = node(number);
    table.lookedUp(later);
    assertThat(table.find(number)).isSameAs(later);
    table.forget(new Forgotten(number, 2));
    assertThat(table.find(number)).isNull();
  }

  @Test
  void nobodyForgetsWhatWasNeverKnown() {
    table.forget(new Forgotten(numbers.fresh(), 1));
    assertThat(table.size()).isZero();
  }

  @Test
  void whatANumberSaysIsFoundByIt() {
    Node node = node(NodeNumbers.ofRun(NodeNumbers.OF_RUN, 5));
    table.findBy(number -> number == node.number() ? node : null);
    assertThat(table.find(node.number())).isSameAs(node);
    assertThat(table.find(numbers.fresh())).isNull();
  }
}
