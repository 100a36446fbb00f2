# shellcheck shell=sh
# `dibs once`: runs the command, or replays what it gave to somebody who ran it meanwhile. Sourced by dibs with the
# arguments as "$@"; ends here.
#
# Work done once fails closed: whatever goes wrong, the command does not run, and the exit status is 125.

dibs_ttl='' dibs_env='' dibs_key='' dibs_wait='' dibs_slots='' dibs_timeout_status=75 dibs_quiet='' dibs_live='' dibs_again=''
dibs_strict=y dibs_pool=''
dibs_see='See: dibs help once'

. "$dibs_home/launcher/ask.sh"
. "$dibs_home/launcher/grant.sh"

# dibs_once_variables NAMES: names of variables with commas between, as the request has them, with colons.
dibs_once_variables() {
  case $1 in
    '' | *[!0-9A-Za-z_,]* | [0-9]* | *,[0-9]* | ,* | *, | *,,*)
      dibs_misuse "once --env '$1': names of variables are wanted, with commas between. $dibs_see"
      ;;
  esac
  dibs_rest=$1,
  while [ -n "$dibs_rest" ]; do
    dibs_env=$dibs_env${dibs_env:+:}${dibs_rest%%,*}
    dibs_rest=${dibs_rest#*,}
  done
  [ ${#dibs_env} -le 300 ] ||
    dibs_misuse "once --env: the names have more than 300 letters together. Put what matters into the key."
}

# dibs_once_checks: the functions that check numbers.
dibs_once_checks() {
  . "$dibs_home/launcher/options.sh"
}

dibs_once_value() {
  dibs_once_checks
  case $dibs_option in
    -w) dibs_seconds "$1" ;;
    -E) dibs_whole "$1" 0 255 && dibs_timeout_status=$dibs_value ;;
    --ttl)
      dibs_kept_wait=$dibs_wait
      dibs_seconds "$1"
      dibs_ttl=$dibs_wait dibs_wait=$dibs_kept_wait
      ;;
    --env) dibs_once_variables "$1" ;;
  esac
}

while [ $# -gt 0 ]; do
  dibs_option=$1 dibs_attached=''
  case $1 in
    --) dibs_misuse "once: the key stands before --: dibs once KEY -- COMMAND. $dibs_see" ;;
    --*=*) dibs_option=${1%%=*} dibs_attached=y dibs_value=${1#*=} ;;
    -[wE]?*) dibs_value=${1#-?} dibs_option=${1%"$dibs_value"} dibs_attached=y ;;
    -?*) ;;
    *) break ;;
  esac
  case $dibs_option in
    -w | -E | --ttl | --env)
      if [ -z "$dibs_attached" ]; then
        [ $# -ge 2 ] || dibs_misuse "once: $dibs_option wants a value. $dibs_see"
        dibs_value=$2
        shift
      fi
      dibs_once_value "$dibs_value"
      shift
      continue
      ;;
  esac
  [ -z "$dibs_attached" ] || dibs_misuse "once: unknown option '$1'. $dibs_see"
  case $dibs_option in
    -n) dibs_wait=0 ;;
    -q | --quiet) dibs_quiet=y ;;
    -h | --help) exec cat "$dibs_home/launcher/help/once.txt" ;;
    *) dibs_misuse "once: unknown option '$1'. Options come before the key; see: dibs help once" ;;
  esac
  shift
done
[ $# -gt 0 ] || dibs_misuse "once: no key. What is the work called? For example: dibs once docs -- make docs. $dibs_see"
case $1 in
  '') dibs_misuse "once: the key is empty. Is a variable not set? $dibs_see" ;;
  *[[:cntrl:]]*) dibs_misuse 'once: the key has control characters in it. Leave them out.' ;;
esac
[ ${#1} -le 4096 ] || dibs_misuse 'once: the key is longer than 4096 bytes. Use a shorter one, such as a checksum of it.'
[ "${2-}" = -- ] || dibs_misuse "once: behind the key comes -- and then the command: dibs once KEY -- COMMAND. $dibs_see"
shift 2
[ $# -gt 0 ] || dibs_misuse "once: no command given. Say what to run: dibs once KEY -- COMMAND... $dibs_see"
dibs_look_up "$1" || dibs_cannot_run "$1" $?

# dibs_not_once: the end when there is nobody to ask.
dibs_not_once() {
  printf 'dibs: not run: %s; whether somebody else does it can not be known. %s\n' "$dibs_why" "$dibs_mend" >&2
  exit 125
}

# dibs_parse_grant: takes "r ID FLAGS" or "s ID STATUS FLAGS" apart; status 1 if that is not what the answer is.
dibs_parse_grant() {
  dibs_rest=${dibs_answer#? } dibs_shared=''
  dibs_id=${dibs_rest%% *} dibs_rest=${dibs_rest#* }
  case $dibs_answer in
    's '*' '*' '*) dibs_shared=${dibs_rest%% *} ;;
    'r '*' '*) ;;
    *) return 1 ;;
  esac
  dibs_flags=${dibs_rest##* }
  case $dibs_id in '' | *[!0-9A-Za-z_-]*) return 1 ;; esac
  case $dibs_shared in *[!0-9]* | ????*) return 1 ;; esac
}

. "$dibs_home/launcher/outer.sh"
dibs_find_outer_directory
dibs_reply=$dibs_dir/r/$$ dibs_answer='' dibs_why='' dibs_mend=''
dibs_request once
dibs_request=$dibs_request,words=$#${dibs_ttl:+,ttl=$dibs_ttl}${dibs_env:+,env=$dibs_env}
. "$dibs_home/launcher/converse.sh"
if ! dibs_seek_patiently; then
  case $dibs_answer in
    'b '*) dibs_refused "$dibs_timeout_status" ;;
    'x '*) dibs_refused 125 ;;
  esac
  dibs_not_once
fi
dibs_folder=$dibs_dir/once/$dibs_id
if [ -n "$dibs_shared" ]; then
  . "$dibs_home/launcher/once-replay.sh"
  dibs_replay
fi
. "$dibs_home/launcher/once-run.sh"
dibs_run_once "$@"
