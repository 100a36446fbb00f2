package dev.dibs.daemon;

import dev.dibs.host.EnvironmentBlock;
import dev.dibs.host.OsException;
import dev.dibs.host.Proc;
import java.util.Optional;

/**
 * What the environment of who asks for slots says, read once: it is on the way to every command.
 *
 * @param lost what its shell drops, to be put back
 * @param compilersAreJobs whether compilers that it starts ask for themselves; by what the launcher
 *     will do, or has done already
 */
record AskerEnvironment(EnvironmentFile lost, boolean compilersAreJobs) {

  /** Nothing is known of it. */
  static final AskerEnvironment UNKNOWN = new AskerEnvironment(EnvironmentFile.NONE, false);

  private static final String COMPILER_SHIMS = "/shims/with-compilers-";

  /** Of a launcher. */
  static AskerEnvironment of(EnvironmentBlock environment) {
    return new AskerEnvironment(Requests.lostByShells(environment), compilersAreJobs(environment));
  }

  /** Of who asks without a shell of ours in between, which could lose nothing. */
  static AskerEnvironment ofProgram(int pid) throws OsException {
    Optional<EnvironmentBlock> environment = Proc.environment(pid);
    return new AskerEnvironment(
        EnvironmentFile.NONE, environment.filter(AskerEnvironment::compilersAreJobs).isPresent());
  }

  private static boolean compilersAreJobs(EnvironmentBlock environment) {
    return environment.get("DIBS_COMPILERS").filter("1"::equals).isPresent()
        || environment.get("PATH").filter(path -> path.contains(COMPILER_SHIMS)).isPresent();
  }
}
