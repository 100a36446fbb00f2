package dev.dibs.daemon.files;

import dev.dibs.host.Errno;
import dev.dibs.host.fuse.FuseAttributes;
import dev.dibs.host.fuse.FuseFolderEntry;
import dev.dibs.host.fuse.FuseRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The facts of one thing: a file of one line for each. */
final class FactFolder implements Folder {

  private final FuseAttributes attributes;
  private final Stamp stamp;
  private final NodeNumbers numbers;
  private final Supplier<@Nullable Map<String, String>> facts;
  private final LongUnaryOperator fileNumber;

  /**
   * @param facts null once the thing is gone
   * @param fileNumber the number of the node of the fact of that index
   */
  FactFolder(
      long number,
      Stamp stamp,
      NodeNumbers numbers,
      Supplier<@Nullable Map<String, String>> facts,
      LongUnaryOperator fileNumber) {
    this.attributes = stamp.folder(number);
    this.stamp = stamp;
    this.numbers = numbers;
    this.facts = facts;
    this.fileNumber = fileNumber;
  }

  @Override
  public FuseAttributes attributes() {
    return attributes;
  }

  @Override
  public void lookup(FuseRequest.Lookup request, Reply<Node> reply) {
    Map<String, String> now = facts.get();
    List<String> names = now == null ? List.of() : List.copyOf(now.keySet());
    int index = names.indexOf(request.name());
    if (index < 0) {
      reply.fail(Errno.ENOENT);
    } else {
      reply.answer(file(index));
    }
  }

  /** The file of a fact; it need not be one. */
  FileNode file(int index) {
    return new TextNode(fileNumber.applyAsLong(index), stamp, numbers, () -> line(index));
  }

  /** Empty when the thing has gone since the file was looked up. */
  private String line(int index) {
    Map<String, String> now = facts.get();
    List<String> values = now == null ? List.of() : List.copyOf(now.values());
    return index < values.size() ? values.get(index) + "\n" : "";
  }

  @Override
  public List<FuseFolderEntry> listing() {
    Map<String, String> now = facts.get();
    List<FuseFolderEntry> listing = new ArrayList<>();
    if (now != null) {
      for (String name : now.keySet()) {
        long number = fileNumber.applyAsLong(listing.size());
        listing.add(new FuseFolderEntry(name, number, FuseAttributes.FILE));
      }
    }
    return listing;
  }
}
