# shellcheck shell=sh
# A job that may be run again: we hold its slots and stay the parent of its command. When that ends badly the daemon says
# whether memory was why; then we ask for slots anew. What is killed for want of memory is what we started, never we.
# Sourced by dibs, by retry-run.sh and by the shims of compilers.
#
# It is to look as if we had become the command: it has our standard input and our process group; what we are told by
# signal it is told; we end as it ends. A shell gives what it starts in the background /dev/null to read, and has it ignore
# SIGINT and SIGQUIT. A redirection mends the one; of the other bash lets go by itself, dash and busybox ash do not, there
# coreutils' env mends it: without either the command is run once, by exec.

# dibs_can_be_parent COMMAND...: status 1 if it can't be done as said above. Leaves the env to be used in dibs_reset.
dibs_can_be_parent() {
  dibs_reset=''
  if [ -z "${BASH_VERSION-}" ]; then
    case $1 in *=*) return 1 ;; esac # env would take it for a variable
    dibs_look_for env && LC_ALL=C "$dibs_value" --default-signal=INT >/dev/null 2>&1 && dibs_reset=$dibs_value || return
  fi
  dibs_find_digit
}

# dibs_find_digit: the number of a free descriptor in dibs_digit.
dibs_find_digit() {
  for dibs_digit in 9 8 7 6 5 4 3; do
    [ -e "/proc/self/fd/$dibs_digit" ] || return 0
  done
  return 1
}

# dibs_find_heeded: which signals we were not started to ignore, in dibs_heeded, and those of them that a child is to be made
# to heed again in dibs_default. A shell does not say; a signal to itself does.
dibs_find_heeded() {
  dibs_heeded='' dibs_default=''
  for dibs_x in INT QUIT TERM HUP; do
    dibs_ignored=y
    trap "dibs_ignored=''" $dibs_x
    kill -$dibs_x $$
    trap - $dibs_x
    [ -z "$dibs_ignored" ] || continue
    dibs_heeded="$dibs_heeded $dibs_x"
    case $dibs_x in INT | QUIT) dibs_default=$dibs_default${dibs_default:+,}$dibs_x ;; esac
  done
  [ -n "$dibs_default" ] || dibs_reset=''
}

# dibs_run_child FUNCTION COMMAND...: in a process of its own, which is to become the command. Its status, when it is over,
# is in dibs_status, and what we were told meanwhile in dibs_told. A signal ends a wait early.
dibs_run_child() {
  dibs_told='' dibs_child=''
  # shellcheck disable=SC2064 # the name as it is now
  for dibs_x in $dibs_heeded; do trap "dibs_pass_on $dibs_x" "$dibs_x"; done
  if [ -e /proc/self/fd/0 ]; then
    eval "{ dibs_be_child \"\$@\" <&$dibs_digit $dibs_digit<&- & } $dibs_digit<&0"
  else
    dibs_be_child "$@" <&- &
  fi
  dibs_child=$!
  [ -z "$dibs_told" ] || dibs_pass_on "$dibs_told" # who told us so just now
  while :; do
    dibs_signal=''
    wait "$dibs_child"
    dibs_status=$?
    [ -n "$dibs_signal" ] && [ -e "/proc/$dibs_child/stat" ] || break
  done 2>/dev/null
  [ -z "$dibs_heeded" ] || trap - $dibs_heeded
}

dibs_be_child() {
  [ -z "$dibs_heeded" ] || trap - $dibs_heeded
  "$@"
}

# dibs_pass_on SIGNAL: to the command. What a terminal sends it sends to all.
dibs_pass_on() {
  dibs_signal=$1 dibs_told=$1
  [ -n "$dibs_child" ] || return 0
  case $1 in INT | QUIT) ! dibs_is_at_terminal || return 0 ;; esac
  kill "-$1" "$dibs_child" 2>/dev/null
}

# dibs_is_at_terminal: whether we are in the foreground of our terminal.
dibs_is_at_terminal() {
  dibs_line=''
  { read -r dibs_line </proc/self/stat; } 2>/dev/null
  # shellcheck disable=SC2086 # state, parent, group, session, terminal, the terminal's foreground group
  set -- ${dibs_line##*) }
  [ "${3-}" = "${6-0}" ]
}

# dibs_end_alike: ends as the command ended: by the same signal, but without a core of ours.
dibs_end_alike() {
  case $dibs_status in
    129 | 13[0-9] | 14[0-3] | 15[2-9])
      ulimit -c 0
      kill -$((dibs_status - 128)) $$
      ;;
  esac 2>/dev/null
  exit "$dibs_status"
}

# dibs_ask_verdict NAME: whether the daemon says that the command is to be run again, for memory ran out; then dibs_mem is
# as much as it is to be reckoned with. Else it may have said why not.
dibs_ask_verdict() {
  . "$dibs_home/launcher/converse.sh"
  dibs_is_up && [ -O "$dibs_dir" ] && [ "$dibs_protocol" = "$dibs_speaks" ] || return
  dibs_live='' dibs_again=''
  dibs_request ended
  dibs_request=$dibs_request,attempt=$dibs_attempt
  dibs_ask
  case $?$dibs_answer in 0'o '*) ;; *) dibs_answer='' ;; esac
  dibs_verdict=''
  { read -r dibs_verdict <"$dibs_reply.out"; } 2>/dev/null
  PATH="${PATH-}:/usr/bin:/bin" rm -f "$dibs_reply" "$dibs_reply.out"
  if [ "$dibs_answer" != 'o 0' ]; then
    [ -z "$dibs_verdict" ] || printf 'dibs: %s: %s\n' "${1##*/}" "$dibs_verdict" >&2
    return 1
  fi
  case $dibs_verdict in '' | 0 | *[!0-9]*) ;; *) dibs_mem=${dibs_verdict}M ;; esac
}

# dibs_repeat OBTAIN BECOME COMMAND...: has OBTAIN ask for its slots and BECOME become the command, until that ends by
# itself, but three times at most. Ends here.
dibs_repeat() {
  dibs_obtaining=$1 dibs_becoming=$2
  shift 2
  dibs_attempt=1
  $dibs_obtaining "$@"
  dibs_find_heeded
  while :; do
    dibs_run_child $dibs_becoming "$@"
    [ "$dibs_status" != 0 ] && [ -z "$dibs_told" ] && dibs_ask_verdict "$1" && [ $dibs_attempt -lt 3 ] || dibs_end_alike
    dibs_attempt=$((dibs_attempt + 1))
    dibs_x='running it again'
    [ $dibs_attempt -lt 3 ] || dibs_x="$dibs_x, with the memory for itself"
    [ -n "$dibs_quiet" ] || printf 'dibs: %s was killed, for memory ran out; %s\n' "${1##*/}" "$dibs_x" >&2
    $dibs_obtaining "$@"
  done
}

# dibs_repeat_job COMMAND...: returns if it can't be repeated.
dibs_repeat_job() {
  if dibs_can_be_parent "$@"; then dibs_repeat dibs_obtain_job dibs_become_job "$@"; fi
  dibs_reset=''
  dibs_note '--retry: this needs bash, or env of coreutils 8.31; it runs once'
}
