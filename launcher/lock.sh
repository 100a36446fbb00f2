# shellcheck shell=sh
# `dibs lock`: takes locks by name, then becomes the command. Sourced by dibs with the arguments as "$@"; ends here.
#
# Locks fail closed: whatever goes wrong, the command does not run, and the exit status is 125.

dibs_shared='' dibs_priority='' dibs_unless='' dibs_tree=1 dibs_alone='' dibs_do='' dibs_yes='' dibs_json='' dibs_script=''
dibs_wait='' dibs_slots='' dibs_timeout_status=75 dibs_quiet='' dibs_live='' dibs_again='' dibs_strict=y dibs_pool=''
dibs_locks='' dibs_list='' dibs_count=0 dibs_in_file='' dibs_end=''

. "$dibs_home/launcher/ask.sh"
. "$dibs_home/launcher/grant.sh"

dibs_see='See: dibs help lock'

# dibs_no_lock: the end when there is no lock to be had.
dibs_no_lock() {
  printf 'dibs: no lock: %s; the command does not run. %s\n' "$dibs_why" "$dibs_mend" >&2
  exit 125
}

# dibs_lock_name NAME: what it is called for all, in dibs_value. With a / it is a path: that of what it leads to through
# all links, so that one thing has one name; the last component need not be there.
dibs_lock_name() {
  dibs_value=$1
  case $1 in
    '') dibs_misuse "lock: a name is empty. Is a variable not set? $dibs_see" ;;
    *[[:cntrl:]]*) dibs_misuse "lock: a name has control characters in it. Leave them out." ;;
    */*) dibs_lock_path "$1" ;;
  esac
  [ ${#dibs_value} -le 4096 ] ||
    dibs_misuse "lock: a name is longer than 4096 bytes. Use a shorter one, such as a checksum of it."
}

dibs_lock_path() {
  case $1 in
    /*) dibs_value=$1 ;;
    *) dibs_value=${PWD%/}/$1 ;;
  esac
  dibs_is_plain "$dibs_value" || dibs_follow "$dibs_value" "$1"
  dibs_x=${dibs_value%/*}
  [ -d "${dibs_x:-/}" ] ||
    dibs_misuse "lock '$1': there is no folder '${dibs_x:-/}'. Make it first, or give the lock a name without a /."
}

# dibs_is_plain PATH: whether it leads through no links.
dibs_is_plain() {
  case $1/ in *//* | */./* | */../*) return 1 ;; esac
  dibs_x='' dibs_rest=${1#/}/
  while [ -n "$dibs_rest" ]; do
    dibs_x=$dibs_x/${dibs_rest%%/*}
    dibs_rest=${dibs_rest#*/}
    [ ! -L "$dibs_x" ] || return 1
  done
}

# dibs_follow PATH TYPED: where it leads to.
dibs_follow() {
  dibs_value=$(PATH="${PATH-}:/usr/bin:/bin" && readlink -f "$1" 2>/dev/null && printf x) ||
    dibs_misuse "lock '$2': it leads nowhere: a folder in it is missing, or its links go in a circle. Make the folder first, or give the lock a name without a /."
  dibs_value=${dibs_value%?x}
}

# dibs_add_lock: one more name, in dibs_value.
dibs_add_lock() {
  dibs_count=$((dibs_count + 1))
  [ $dibs_count -le 10000 ] ||
    dibs_misuse "lock: more than 10000 names at once. Take one lock that stands for many."
  if [ -n "$dibs_in_file" ]; then
    printf '%s\n' "$dibs_value"
    return
  fi
  dibs_list=$dibs_list${dibs_list:+
}$dibs_value
  dibs_rest=$dibs_value dibs_value=''
  while :; do
    dibs_x=${dibs_rest%%[%,]*}
    dibs_value=$dibs_value$dibs_x
    dibs_rest=${dibs_rest#"$dibs_x"}
    case $dibs_rest in
      '') break ;;
      %*) dibs_value=$dibs_value%25 ;;
      ,*) dibs_value=$dibs_value%2C ;;
    esac
    dibs_rest=${dibs_rest#?}
  done
  dibs_locks=$dibs_locks${dibs_locks:+,}$dibs_value
}

# dibs_is_long: whether the names are too long for a request. Shells count letters or bytes.
dibs_is_long() {
  case $dibs_locks in
    '') return 1 ;;
    *[!\ -~]*) [ ${#dibs_locks} -gt 90 ] ;;
    *) [ ${#dibs_locks} -gt 350 ] ;;
  esac
}

# dibs_lock_checks: the functions that check numbers.
dibs_lock_checks() {
  . "$dibs_home/launcher/options.sh"
}

dibs_lock_value() {
  case $dibs_option in
    -w) dibs_lock_checks && dibs_seconds "$1" ;;
    -E) dibs_lock_checks && dibs_whole "$1" 0 255 && dibs_timeout_status=$dibs_value ;;
    -c) dibs_script=y dibs_end=y dibs_command=$1 ;;
    --unless) dibs_unless=$1 ;;
    --kill-holder)
      dibs_do=kill
      dibs_lock_name "$1"
      dibs_add_lock
      ;;
    --priority)
      case $1 in
        interactive | normal | background) dibs_priority=$1 ;;
        *) dibs_misuse "lock --priority '$1': it is interactive, normal or background. $dibs_see" ;;
      esac
      ;;
  esac
}

