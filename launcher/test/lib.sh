# shellcheck shell=sh
# What the tests share. A test prints one line per case, beginning with ok or not ok.

home=$SCRATCH/home
here=${0%/*}

# is NAME WANTED ACTUAL
is() {
  if [ "$2" = "$3" ]; then
    printf 'ok %s\n' "$1"
  else
    printf 'not ok %s\n  wanted: %s\n  got:    %s\n' "$1" "$2" "$3"
  fi
}

# like NAME PATTERN ACTUAL
like() {
  # shellcheck disable=SC2254 # it is a pattern
  case $3 in
    $2) printf 'ok %s\n' "$1" ;;
    *) printf 'not ok %s\n  wanted: %s\n  got:    %s\n' "$1" "$2" "$3" ;;
  esac
}

# dibs ARGUMENT...: under the shell to be tested.
dibs() {
  # shellcheck disable=SC2086 # a shell is a command and its arguments
  $SHELL_UNDER_TEST "$home/dibs" "$@"
}

# answer LINE...: what the daemon's understudy answers from now on. It begins to play with the first call: it reads
# requests and sends these lines, whoever asks. The real daemon is met in the system tests.
answer() {
  if [ -z "${DIBS_DIR-}" ]; then
    export DIBS_DIR="$SCRATCH/dir.$$"
    rm -rf "$DIBS_DIR"
    mkdir -m 700 "$DIBS_DIR" "$DIBS_DIR/r" "$DIBS_DIR/runs" "$DIBS_DIR/runs/7k2"
    mkfifo "$DIBS_DIR/control" "$DIBS_DIR/runs/7k2/tokens" "$DIBS_DIR/runs/7k2/life"
    [ ! -e "$home/target/dist/become" ] || ln -s "$home/target/dist/become" "$DIBS_DIR/become"
    printf '%s\n' "$@" >"$DIBS_DIR/answer"
    sh "$here/understudy.sh" "$DIBS_DIR" &
    understudy=$!
    trap 'kill $understudy 2>/dev/null; rm -rf "$DIBS_DIR"' EXIT
    await [ -e "$DIBS_DIR/daemon" ]
  fi
  printf '%s\n' "$@" >"$DIBS_DIR/answer"
  : >"$DIBS_DIR/requests"
}

# asked: the last request, with | between its fields and * for the pid.
asked() {
  tail -n 1 "$DIBS_DIR/requests" | tr '\037' '|' | sed 's/pid=[0-9]*/pid=*/'
}

# await CONDITION...: until it holds, at most 30 s and more on a busy machine.
await() {
  for _ in $(seq 600); do
    "$@" && return
    sleep 0.05
  done
  echo "not ok waited in vain for $*"
}
