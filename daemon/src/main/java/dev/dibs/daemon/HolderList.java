package dev.dibs.daemon;

import dev.dibs.core.PoolView;
import dev.dibs.daemon.status.Ages;
import dev.dibs.daemon.status.Homes;
import java.util.List;
import java.util.stream.Collectors;

/** Who has the slots, in half a line: {@code , by make in ~/a (2 slots, 3 min), ...}. */
final class HolderList {

  private static final int NAMED_MAX = 4;
  private static final String HOME = System.getProperty("user.home", "");

  private final Broker broker;
  private final PoolView view;
  private final long nowMs;

  HolderList(Broker broker, PoolView view, long nowMs) {
    this.broker = broker;
    this.view = view;
    this.nowMs = nowMs;
  }

  /** Begins with a comma; empty if nobody has any. */
  String text() {
    List<PoolView.PartyView> holders =
        view.parties().stream().filter(party -> party.held() > 0).toList();
    if (holders.isEmpty()) {
      return "";
    }
    String named =
        holders.stream().limit(NAMED_MAX).map(this::holder).collect(Collectors.joining(", "));
    int others = holders.size() - NAMED_MAX;
    return ", by " + named + (others > 0 ? " and " + others + " others" : "");
  }

  private String holder(PoolView.PartyView party) {
    Claimant claimant = broker.claimant(party.id());
    String slots = party.held() == 1 ? "1 slot" : party.held() + " slots";
    if (claimant == null) {
      return "jobs of a run that is over (" + slots + ")";
    }
    ProcessLabel label = ProcessLabel.of(claimant);
    return "%s in %s (%s, %s)"
        .formatted(
            label.shortName(),
            Homes.shorten(label.directory(), HOME),
            slots,
            Ages.of(nowMs - claimant.sinceMs()));
  }
}