# dibs_read_lock ARGUMENT...: takes names and options, up to what they are for. Leaves the number of arguments in dibs_taken.
dibs_read_lock() {
  dibs_all=$#
  while [ $# -gt 0 ] && [ -z "$dibs_end" ]; do
    dibs_option=$1 dibs_attached=''
    case $1 in
      --)
        dibs_end=y
        shift
        break
        ;;
      --*=*) dibs_option=${1%%=*} dibs_attached=y dibs_value=${1#*=} ;;
      -[wEc]?*) dibs_value=${1#-?} dibs_option=${1%"$dibs_value"} dibs_attached=y ;;
      -[sxenoqF]?*) # letters together, as in flock -xn
        dibs_value=${1#-?}
        dibs_option=${1%"$dibs_value"}
        shift
        set -- "$dibs_option" "-$dibs_value" "$@"
        ;;
      -?*) ;;
      *)
        dibs_lock_name "$1"
        dibs_add_lock
        shift
        continue
        ;;
    esac
    case $dibs_option in
      --wait | --timeout) dibs_option=-w ;;
      --conflict-exit-code) dibs_option=-E ;;
      --command) dibs_option=-c ;;
    esac
    case $dibs_option in
      -w | -E | -c | --unless | --kill-holder | --priority)
        if [ -z "$dibs_attached" ]; then
          [ $# -ge 2 ] || dibs_misuse "lock: $dibs_option wants a value. $dibs_see"
          dibs_value=$2
          shift
        fi
        dibs_lock_value "$dibs_value"
        shift
        continue
        ;;
    esac
    [ -z "$dibs_attached" ] || dibs_misuse "lock: unknown option '$1'. $dibs_see"
    case $dibs_option in
      -s | --shared) dibs_shared=1 ;;
      -x | -e | --exclusive) dibs_shared='' ;;
      -n | --nb | --nonblock) dibs_wait=0 ;;
      -o | --close | --no-inherit) dibs_tree=0 ;;
      -F | --no-fork) ;; # it never forks
      -q | --quiet) dibs_quiet=y ;;
      --no-daemon) dibs_alone=y ;;
      --list) dibs_do=list ;;
      --json) dibs_json=1 ;;
      --yes) dibs_yes=y ;;
      -h | --help) exec cat "$dibs_home/launcher/help/lock.txt" ;;
      *) dibs_misuse "lock: unknown option '$1'. $dibs_see" ;;
    esac
    shift
  done
  dibs_taken=$((dibs_all - $#))
}

# dibs_parse_grant: takes "l ID FENCE FLAGS" apart; status 1 if that is not what the answer is.
dibs_parse_grant() {
  case $dibs_answer in 'l '*' '*' '*) ;; *) return 1 ;; esac
  dibs_rest=${dibs_answer#l }
  dibs_id=${dibs_rest%% *} dibs_rest=${dibs_rest#* }
  dibs_fence=${dibs_rest%% *} dibs_flags=${dibs_rest#* }
  case $dibs_id in '' | *[!0-9A-Za-z_-]*) return 1 ;; esac
  case $dibs_fence in '' | *[!0-9]*) return 1 ;; esac
}

# dibs_seek_lock: as dibs_seek, in a directory that is known.
dibs_seek_lock() {
  dibs_reply=$dibs_dir/r/$$ dibs_answer=''
  ! dibs_seek_at_once || return 0
  dibs_answer=''
  . "$dibs_home/launcher/converse.sh"
  dibs_seek_patiently
}

# dibs_take_locks: returns when they are held.
dibs_take_locks() {
  dibs_request lock
  dibs_request=$dibs_request${dibs_shared:+,shared=1}${dibs_priority:+,priority=$dibs_priority}
  [ "$dibs_tree" = 1 ] || dibs_request=$dibs_request,tree=0
  if [ -n "$dibs_in_file" ]; then
    dibs_request=$dibs_request,namesfile=1
  else
    dibs_request_text names 400 "$dibs_locks"
  fi
  dibs_seek_lock && return
  case $dibs_answer in
    'b '*) dibs_refused "$dibs_timeout_status" ;;
    'x '*) dibs_refused 125 ;;
  esac
  dibs_no_lock
}

