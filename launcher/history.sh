# shellcheck shell=sh
# `dibs history`: what jobs needed and will need. Sourced by control.sh with the arguments as "$@"; ends here.

. "$dibs_home/launcher/insist.sh"

dibs_see='See: dibs help history'
# What somebody means is not dibs_key: that is what dibs_default_directory reads /proc into.
dibs_json='' dibs_forget='' dibs_meant=''

# dibs_take_key TEXT: a daemon knows no longer ones, and a request has no room for them.
dibs_take_key() {
  [ -z "$dibs_meant" ] || dibs_misuse "history takes one KEY, such as gcc or gcc/link. $dibs_see"
  case $1 in
    '') dibs_misuse "history: a KEY is TOOL, TOOL/KIND or TOOL/KIND/TARGET, not nothing. $dibs_see" ;;
    *[[:cntrl:]]*) dibs_misuse "history: the KEY has control characters in it. Those that are known: dibs history --json" ;;
  esac
  [ ${#1} -le 322 ] || dibs_misuse "history: no KEY is that long. Those that are known: dibs history --json"
  dibs_meant=$1
}

dibs_ask_history() {
  dibs_request history
  dibs_request=$dibs_request${dibs_json:+,json=1}${dibs_forget:+,forget=1}
  dibs_request_text key 400 "$dibs_meant"
}

while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) dibs_print_help history ;;
    --json) dibs_json=y ;;
    --forget) dibs_forget=y ;;
    --forget=*) dibs_forget=y && dibs_take_key "${1#*=}" ;;
    --)
      shift
      [ $# -le 1 ] || dibs_misuse "history takes one KEY, such as gcc or gcc/link. $dibs_see"
      [ $# = 0 ] || dibs_take_key "$1"
      break
      ;;
    -*) dibs_misuse "history: unknown option '$1'. $dibs_see" ;;
    *) dibs_take_key "$1" ;;
  esac
  shift
done
[ -z "$dibs_forget" ] || [ -n "$dibs_meant" ] || dibs_misuse "history --forget: which? Add a KEY, such as gcc or gcc/link. $dibs_see"
dibs_insist dibs_ask_history
