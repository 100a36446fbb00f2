# shellcheck shell=sh
# The conversation over the control FIFO, as docs/control.md has it, and what is done when no slot is granted. Sourced by
# ask.sh when slots are not granted at once, by control.sh, and when a command goes without dibs.

# dibs_is_up: whether the directory's daemon accepts requests, in whatever protocol. While its supervisor or its keeper
# lives it does, for a JVM that died is started again and finds the requests.
dibs_is_up() {
  dibs_read_announcement && [ -p "$dibs_dir/control" ] || return
  dibs_lives "$dibs_daemon" || dibs_is_guarded
}

# dibs_is_guarded: whether somebody starts the daemon again if it dies.
dibs_is_guarded() {
  dibs_lives "${dibs_supervisor:-0}" || dibs_lives "${dibs_keeper:-0}"
}

# dibs_ask_live: whoever waits in the foreground of a terminal that it reads from has it for itself, and is asked to
# rewrite one line there; not below a run or a make, whose output goes to the same place.
dibs_ask_live() {
  dibs_live=''
  [ "$dibs_quiet" != y ] && [ -z "${DIBS_RUN-}${MAKELEVEL-}" ] && [ -t 0 ] && [ -t 2 ] || return 0
  [ "${TERM:-dumb}" != dumb ] && dibs_is_in_front || return 0
  dibs_live=y
}

# dibs_is_in_front: whether we are in the foreground of our terminal; Ctrl-Z and bg change that.
dibs_is_in_front() {
  dibs_x=''
  { read -r dibs_x </proc/self/stat; } 2>/dev/null
  # shellcheck disable=SC2086 # state, parent, group, session, terminal, the terminal's foreground group
  set -- ${dibs_x##*) }
  [ "${3-}" = "${6-0}" ]
}

# dibs_show_waiting TEXT: on a terminal in place of the one before, cut at the margin by the terminal itself, for nobody
# else knows how wide it is and its letters are. An empty one wipes it away.
dibs_show_waiting() {
  if [ -z "${dibs_live-}" ]; then
    printf 'dibs: %s\n' "$1"
  elif dibs_is_in_front; then
    printf '\r\033[K\033[?7l%s\033[?7h' "${1:+dibs: $1}"
  fi
}

# dibs_make_reply: the reply FIFO, in dibs_reply. LC_ALL spares programs the loading of a locale, 0.3 ms each.
dibs_make_reply() {
  dibs_reply=$dibs_dir/r/$$
  [ -p "$dibs_reply" ] && return
  LC_ALL=C PATH="${PATH-}:/usr/bin:/bin" mkfifo -m 600 "$dibs_reply" 2>/dev/null
}

# dibs_make_format: the request as a format for printf, with the byte 0x1F between its fields. Text that is not there is
# an empty argument, which a format without a place for it would print again.
dibs_make_format() {
  dibs_format='' dibs_rest=$dibs_request$dibs_formats${dibs_live:+,live=1}${dibs_again:+,again=1},
  while [ -n "$dibs_rest" ]; do
    dibs_format=$dibs_format${dibs_format:+\\037}${dibs_rest%%,*}
    dibs_rest=${dibs_rest#*,}
  done
  dibs_format=$dibs_format%.0s%.0s
}

# dibs_converse [COMMAND...]: sends the request and leaves the final answer in dibs_answer; empty if nobody answered.
#
# Descriptor 4 is the reply FIFO's reading end. Its writing end is held by the guard, a sleep, and by the daemon, so that
# reading ends after at most 5 s if the daemon is dead or hung. The first line ends the guard; from then on the daemon
# alone holds the writing end and end of file means that it died. Before, it means that the guard is over; if somebody
# killed the guard or the writer, dibs_cut_short says so. The request is written by a child, because a control
# FIFO that a hung daemon let fill up blocks its writer. Both children are reaped: the command inherits none. All
# descriptors are redirections of blocks: those that the user had open under the same numbers come back afterwards, and
# one that fails does not end the shell, as it does after exec.
# Descriptor 5 is the user's standard error; 2 is shut up here, for shells comment on the guard's death.
dibs_converse() {
  dibs_answer=''
  {
    # shellcheck disable=SC2217 # it reads nothing, but would hold the user's standard input
    LC_ALL=C PATH="${PATH-}:/usr/bin:/bin" sleep 5 </dev/null >/dev/null 4<&- 5>&- 6>&- 7>&- 8>&- 9>&- &
    dibs_guard=$!
    exec 3<&- # which never fails, and leaves no copy as a block's redirection would
    # shellcheck disable=SC2059 # the request is a format, made of checked parts
    LC_ALL=C printf "\\n$dibs_format\\n" "$dibs_text_1" "$dibs_text_2" 1<>"$dibs_dir/control" 4<&- 5>&- &
    dibs_writer=$!
    if IFS= read -r dibs_answer <&4; then
      kill -9 "$dibs_guard"
    else
      dibs_lives "$dibs_writer" || wait "$dibs_writer" || dibs_cut_short=y
      kill -9 "$dibs_guard" "$dibs_writer"
      wait "$dibs_guard" || dibs_cut_short=y
      dibs_answer=''
    fi
    wait "$dibs_guard" "$dibs_writer"
    dibs_hear "$@"
  } 3<>"$dibs_reply" 4<"$dibs_reply"
}

# dibs_hear [COMMAND...]: reads on until the final answer, which is empty if the daemon died.
dibs_hear() {
  while :; do
    case $dibs_answer in
      w) ;;
      n) [ -z "$dibs_movable" ] || . "$dibs_home/launcher/move.sh" ;;
      'w '*) [ "$dibs_quiet" = y ] || dibs_show_waiting "${dibs_answer#w }" >&5 ;;
      *) break ;;
    esac
    dibs_waited=y
    IFS= read -r dibs_answer <&4 || dibs_answer=''
  done
  [ -z "${dibs_live-}" ] || [ -z "$dibs_waited" ] || dibs_show_waiting '' >&5
}

