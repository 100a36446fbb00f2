# shellcheck shell=sh
# What is not `run` or `job`: help, version, status, pool, history, doctor, stop. Sourced by dibs; ends here.

. "$dibs_home/launcher/ask.sh"
. "$dibs_home/launcher/converse.sh"
dibs_quiet='' dibs_wait='' dibs_slots='' dibs_live='' dibs_again=''

dibs_print_help() {
  case ${1-} in
    '' | dibs | help) dibs_topic=dibs ;;
    run | job | lock | once | env | status | pool | history | doctor | stop) dibs_topic=$1 ;;
    *)
      dibs_misuse "help: there is no page '$1'. There are: run, job, lock, once, env, status, pool, history, doctor, stop."
      ;;
  esac
  exec cat "$dibs_home/launcher/help/$dibs_topic.txt"
}

# dibs_control_ask: an answer to a request that does not start a daemon; status 1 if nobody answered.
dibs_control_ask() {
  dibs_ask
  case $?$dibs_answer in
    0'o '*) return 0 ;;
    0'x '*) dibs_refused 125 ;;
    0'u '*) [ -n "${dibs_force-}" ] || dibs_refused 125 ;; # a daemon that can't even stop is ended
  esac
  rm -f "$dibs_reply"
  return 1
}

dibs_print_answer() {
  [ ! -f "$dibs_reply.out" ] || cat "$dibs_reply.out"
  rm -f "$dibs_reply.out"
}

dibs_status() {
  dibs_json='' dibs_watch=''
  while [ $# -gt 0 ]; do
    case $1 in
      --json) dibs_json=1 ;;
      --watch)
        dibs_watch=2
        case ${2-} in '' | *[!0-9.]*) ;; *) dibs_watch=$2 && shift ;; esac
        ;;
      --watch=*) dibs_watch=${1#*=} ;;
      -h | --help) dibs_print_help status ;;
      *) dibs_misuse "status: unknown option '$1'. See: dibs help status" ;;
    esac
    shift
  done
  dibs_find_directory
  if [ -n "$dibs_watch" ]; then . "$dibs_home/launcher/watch.sh"; fi
  if ! dibs_is_up; then
    dibs_print_no_daemon
    exit 0
  fi
  dibs_ask_status || dibs_misuse "$dibs_why. $dibs_mend"
  dibs_print_answer
  exit "${dibs_answer#o }"
}

dibs_print_no_daemon() {
  case $dibs_json in
    '') printf 'No daemon is running in %s. The first "dibs run" starts one.\n' "$dibs_dir" ;;
    1) printf '{ "version" : 1, "daemon" : null, "pools" : [ ], "claims" : [ ], "once" : [ ], "locks" : [ ] }\n' ;;
    line) printf '{"version":1,"daemon":null,"pools":[],"claims":[],"once":[],"locks":[]}\n' ;;
  esac
}

dibs_explain_protocol() {
  dibs_why="the daemon (pid $dibs_daemon, version $dibs_daemon_version) speaks another protocol"
  dibs_mend='End it with: dibs stop'
  return 1
}

# dibs_ask_status: asks the daemon that is up; else status 1, with dibs_why and dibs_mend.
dibs_ask_status() {
  [ "$dibs_protocol" = "$dibs_speaks" ] || dibs_explain_protocol || return
  dibs_request status
  dibs_request=$dibs_request${dibs_json:+,json=$dibs_json}
  dibs_control_ask && return
  dibs_asked=$dibs_daemon
  if dibs_is_up && [ "$dibs_daemon" != "$dibs_asked" ]; then # that one was killed with our request
    dibs_control_ask && return
  fi
  dibs_why="the daemon (pid $dibs_daemon) does not answer" dibs_mend='End it with: dibs stop --force'
  return 1
}

# dibs_await_end SECONDS: until the daemon, its supervisor and its keeper are gone.
dibs_await_end() {
  dibs_left=$(($1 * 20))
  while dibs_lives "$dibs_daemon" || dibs_is_guarded; do
    [ $dibs_left -gt 0 ] || return 1
    dibs_left=$((dibs_left - 1))
    sleep 0.05
  done
}

# dibs_signal NAME: to the supervisor first, for it would start the keeper and the JVM again, as the keeper would.
dibs_signal() {
  case $dibs_line in *launcher/supervise.sh*) kill -"$1" "$dibs_supervisor" 2>/dev/null ;; esac
  case $dibs_keeper_line in *launcher/supervise.sh*) kill -"$1" "$dibs_keeper" 2>/dev/null ;; esac
  [ "$dibs_comm" != java ] || kill -"$1" "$dibs_daemon" 2>/dev/null
}

# dibs_end_process: for a daemon that can't be asked. Only if it is what the file says.
dibs_end_process() {
  . "$dibs_home/launcher/trouble.sh"
  if ! dibs_is_ours; then
    rm -f "$dibs_dir/daemon"
    printf 'dibs: pid %s is not a daemon of dibs (but %s); nothing is running.\n' "$dibs_daemon" "${dibs_comm:-gone}" >&2
    exit 0
  fi
  dibs_signal TERM
  dibs_await_end 5 && exit 0
  [ -n "$dibs_force" ] || dibs_misuse "stop: the daemon (pid $dibs_daemon) ignores it. End it with: dibs stop --force"
  dibs_signal KILL
  dibs_await_end 5 && exit 0
  dibs_misuse "stop: the daemon (pid $dibs_daemon) can't be ended. Is it stuck in the kernel? See: dibs status"
}

dibs_stop() {
  dibs_force=''
  for dibs_option in "$@"; do
    case $dibs_option in
      --force) dibs_force=y ;;
      -h | --help) dibs_print_help stop ;;
      *) dibs_misuse "stop: unknown option '$dibs_option'. See: dibs help stop" ;;
    esac
  done
  dibs_find_directory
  [ ! -O "$dibs_dir/given-up" ] || rm -f "$dibs_dir/given-up"
  dibs_is_up || {
    printf 'No daemon is running in %s.\n' "$dibs_dir"
    exit 0
  }
  [ "$dibs_protocol" = "$dibs_speaks" ] || dibs_end_process
  dibs_request stop
  dibs_request=$dibs_request${dibs_force:+,force=1}
  if ! dibs_control_ask; then
    dibs_is_up || exit 0
    [ -n "$dibs_force" ] || dibs_misuse "stop: the daemon (pid $dibs_daemon) does not answer. End it with: dibs stop --force"
    dibs_end_process
  fi
  dibs_print_answer
  [ "$dibs_answer" != 'o 0' ] || dibs_await_end 10 ||
    dibs_misuse "stop: the daemon (pid $dibs_daemon) is still there after 10 s. End it with: dibs stop --force"
  exit "${dibs_answer#o }"
}

case $dibs_verb in
  env) shift && . "$dibs_home/launcher/env.sh" ;;
  status | stop) shift && "dibs_$dibs_verb" "$@" ;;
  doctor) shift && . "$dibs_home/launcher/doctor.sh" ;;
  pool | history) shift && . "$dibs_home/launcher/$dibs_verb.sh" ;;
  --version | -V | version) printf 'dibs %s\n' "$dibs_version" && exit 0 ;;
  --help | -h | help) shift && dibs_print_help "$@" ;;
  '') dibs_misuse 'what shall it do? For example: dibs run -- make -j. See: dibs --help' ;;
  -*) dibs_misuse "unknown option '$dibs_verb'. See: dibs --help" ;;
  *) dibs_misuse "there is no command '$dibs_verb'. To run it under dibs: dibs run -- $dibs_verb ... See: dibs --help" ;;
esac
