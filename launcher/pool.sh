# shellcheck shell=sh
# `dibs pool`: lists the pools, makes, resizes and removes them. Sourced by control.sh with the arguments as "$@"; ends
# here. Unlike status it starts a daemon if there is none, for a daemon alone knows the sizes.

. "$dibs_home/launcher/insist.sh"

dibs_see='See: dibs help pool'
dibs_change='' dibs_name=''

dibs_pool_size() {
  case $1 in
    auto) dibs_value=auto ;;
    '' | [!0-9-]* | ?*[!0-9]*)
      dibs_misuse "pool $dibs_name size '$1': a number of slots is wanted, or auto. $dibs_see"
      ;;
    *)
      dibs_value=${1#"${1%%[!0]*}"}
      case $dibs_value in '' | -* | ?????*) dibs_value=0 ;; esac
      [ "$dibs_value" -ge 1 ] && [ "$dibs_value" -le 4096 ] ||
        dibs_misuse "pool $dibs_name: a pool has 1 to 4096 slots, not $1. To remove one: dibs pool NAME remove"
      ;;
  esac
  dibs_change=,size=$dibs_value
}

case ${1-} in
  -h | --help) dibs_print_help pool ;;
  '') ;;
  [!0-9a-z]* | *[!0-9a-z_-]* | ?????????????????????????????????*)
    dibs_misuse "pool: a pool's name has 1 to 32 of a-z, 0-9, _ and -, and begins with a letter or digit. $dibs_see"
    ;;
  *) dibs_name=$1 ;;
esac
case $#${2+ }${2-} in
  0 | 1) ;;
  '3 size') dibs_pool_size "$3" ;;
  '2 size') dibs_misuse "pool $dibs_name size: how many slots? Say a number, or auto. $dibs_see" ;;
  '2 remove') dibs_change=,remove=1 ;;
  *) dibs_misuse "pool: NAME size N, or NAME remove, is what can be said. $dibs_see" ;;
esac

dibs_ask_pool() {
  dibs_request pool
  dibs_request=$dibs_request${dibs_name:+,pool=$dibs_name}$dibs_change
}
dibs_insist dibs_ask_pool
