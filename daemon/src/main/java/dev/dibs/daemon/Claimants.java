package dev.dibs.daemon;

import dev.dibs.protocol.Request;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All claims that live, by number, in the order in which they came. For the loop's thread only. */
final class Claimants {

  private final Map<Long, Claimant> byId = new LinkedHashMap<>();

  void add(Claimant claimant) {
    byId.put(claimant.id(), claimant);
  }

  /** Whether it was there. */
  boolean remove(Claimant claimant) {
    return byId.remove(claimant.id()) != null;
  }

  boolean has(Claimant claimant) {
    return byId.containsKey(claimant.id());
  }

  int count() {
    return byId.size();
  }

  Collection<Claimant> all() {
    return byId.values();
  }

  @Nullable Claimant get(long id) {
    return byId.get(id);
  }

  /** The granted run of that name, if it lives. */
  @Nullable Claimant liveRun(@Nullable String name) {
    OptionalLong id = name == null ? OptionalLong.empty() : ClaimIds.parse(name);
    Claimant found = id.isPresent() ? byId.get(id.getAsLong()) : null;
    return found != null && found.isRun() && found.phase() != Claimant.Phase.WAITING ? found : null;
  }

  /** The claim that a holder asked for, if it lives. */
  Optional<Claimant> of(Holder holder) {
    return first(claimant -> claimant.holder() == holder);
  }

  /** The claim that an earlier daemon granted to a process that died before it could say so. */
  Optional<Claimant> grantedUnheard(Request.Claim request, int pid) {
    return first(
        claimant ->
            claimant.pid() == pid
                && claimant.holder() instanceof Survivor
                && claimant.request().kind() == request.kind()
                && Objects.equals(claimant.request().within(), request.within())
                && Objects.equals(claimant.request().pool(), request.pool()));
  }

  private Optional<Claimant> first(Predicate<Claimant> wanted) {
    return byId.values().stream().filter(wanted).findFirst();
  }
}