# dibs_need_daemon: starts one if there is none; names are left beside the reply pipe, in its folder.
dibs_need_daemon() {
  . "$dibs_home/launcher/converse.sh"
  if ! dibs_is_up || [ ! -O "$dibs_dir" ]; then
    . "$dibs_home/launcher/start.sh"
    dibs_start || dibs_no_lock
  fi
}

# dibs_prepare_names_file ARGUMENT...: there is a folder for it, and a daemon unless the lock is to be had without one.
dibs_prepare_names_file() {
  for dibs_value in "$@"; do
    case $dibs_value in
      --) break ;;
      --no-daemon) dibs_alone=y ;;
    esac
  done
  if [ -n "$dibs_alone" ]; then
    . "$dibs_home/launcher/start.sh"
    dibs_make_directory || dibs_no_lock
  else
    dibs_need_daemon
  fi
}

# dibs_hold_life COMMAND...: becomes the command with the lock's life FIFO open, which all that it starts inherits. At a
# high number by bash, else at the highest of one digit.
dibs_hold_life() {
  dibs_life=$dibs_dir/locks/life/$dibs_id
  [ -p "$dibs_life" ] || {
    dibs_why="$dibs_life has gone" dibs_mend='Is somebody clearing that folder?'
    dibs_no_lock
  }
  . "$dibs_home/launcher/environment.sh"
  dibs_tokens='' dibs_r=''
  dibs_number_descriptors
  if [ -n "$dibs_r" ]; then
    dibs_argv0=$1
    [ -n "$dibs_found" ] && [ -z "$dibs_passed" ] || dibs_found=$1 # a shim, or for bash to say
    shift
    dibs_become_holding "$@"
  fi
  for dibs_x in 9 8 7 6 5 4 3; do
    if [ ! -e "/proc/self/fd/$dibs_x" ] && eval "{ :; } $dibs_x<>\"\$dibs_life\"" 2>/dev/null; then
      eval "exec $dibs_x<>\"\$dibs_life\""
      dibs_exec "$@"
    fi
  done
  dibs_why='no descriptor is free to hold it by' dibs_mend='Install bash, or add: --no-inherit'
  dibs_no_lock
}

# dibs_under_lock COMMAND...: the step into it.
dibs_under_lock() {
  export DIBS_FENCE="$dibs_fence" DIBS_LOCK="$dibs_id"
  if [ -n "$dibs_unless" ] && sh -c "$dibs_unless"; then
    exit 0
  fi
  case $dibs_flags in
    *e*) [ ! -f "$dibs_reply.env" ] || { . "$dibs_home/launcher/names.sh" && dibs_look_up "$1"; } ;;
  esac
  [ "$dibs_tree" = 0 ] || dibs_hold_life "$@"
  dibs_exec "$@"
}

[ $# -gt 0 ] || dibs_misuse "lock: which lock, and for what? For example: dibs lock my-build -- make. $dibs_see"
. "$dibs_home/launcher/outer.sh"
dibs_find_outer_directory
# A few names go in the request itself, many in a file.
if [ $# -gt 24 ]; then
  dibs_x=0
  for dibs_value in "$@"; do
    [ "$dibs_value" != -- ] || break
    dibs_x=$((dibs_x + 1))
    [ $dibs_x -lt 25 ] || break
  done
  [ $dibs_x -lt 25 ] || dibs_in_file=y
fi
if [ -n "$dibs_in_file" ]; then
  dibs_prepare_names_file "$@"
  dibs_read_lock "$@" >"$dibs_dir/r/$$.names" || exit 125
else
  dibs_read_lock "$@"
fi
if [ "$dibs_do" ] || [ "$dibs_alone" ]; then . "$dibs_home/launcher/lock-more.sh"; fi
[ $dibs_count -gt 0 ] || dibs_misuse "lock: no name of a lock. For example: dibs lock my-build -- make. $dibs_see"
[ -n "$dibs_end" ] ||
  dibs_misuse "lock: what is to run under the lock? It stands behind --, the names before: dibs lock NAME -- COMMAND. $dibs_see"
if [ -n "$dibs_script" ]; then
  [ $dibs_taken -eq $# ] || dibs_misuse "lock -c takes one command line, and nothing after it. $dibs_see"
  set -- sh -c "$dibs_command"
else
  shift $dibs_taken
  [ $# -gt 0 ] || dibs_misuse "lock: no command given. Say what to run: dibs lock NAME -- COMMAND... $dibs_see"
fi
dibs_look_up "$1" || {
  dibs_status=$?
  [ -n "$dibs_passed" ] || dibs_cannot_run "$1" $dibs_status
}
if dibs_is_long; then
  dibs_in_file=y
  dibs_need_daemon
  printf '%s\n' "$dibs_list" >"$dibs_dir/r/$$.names" || exit 125
fi
dibs_take_locks
dibs_under_lock "$@"
