# shellcheck shell=sh
# Starting the daemon. Sourced when none runs; builds dibs first if need be (build.sh).
#
# Of many launchers one starts the supervisor, which starts the JVM; the others wait for DIR/daemon. Which one is settled by a claim, a file with the
# claimant's pid; that there is only one daemon is settled by the daemon's own lock, so a race for the claim is harmless.

. "$dibs_home/launcher/java.sh"
. "$dibs_home/launcher/converse.sh"

# The daemon is small, idle most of the time and must start fast: a small young generation, for it makes little garbage;
# the quick compiler alone, and early, for a request should not meet code that is interpreted (whether to compile a method is
# asked at each of its calls, and not, as usual, at every 128th: few daemons have as many requests); what building left in
# daemon.aot (dibs_train in build.sh), about which the JDK has nothing to say that anybody reads. A JVM looks four times a
# second whether locks of its own are still needed; once a minute will do. It raises its own limit of descriptors (the
# default of -XX:+MaxFDLimit) and starts no commands that could inherit that.
dibs_java_flags='-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xms8m -Xmx32m -Xmn4m -Xss256k
  -XX:+UnlockDiagnosticVMOptions -XX:AsyncDeflationInterval=60000
  -XX:Tier0InvokeNotifyFreqLog=0 -XX:Tier3InvocationThreshold=4 -XX:Tier3MinInvocationThreshold=4 -XX:Tier3CompileThreshold=50
  --enable-native-access=ALL-UNNAMED -Xlog:disable -Xlog:all=error:stderr'

# dibs_start: status 0 once a daemon accepts requests; else dibs_why and dibs_mend say why not.
dibs_start() {
  ! dibs_is_narrowed && ! dibs_is_elsewhere || return 1
  dibs_make_directory && dibs_may_start && dibs_prepare || return
  dibs_left=400 dibs_failed=0
  while ! dibs_is_up; do
    if dibs_claim "$dibs_dir/starting"; then
      dibs_is_up || dibs_start_claimed
      dibs_x=$?
      rm -f "$dibs_dir/starting"
      return $dibs_x
    fi
    dibs_await_starter || return
  done
}

# dibs_is_elsewhere: whether a daemon serves our directory that is not to be seen from here. It would not see who asks either,
# and another one beside it would be a second pool.
dibs_is_elsewhere() {
  [ -O "$dibs_dir" ] && dibs_read_announcement && [ ! -e "/proc/$dibs_daemon/exe" ] && ! dibs_is_guarded || return
  command -v flock >/dev/null && [ -e "$dibs_dir/lock" ] || return
  dibs_left=20 # a process that is being killed has no exe any more, and its lock for a moment yet
  while [ $dibs_left -gt 0 ]; do
    ! flock -n "$dibs_dir/lock" true || return
    dibs_left=$((dibs_left - 1))
    dibs_nap
  done
  dibs_why="pid $dibs_daemon, which serves $dibs_dir, is not to be seen from here: it lives in another pid namespace"
  dibs_mend='Share its pid namespace (docker run --pid=host), or set DIBS_DIR to have a daemon of your own here.'
}

# dibs_may_start: not within a minute of the supervisor's giving up.
dibs_may_start() {
  dibs_then='' dibs_deaths=''
  { read -r dibs_then dibs_deaths <"$dibs_dir/given-up"; } 2>/dev/null
  case $dibs_then in '' | *[!0-9]*) return 0 ;; esac
  read -r dibs_now dibs_x </proc/uptime
  dibs_x=$((${dibs_now%.*} - dibs_then / 100))
  if [ $dibs_x -ge 0 ] && [ $dibs_x -lt 60 ]; then
    dibs_why="the daemon died $dibs_deaths times in a row, $dibs_x s ago"
    dibs_mend="See $dibs_dir/daemon.out and daemon.log.0. It is tried again after a minute, or after: dibs stop"
    return 1
  fi
  rm -f "$dibs_dir/given-up"
}

# dibs_is_narrowed: a daemon that is started inside a run with --slots would take the CPUs of that run for the machine, and
# one that is started in the background would serve the others last. So the pool of such a run is not started from there.
dibs_is_narrowed() {
  [ -n "${DIBS_NARROWED-}" ] && [ "$dibs_dir" = "${DIBS-}" ] || return
  dibs_why='the daemon has gone, and a run with --slots or --background does not start one'
  dibs_mend='The next dibs run outside does.'
}

# dibs_await_starter: until the one who starts the daemon is done. Status 1 if that one failed or the time is over.
dibs_await_starter() {
  while [ -e "$dibs_dir/starting" ] && dibs_claim_lives "$dibs_dir/starting"; do
    ! dibs_is_up || return 0
    [ $dibs_left -gt 0 ] || break
    dibs_left=$((dibs_left - 1))
    dibs_nap
  done
  ! dibs_is_up || return 0
  # Its claimant was killed; or it is done, and the daemon that it started was killed already; or it failed.
  [ -e "$dibs_dir/starting" ] || dibs_failed=$((dibs_failed + 1))
  dibs_left=$((dibs_left - 1))
  if [ $dibs_failed -lt 3 ] && [ $dibs_left -gt 0 ]; then return 0; fi
  dibs_explain_start 'the daemon did not start'
}