# dibs_ask [COMMAND...]: an answer in dibs_answer, or status 1 (nobody answered) or 2 (it could not be asked), with dibs_why and
# dibs_mend saying so.
dibs_ask() {
  dibs_waited='' dibs_cut_short='' dibs_movable=''
  if [ $# -gt 0 ] && [ -n "$dibs_next" ] && [ ! -e /proc/self/fd/3 ] && [ ! -e /proc/self/fd/4 ] &&
    [ ! -e /proc/self/fd/5 ]; then
    dibs_movable=y
  fi
  dibs_make_format
  dibs_make_reply || dibs_explain_reply || return 2
  dibs_answer=unasked
  if [ -e /proc/self/fd/2 ]; then
    { dibs_converse "$@"; } 5>&2 2>/dev/null
  else
    { dibs_converse "$@"; } 5>/dev/null 2>/dev/null
  fi
  [ "$dibs_answer" != unasked ] || dibs_explain_descriptors || return 2
  [ -n "$dibs_answer" ]
}

dibs_explain_reply() {
  . "$dibs_home/launcher/trouble.sh"
  dibs_reply_trouble
}

dibs_explain_descriptors() {
  dibs_why="no pipe to the daemon could be opened in $dibs_dir/r" dibs_mend='Is "ulimit -n" too small?'
  return 1
}

# dibs_seek_patiently [COMMAND...]: asks, one daemon after the other if they die, as dibs_seek does.
dibs_seek_patiently() {
  dibs_ask_live
  dibs_attempts=0
  while [ $dibs_attempts -lt 4 ]; do
    dibs_attempts=$((dibs_attempts + 1))
    if dibs_is_up && [ -O "$dibs_dir" ]; then
      [ "$dibs_protocol" = "$dibs_speaks" ] || {
        dibs_why="the daemon (pid $dibs_daemon, version $dibs_daemon_version) speaks another protocol"
        dibs_mend='End it with: dibs stop'
        return 1
      }
    else
      . "$dibs_home/launcher/start.sh"
      dibs_start || return 1
    fi
    dibs_ask "$@"
    dibs_weigh $?
    dibs_x=$?
    [ $dibs_x = 2 ] || return $dibs_x
  done
  dibs_why='the daemon came and went several times' dibs_mend="See $dibs_dir/daemon.log.0"
  return 1
}

# dibs_weigh STATUS: what dibs_ask's status and answer mean: 0 granted, 1 there is nothing to be had, 2 ask again.
dibs_weigh() {
  case $1$dibs_answer in
    0[glrs]' '*) dibs_parse_grant && return ;;
    0'b '* | 0'x '*) return 1 ;;
    0'u '*) dibs_why=${dibs_answer#u } dibs_mend='' && return 1 ;;
    1*)
      . "$dibs_home/launcher/trouble.sh"
      dibs_silence_trouble || return 1
      ;;
    2*) return 1 ;;
  esac
  case $dibs_answer in
    '' | a)
      # Whoever is known to have waited may wait on, however often the daemon dies.
      [ -z "$dibs_waited" ] || dibs_attempts=0
      dibs_again=y
      return 2
      ;;
  esac
  dibs_why="the daemon (pid $dibs_daemon) answered nonsense" dibs_mend='End it with: dibs stop --force'
  return 1
}

# dibs_do_without COMMAND...: when no slots were granted: exits with the refusal's status, or runs the command without dibs.
dibs_do_without() {
  case $dibs_answer in
    'b '*) dibs_refused "$dibs_timeout_status" ;;
    'x '*) dibs_refused 125 ;;
  esac
  dibs_go_without "$@"
}

dibs_refused() {
  printf 'dibs: %s\n' "${dibs_answer#? }" >&2
  exit "$1"
}

# dibs_go_without COMMAND...: slots fail open. The command runs exactly as it was typed. Outside of a run no shim below it
# tries again, so that this is said once and waited for once.
dibs_go_without() {
  [ -z "${dibs_reply-}" ] || [ ! -p "$dibs_reply" ] || PATH="${PATH-}:/usr/bin:/bin" rm -f "$dibs_reply"
  if [ -n "$dibs_strict" ]; then
    printf 'dibs: %s; not running, because of --strict. %s\n' "$dibs_why" "$dibs_mend" >&2
    exit 125
  fi
  printf 'dibs: %s; running without dibs. %s\n' "$dibs_why" "$dibs_mend" >&2
  case ${DIBS_RUN:+run}${PATH-} in
    run*) ;;
    */shims/env-*) export DIBS=off ;;
  esac
  dibs_exec_alone "$@"
}

# dibs_exec_alone COMMAND...: without dibs, but for what only dibs understands.
dibs_exec_alone() {
  if [ -n "${dibs_slots-}${dibs_background-}" ]; then
    . "$dibs_home/launcher/slots.sh"
    dibs_go_alone "$@"
  fi
  dibs_as_typed "$@"
}
