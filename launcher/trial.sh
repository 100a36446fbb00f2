# shellcheck shell=sh
# What `dibs doctor` does inside a run: takes slots in every way that there is, and gives them back. Prints a line for each,
# WAY|ok|TEXT, or degraded, or untried.
#
# Arguments: the folder of dibs.

home=$1

say() {
  printf '%s|%s|%s\n' "$1" "$2" "$3"
}

# within SECONDS COMMAND...: so that nothing hangs.
within() {
  if command -v timeout >/dev/null; then timeout "$@"; else shift && "$@"; fi
}

# attempt WAY TEXT SCRIPT: the script says what went wrong.
attempt() {
  if said=$(within 10 sh -c "$3" 2>&1); then
    say "$1" ok "$2"
  else
    say "$1" degraded "it failed: ${said:-no answer within 10 s}"
  fi
}

try_files() {
  if [ -z "${DIBS_FS-}" ]; then
    say files degraded 'none is served'
    return
  fi
  say files ok "$DIBS_FS"
  # shellcheck disable=SC2016 # the scripts expand it
  attempt claims 'opening DIBS_FS/job/1 claimed a slot, closing it gave it back' \
    'exec 9<>"$DIBS_FS/job/1" && read -r said x <&9 && [ "$said" = ok ]'
  # shellcheck disable=SC2016
  attempt locks 'opening DIBS_FS/lock/NAME locked it' 'exec 9<>"$DIBS_FS/lock/dibs-doctor"'
}

try_tokens() {
  case ${DIBS_FIFO-} in
    */fs/jobserver) say uses files ;;
    '') say uses none && return ;;
    *) say uses fifo ;;
  esac
  # shellcheck disable=SC2016
  attempt tokens "a token was taken from $DIBS_FIFO and returned" \
    'exec 9<>"$DIBS_FIFO" && [ "$(dd bs=1 count=1 <&9 2>/dev/null | wc -c)" -eq 1 ] && printf + >&9'
}

# Two jobs that wait for each other end only if there are two at once.
try_make() {
  if ! command -v make >/dev/null; then
    say make untried 'there is no make'
    return
  fi
  meeting=$(mktemp -d) || return
  mkfifo "$meeting/fifo"
  export meeting
  if said=$(printf 'all: a b\na:\n\techo x >%s/fifo\nb:\n\tread x <%s/fifo\n' "$meeting" "$meeting" |
    within 10 make -s -j2 -f - 2>&1) && [ -z "$said" ]; then
    say make ok "$(make --version 2>/dev/null | sed -n 1p) ran two jobs at once"
  else
    say make degraded "make did not run two jobs at once: ${said:-no end within 10 s}"
  fi
  rm -rf "$meeting"
}

try_socket() {
  if command -v socat >/dev/null; then
    said=$(within 10 socat -t 0 "UNIX-CONNECT:$DIBS/socket" SYSTEM:'printf +; dd bs=1 count=1 2>/dev/null >&3' \
      3>&1 >/dev/null 2>&1)
  elif command -v python3 >/dev/null; then
    said=$(within 10 python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.send(b"+"); print(s.recv(1).decode())' "$DIBS/socket" 2>/dev/null)
  else
    say socket untried 'it takes socat or python3 to try it'
    return
  fi
  if [ "$said" = + ]; then say socket ok 'a slot was taken and returned'; else say socket degraded 'no slot came'; fi
}

try_tcp() {
  [ -n "${DIBS_TCP-}" ] || return
  if ! command -v bash >/dev/null; then
    say tcp untried 'it takes bash to try it'
    return
  fi
  # shellcheck disable=SC2016
  if within 10 bash -c '. "$1" && dibs_acquire && dibs_release' x "$home/clients/sh/dibs_slots.sh" >/dev/null 2>&1; then
    say tcp ok 'a slot was taken and returned'
  else
    say tcp degraded 'no slot came'
  fi
}

try_files
try_tokens
try_make
try_socket
try_tcp