dibs_nap() {
  sleep 0.05 2>/dev/null || sleep 1
}

# dibs_claim FILE: makes it ours, or status 1.
dibs_claim() {
  (
    set -C
    printf '%s\n' $$ >"$1"
  ) 2>/dev/null && return
  dibs_claim_lives "$1" && return 1
  # The claimant was killed. Of those who notice, the last one to write wins; the others see that in time.
  rm -f "$1"
  (
    set -C
    printf '%s\n' $$ >"$1"
  ) 2>/dev/null || return 1
  sleep 0.3 2>/dev/null || sleep 1
  dibs_claimant=''
  { read -r dibs_claimant <"$1"; } 2>/dev/null
  [ "$dibs_claimant" = $$ ]
}

# dibs_claim_lives FILE: whether its claimant lives. An empty file is being written.
dibs_claim_lives() {
  dibs_claimant=''
  { read -r dibs_claimant <"$1"; } 2>/dev/null
  if [ -z "$dibs_claimant" ]; then
    dibs_nap
    { read -r dibs_claimant <"$1"; } 2>/dev/null
  fi
  case $dibs_claimant in
    '' | *[!0-9]*) return 1 ;;
    *) dibs_lives "$dibs_claimant" ;;
  esac
}

# dibs_make_directory: DIR and DIR/r, ours and private.
dibs_make_directory() {
  dibs_mend='DIBS_DIR names another directory.'
  [ -z "${DIBS-}" ] || dibs_mend='Unset DIBS.'
  if [ ${#dibs_dir} -gt 3900 ]; then
    dibs_why="the path of the runtime directory is too long (${#dibs_dir} bytes)"
    return 1
  fi
  if [ -L "$dibs_dir" ] && [ "$dibs_dir" != "${DIBS_DIR-}" ]; then
    dibs_why="$dibs_dir is a symbolic link"
    return 1
  fi
  if [ -n "${DIBS-}" ] && [ ! -d "$dibs_dir" ]; then
    dibs_why="$dibs_dir, of which DIBS in the environment speaks, is gone"
    return 1
  fi
  [ -d "$dibs_dir" ] || dibs_make_folder -p "$dibs_dir" || return
  if [ ! -O "$dibs_dir" ]; then
    dibs_why="$dibs_dir belongs to somebody else"
    return 1
  fi
  [ -d "$dibs_dir/r" ] || dibs_make_folder "$dibs_dir/r" || return
  if [ ! -w "$dibs_dir" ]; then
    dibs_why="$dibs_dir is not writable"
    return 1
  fi
  dibs_try_to_write "$dibs_dir/try.$$" && return
  dibs_why="nothing can be written in $dibs_dir"
  dibs_mend="Is the disk full? $dibs_mend"
  return 1
}

# dibs_try_to_write FILE: whether it can be; in vain on a full disk, where an empty file can still be made.
dibs_try_to_write() {
  { printf '%s\n' $$ >"$1"; } 2>/dev/null
  dibs_x=$?
  rm -f "$1"
  return $dibs_x
}

dibs_make_folder() {
  dibs_system_says=$(umask 077 && mkdir "$@" 2>&1) && return
  shift $(($# - 1))
  [ ! -d "$1" ] || return 0
  dibs_why="$1 could not be made (${dibs_system_says##*: })"
  return 1
}

# dibs_prepare: a JDK and the built jars.
dibs_prepare() {
  if [ ! -d "$dibs_home/target/dist/lib" ] || [ -d "$dibs_home/daemon/src" ]; then
    . "$dibs_home/launcher/build.sh"
    dibs_build_if_needed || return
  fi
  [ -n "${dibs_jdk-}" ] || dibs_find_jdk java
}

# dibs_start_claimed: starts the JVM and waits for it, up to 10 s. One that ends at once may have met its predecessor on
# the way out, so there are three tries.
dibs_start_claimed() {
  dibs_has_descriptors || return
  dibs_tries=3
  dibs_ticks=200
  while [ $dibs_tries -gt 0 ]; do
    dibs_tries=$((dibs_tries - 1))
    dibs_launch
    while [ $dibs_ticks -gt 0 ]; do
      dibs_is_up && return
      dibs_ticks=$((dibs_ticks - 1))
      dibs_nap
      dibs_lives "$dibs_started" || break
    done
    dibs_is_up && return
    [ $dibs_ticks -gt 0 ] || break
    sleep 0.2 2>/dev/null || sleep 1
  done
  if [ $dibs_ticks -gt 0 ]; then
    dibs_explain_start 'the daemon ended at once'
  else
    kill -TERM "$dibs_started" 2>/dev/null
    dibs_explain_start 'the daemon did not start within 10 s'
  fi
}

# dibs_try_become: leaves a link to what was made of become.c if that runs here: machines of several kinds may share the files
# of dibs, or forbid to execute what lies there.
dibs_try_become() {
  dibs_x=$dibs_absolute_home/target/dist/become
  {
    [ -x "$dibs_x" ] &&
      "$dibs_x" sh -c false '' '' '' 187 /dev/null /dev/null '' sh /bin/sh 0 -c '[ -e /proc/self/fd/189 ]' &&
      ln -sf "$dibs_x" "$dibs_dir/become" || rm -f "$dibs_dir/become"
  } 2>/dev/null
}

# dibs_has_descriptors: the daemon serves others too, so it is not started by one who could give it only a few.
dibs_has_descriptors() {
  dibs_x=$(ulimit -Hn)
  [ "$dibs_x" = unlimited ] || [ "${dibs_x:-0}" -ge 256 ] || {
    dibs_why="\"ulimit -n\" ($dibs_x) is too small to start a daemon" dibs_mend='Raise it, or start one elsewhere.'
    return 1
  }
}

# dibs_explain_start WHAT: with the last line that the JVM left. Status 1.
dibs_explain_start() {
  dibs_line=''
  dibs_why=$1
  [ ! -s "$dibs_dir/daemon.out" ] || dibs_line=$(tail -n 1 "$dibs_dir/daemon.out" | cut -c 1-200)
  [ -z "$dibs_line" ] || dibs_why="$dibs_why ($dibs_line)"
  dibs_mend="See $dibs_dir/daemon.out and daemon.log.0"
  return 1
}

# dibs_launch: the supervisor and its JVM, detached from all that is ours: session, terminal, folder, descriptors (it must never hold
# somebody's lock or pipe), environment. The supervisor's pid goes to dibs_started. It is no child of ours, for the command
# inherits none.
dibs_launch() {
  dibs_absolute_home=$(CDPATH='' cd -P -- "$dibs_home" && pwd -P)
  # Without links: the daemon compares it with what /proc says of our reply FIFO.
  dibs_absolute_directory=$(CDPATH='' cd -P -- "$dibs_dir" && pwd -P)
  dibs_try_become
  dibs_started=$(
    cd / || exit
    umask 077
    set +f
    dibs_clean_environment
    dibs_aot=$dibs_absolute_home/target/dist/daemon.aot
    if [ -n "${dibs_train-}" ]; then
      # Without what only the slow compiler would make use of: 1.7 MiB less.
      set -- -XX:-AOTRecordTraining "-XX:AOTCacheOutput=$dibs_aot.new"
    elif [ -f "$dibs_aot" ]; then
      set -- "-XX:AOTCache=$dibs_aot"
    else
      set --
    fi
    # shellcheck disable=SC2086 # the flags are words
    set -- "$dibs_jdk/bin/java" $dibs_java_flags "$@" -cp "$dibs_absolute_home/target/dist/lib/*" \
      dev.dibs.daemon.Main --directory "$dibs_absolute_directory" --home "$dibs_absolute_home" \
      ${dibs_private:+--private --slots "$dibs_private"}
    set -- sh "$dibs_absolute_home/launcher/supervise.sh" "$dibs_absolute_directory" "$@"
    ! command -v setsid >/dev/null || set -- setsid "$@"
    if command -v bash >/dev/null; then set -- bash -p "$dibs_absolute_home/launcher/detach.bash" "$@"; fi
    "$@" </dev/null >"$dibs_dir/daemon.out" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
    printf '%s\n' $!
  )
}

# dibs_clean_environment: what the daemon may know of the first one who needs it.
dibs_clean_environment() {
  for dibs_x in $(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p'); do
    case $dibs_x in
      HOME | PATH | PWD | USER | LOGNAME | LANG | LC_* | TZ | TMPDIR | XDG_* | DIBS_POOL_SIZE | DIBS_IDLE_SECONDS | DIBS_ENDPOINT | DIBS_MEMORY | \
        DIBS_LEND_SECONDS) ;;
      dibs_* | _ | UID | EUID | PPID) ;;
      *) unset "$dibs_x" 2>/dev/null ;;
    esac
  done
}

# dibs_start_private: a pool of its own for one run, in a throwaway directory that its daemon removes.
dibs_start_private() {
  dibs_dir=$(mktemp -d "${TMPDIR:-/tmp}/dibs-private.XXXXXX" 2>/dev/null) || {
    dibs_why="no throwaway directory could be made in ${TMPDIR:-/tmp}" dibs_mend='TMPDIR names another place.'
    return 1
  }
  dibs_kept_directory=${DIBS_DIR-} dibs_throwaway=$dibs_dir
  dibs_find_directory # locks are the same for all
  case $dibs_dir in */dibs-private.*) ;; *) export DIBS_OUTER="$dibs_dir" ;; esac
  dibs_dir=$dibs_throwaway
  unset DIBS DIBS_NARROWED DIBS_RUN DIBS_JOB DIBS_POOLS DIBS_FIFO DIBS_FDS DIBS_SLOTS DIBS_MAKELEVEL
  export DIBS_DIR="$dibs_dir"
  dibs_covered=''
  dibs_start || {
    rm -rf "$dibs_dir"
    unset DIBS_DIR
    [ -z "$dibs_kept_directory" ] || export DIBS_DIR="$dibs_kept_directory"
    return 1
  }
}
