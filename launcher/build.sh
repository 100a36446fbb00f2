# shellcheck shell=sh
# Building dibs at first use, or when its sources are newer than what was built. Sourced by start.sh.
#
# Maven leaves the jars in daemon/target/dist; they are copied aside and renamed to target/dist, so that nobody ever sees
# half of them. One launcher builds, by a claim on target/building; the others wait and show the same line.

dibs_dist=$dibs_home/target/dist

dibs_build_if_needed() {
  dibs_ticks=0
  while ! dibs_is_built; do
    if [ ! -d "$dibs_home/target" ] && ! mkdir "$dibs_home/target" 2>/dev/null && [ ! -d "$dibs_home/target" ]; then
      dibs_why="dibs is not built, and $dibs_home is not writable" dibs_mend='Build it as its owner: run any dibs run.'
      return 1
    fi
    if dibs_claim "$dibs_home/target/building"; then
      dibs_is_built || dibs_build
      dibs_x=$?
      rm -f "$dibs_home/target/building"
      return $dibs_x
    fi
    dibs_await_builder || return
  done
}

# dibs_is_built: the jars are there and no source is newer. Whoever has no sources has nothing to build.
dibs_is_built() {
  [ -d "$dibs_dist/lib" ] || return
  [ -f "$dibs_dist/built" ] || return 0
  set -- "$dibs_home/pom.xml" "$dibs_home/launcher/become.c"
  for dibs_x in core protocol host locks cli daemon; do
    [ ! -d "$dibs_home/$dibs_x/src/main" ] || set -- "$@" "$dibs_home/$dibs_x/pom.xml" "$dibs_home/$dibs_x/src/main"
  done
  [ -z "$(find "$@" -newer "$dibs_dist/built" 2>/dev/null | head -n 1)" ]
}

# dibs_await_builder: until the one who builds is done or dead. Status 1 if that one failed.
dibs_await_builder() {
  dibs_show_building
  while [ -e "$dibs_home/target/building" ] && dibs_claim_lives "$dibs_home/target/building"; do
    sleep 1
    dibs_ticks=$((dibs_ticks + 1))
    dibs_show_building
  done
  dibs_end_line
  if dibs_is_built || [ -e "$dibs_home/target/building" ]; then return 0; fi
  dibs_explain_build
}

# dibs_show_building: one line that moves on a terminal, one plain line elsewhere.
dibs_show_building() {
  if [ -t 2 ]; then
    printf '\rdibs: first use: building dibs... %s s ' "$dibs_ticks" >&2
  elif [ "$dibs_ticks" = 0 ]; then
    printf 'dibs: first use: building dibs (once, a minute or so)...\n' >&2
  fi
}

dibs_end_line() {
  [ ! -t 2 ] || printf '\r\033[K' >&2
}

dibs_build() {
  dibs_find_jdk javac || return
  if ! command -v mvn >/dev/null; then
    dibs_why='dibs is not built, and there is no mvn' dibs_mend='Install Maven (package maven), then try again.'
    return 1
  fi
  dibs_log=$dibs_home/target/build.log
  : >"$dibs_home/target/build.started" || return
  dibs_show_building
  dibs_tick_along &
  dibs_ticker=$!
  dibs_run_maven && dibs_put_in_place
  dibs_x=$?
  [ $dibs_x != 0 ] || dibs_train >>"$dibs_log" 2>&1
  {
    kill -9 $dibs_ticker
    wait $dibs_ticker
  } 2>/dev/null
  dibs_end_line
  [ $dibs_x = 0 ] || dibs_explain_build
}

# dibs_tick_along: moves the line while we build; ends with us.
dibs_tick_along() {
  [ -t 2 ] || exit 0
  while sleep 1 && kill -0 $$ 2>/dev/null; do
    dibs_ticks=$((dibs_ticks + 1))
    dibs_show_building
  done
}

# dibs_run_maven: while it runs, the claim is Maven's, which may survive us.
dibs_run_maven() {
  (
    cd "$dibs_home" || exit
    unset MAKEFLAGS MFLAGS JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS
    export JAVA_HOME="$dibs_jdk"
    exec sh -c 'printf "%s\n" $$ >"$0" && exec "$@"' target/building \
      mvn -B -q -Dquick -DskipTests -pl daemon -am package
  ) </dev/null >"$dibs_log" 2>&1
  dibs_x=$?
  printf '%s\n' $$ >|"$dibs_home/target/building"
  return $dibs_x
}

dibs_put_in_place() {
  {
    rm -rf "$dibs_dist.new" "$dibs_dist.old" && cp -R "$dibs_home/daemon/target/dist" "$dibs_dist.new" &&
      dibs_compile_become "$dibs_dist.new/become" && mv "$dibs_home/target/build.started" "$dibs_dist.new/built"
  } >>"$dibs_log" 2>&1 || return
  [ ! -d "$dibs_dist" ] || mv "$dibs_dist" "$dibs_dist.old" || return
  mv "$dibs_dist.new" "$dibs_dist" && rm -rf "$dibs_dist.old"
}

# dibs_compile_become FILE: where there is a compiler, and for what become.c knows. Elsewhere bash does the same, and takes
# longer.
dibs_compile_become() {
  ! command -v cc ||
    cc -O2 -static -nostdlib -ffreestanding -fno-stack-protector -o "$1" "$dibs_home/launcher/become.c" || rm -f "$1"
}

# dibs_train: lets a daemon in a throwaway directory do each thing once while the JVM records what it loads and links, into
# target/dist/daemon.aot. With it a daemon starts in a third of the time. Without it all works too, so nothing here is an
# error; in a subshell, for it is a launcher of its own.
dibs_train() {
  (
    dibs_dir=$(mktemp -d "${TMPDIR:-/tmp}/dibs-train.XXXXXX") || exit
    trap 'rm -rf "$dibs_dir"' EXIT
    export DIBS_DIR="$dibs_dir" DIBS_POOL_SIZE=2
    unset DIBS DIBS_RUN DIBS_JOB DIBS_POOLS
    dibs_train=y dibs_private=''
    dibs_make_directory && dibs_start_claimed || exit
    for dibs_x in run job; do
      "$dibs_home/dibs" $dibs_x -- true
    done
    "$dibs_home/dibs" job --slots 2 -- sleep 0.2 &
    "$dibs_home/dibs" run -w 5 -- true
    wait
    "$dibs_home/dibs" status
    "$dibs_home/dibs" status --json
    "$dibs_home/dibs" pool
    "$dibs_home/dibs" stop --force
    dibs_left=200
    while [ ! -f "$dibs_dist/daemon.aot.new" ] && [ $dibs_left -gt 0 ]; do
      dibs_left=$((dibs_left - 1))
      dibs_nap
    done
    mv "$dibs_dist/daemon.aot.new" "$dibs_dist/daemon.aot"
  ) </dev/null
}

# dibs_explain_build: the end of the log, for the reason stands there. Status 1.
dibs_explain_build() {
  dibs_log=$dibs_home/target/build.log
  [ ! -s "$dibs_log" ] || tail -n 15 "$dibs_log" >&2
  dibs_why='building dibs failed' dibs_mend="See $dibs_log"
  return 1
}
