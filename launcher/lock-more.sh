# shellcheck shell=sh
# What `dibs lock` does besides locking, and locking without a daemon. Sourced by lock.sh when its arguments are read; ends
# here, or else the daemon is to be asked.

. "$dibs_home/launcher/converse.sh"

# dibs_ask_locks REQUEST: an answer of the daemon that is up, in DIR/r/PID.out; ends if there is none.
dibs_ask_locks() {
  [ "$dibs_protocol" = "$dibs_speaks" ] ||
    dibs_misuse "the daemon (pid $dibs_daemon, version $dibs_daemon_version) speaks another protocol. End it with: dibs stop"
  dibs_ask
  case $?$dibs_answer in
    0'o '*) return 0 ;;
    0'x '* | 0'u '*) dibs_refused 125 ;;
  esac
  rm -f "$dibs_reply"
  dibs_misuse "the daemon (pid $dibs_daemon) does not answer. End it with: dibs stop --force"
}

dibs_list_locks() {
  [ $dibs_count = 0 ] || dibs_misuse "lock --list shows all locks, and takes no name. $dibs_see"
  if ! dibs_is_up; then
    if [ -n "$dibs_json" ]; then
      printf '{ "version" : 1, "locks" : [ ] }\n'
    else
      printf 'Nobody holds a lock: no daemon is running in %s.\n' "$dibs_dir"
    fi
    exit 0
  fi
  dibs_request locks
  dibs_request=$dibs_request${dibs_json:+,json=1}
  dibs_ask_locks
  cat "$dibs_reply.out"
  rm -f "$dibs_reply.out"
  exit 0
}

dibs_kill_holder() {
  [ $dibs_count = 1 ] || dibs_misuse "lock --kill-holder takes one name. $dibs_see"
  dibs_is_up || {
    printf 'Nobody holds it: no daemon is running in %s.\n' "$dibs_dir"
    exit 1
  }
  ! dibs_is_long || dibs_misuse "lock --kill-holder: the name is too long for a request. See who it is: dibs lock --list"
  dibs_request kill-holders
  dibs_request_text names 400 "$dibs_locks"
  dibs_ask_locks
  {
    read -r dibs_claims
    [ -z "$dibs_claims" ] || printf 'This would end all of these, and free the lock:\n'
    cat
  } <"$dibs_reply.out"
  rm -f "$dibs_reply.out"
  [ -n "$dibs_claims" ] || exit 1
  if [ -z "$dibs_yes" ]; then
    [ -t 0 ] && [ -t 2 ] || dibs_misuse 'lock --kill-holder: nobody is there to be asked. To do it all the same add --yes'
    printf 'End them? [y/N] ' >&2
    read -r dibs_x || dibs_x=''
    case $dibs_x in [yY] | [yY][eE][sS]) ;; *) printf 'Nobody was ended.\n' && exit 1 ;; esac
  fi
  dibs_request=$dibs_request,claims=$dibs_claims
  dibs_ask_locks
  cat "$dibs_reply.out"
  rm -f "$dibs_reply.out"
  exit "${dibs_answer#o }"
}

[ -z "$dibs_do" ] || [ -z "$dibs_end" ] || dibs_misuse "lock --list and --kill-holder run no command. $dibs_see"
case $dibs_do in
  list) dibs_list_locks ;;
  kill) dibs_kill_holder ;;
esac
# Below a lock of the daemon's only the daemon knows what that is: there it is asked all the same, or whoever takes a lock
# that is held around it would wait for itself.
[ -n "${DIBS_LOCK-}" ] || . "$dibs_home/launcher/lock-alone.sh"
