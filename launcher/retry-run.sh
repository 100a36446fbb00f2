# shellcheck shell=sh
# `dibs run --retry N`: a command that fails under load is run again with half the slots. Each attempt is a run of its own,
# `dibs run` without --retry, whose parent we stay. Sourced by dibs.

. "$dibs_home/launcher/retry.sh"

# dibs_run_once COMMAND...: the run that was asked for, with its options as they are by now.
dibs_run_once() {
  set -- -- "$@"
  [ -z "$dibs_cap" ] || set -- -j "$dibs_cap" "$@"
  [ -z "$dibs_slots" ] || set -- --slots "$dibs_slots" "$@"
  [ -z "$dibs_weight" ] || set -- --weight "$dibs_weight" "$@"
  [ -z "$dibs_name" ] || set -- --name "$dibs_name" "$@"
  [ -z "$dibs_wait" ] || set -- -w "$dibs_wait" "$@"
  [ "$dibs_timeout_status" = 75 ] || set -- -E "$dibs_timeout_status" "$@"
  [ -z "$dibs_private" ] || set -- --private "$@"
  [ -z "$dibs_background" ] || set -- --background "$@"
  [ -z "$dibs_tcp" ] || set -- --tcp "$@"
  [ -z "$dibs_strict" ] || set -- --strict "$@"
  [ -z "$dibs_quiet" ] || set -- --quiet "$@"
  dibs_exec "$dibs_home/dibs" run "$@"
}

# dibs_shall_repeat: whether its end is one of those after which it is run again; dibs_end is what it was.
dibs_shall_repeat() {
  dibs_end="ended with status $dibs_status"
  case $dibs_retry_on in *" $dibs_status "*) return 0 ;; esac
  case $dibs_status in
    129 | 130 | 143) return 1 ;;
    13[0-9] | 14[0-2] | 15[2-9])
      dibs_end="was killed by signal $((dibs_status - 128))"
      return 0
      ;;
  esac
  dibs_kills_before=$dibs_kills
  dibs_count_kills
  dibs_end='failed while the kernel killed somebody, for memory ran out'
  [ "$dibs_kills" != "$dibs_kills_before" ]
}

# dibs_count_kills: how often the kernel has killed somebody for want of memory, in dibs_kills. A make does not say that one
# of its compilers was.
dibs_count_kills() {
  dibs_kills=''
  while read -r dibs_x dibs_kills; do
    [ "$dibs_x" != oom_kill ] || return 0
  done </proc/vmstat
  dibs_kills=''
} 2>/dev/null

# dibs_find_bound COMMAND...: how many slots it had at most, in dibs_bound: by the machine, its options, its own -j.
dibs_find_bound() {
  . "$dibs_home/launcher/environment.sh"
  . "$dibs_home/launcher/tools.sh"
  dibs_plan "$@"
  [ -n "$dibs_limit" ] || dibs_find_makeflags_limit
  dibs_find_pool_size
  for dibs_x in $dibs_limit $dibs_most $dibs_cap; do
    [ "$dibs_x" -ge "$dibs_bound" ] || dibs_bound=$dibs_x
  done
}

# dibs_find_pool_size: as the daemon says, if its file system is mounted and the pool is not the run's own, else all CPUs.
dibs_find_pool_size() {
  dibs_find_directory
  dibs_bound=''
  if [ -n "$dibs_private" ]; then
    dibs_bound=$dibs_cap
  elif dibs_read_announcement && [ "$dibs_files" = fs ]; then
    { read -r dibs_bound <"$dibs_dir/fs/pool/cpu/size"; } 2>/dev/null
  fi
  case $dibs_bound in
    '' | *[!0-9]*) dibs_bound=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null) || dibs_bound=1 ;;
  esac
}

# dibs_halve: the slots for the next attempt, at least one.
dibs_halve() {
  dibs_bound=$((dibs_bound / 2))
  [ $dibs_bound -ge 1 ] || dibs_bound=1
  if [ -z "$dibs_slots" ]; then
    dibs_cap=$dibs_bound
    return
  fi
  [ "${dibs_least:=1}" -le $dibs_bound ] || dibs_least=$dibs_bound
  dibs_most=$dibs_bound dibs_slots=$dibs_least..$dibs_bound
}

# dibs_repeat_run COMMAND...: returns if it can't be repeated.
dibs_repeat_run() {
  dibs_can_be_parent "$@" || {
    dibs_reset=''
    dibs_note '--retry: this needs bash, or env of coreutils 8.31; it runs once'
    return 0
  }
  dibs_find_heeded
  dibs_count_kills
  dibs_bound='' dibs_left=$dibs_retry
  while :; do
    dibs_run_child dibs_run_once "$@"
    [ "$dibs_status" != 0 ] && [ -z "$dibs_told" ] && [ "$dibs_left" -gt 0 ] && dibs_shall_repeat || break
    dibs_left=$((dibs_left - 1))
    [ -n "$dibs_bound" ] || dibs_find_bound "$@"
    dibs_halve
    if [ $dibs_bound = 1 ]; then dibs_share='1 slot'; else dibs_share="at most $dibs_bound slots"; fi
    dibs_note "$1 $dibs_end; running it again with $dibs_share, $((dibs_retry - dibs_left)) of $dibs_retry"
  done
  if [ "$dibs_status" != 0 ] && [ $dibs_left -lt "$dibs_retry" ] && [ $dibs_left = 0 ]; then
    dibs_note "$1 failed $((dibs_retry + 1)) times, the last time with $dibs_share; it is not run again"
  fi
  dibs_end_alike
}
