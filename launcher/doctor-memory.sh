# shellcheck shell=sh
# What `dibs doctor` says of memory: by what the daemon admits builds, and whether what ran out of it can be run again. Sourced
# by doctor.sh.

# dibs_look_at_memory: what the daemon goes by when it admits builds by memory. Told apart by reading: with psi=0 the file is
# there and can't be read.
dibs_look_at_memory() {
  dibs_find_bounds
  dibs_available=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo 2>/dev/null)
  if [ -z "$dibs_available" ]; then
    dibs_find memory degraded "the kernel does not say how much memory is available (MemAvailable in /proc/meminfo)$dibs_bounds" \
      'Say how much builds may use: DIBS_MEMORY=24G, then: dibs stop'
    return
  fi
  dibs_text="$((dibs_available / 1024)) MiB are available$dibs_bounds"
  if ! (read -r dibs_x </proc/pressure/memory) 2>/dev/null; then
    dibs_find memory degraded "$dibs_text; whether builds stall for want of it is not known" \
      'Boot with psi=1, where the kernel has it (CONFIG_PSI); WSL 2 has it not.'
  else
    dibs_find memory ok "$dibs_text; the kernel tells when builds stall for want of it"
  fi
}

# dibs_find_bounds: what else bounds builds that are started here, as words in dibs_bounds.
dibs_find_bounds() {
  dibs_bounds=${DIBS_MEMORY:+", DIBS_MEMORY is $DIBS_MEMORY"}
  dibs_least='' dibs_bounding=''
  while IFS=: read -r dibs_x dibs_kinds dibs_cgroup; do
    case ,$dibs_kinds, in
      *,memory,*) dibs_climb "/sys/fs/cgroup/memory" memory.limit_in_bytes ;;
      ,,)
        dibs_climb /sys/fs/cgroup memory.max
        dibs_climb /sys/fs/cgroup memory.high
        ;;
    esac
  done </proc/self/cgroup
  [ -z "$dibs_least" ] || dibs_bounds="$dibs_bounds, a cgroup bounds builds to $((dibs_least / 1048576)) MiB ($dibs_bounding)"
} 2>/dev/null

# dibs_climb ROOT FILE: the least limit of the cgroup that we are in and of all above. No limit is "max" in v2, and a number of
# 19 digits in v1.
dibs_climb() {
  dibs_folder=$1$dibs_cgroup
  while :; do
    dibs_number=''
    { read -r dibs_number <"$dibs_folder/$2"; } 2>/dev/null
    case $dibs_number in
      '' | *[!0-9]* | ???????????????????*) ;;
      *)
        if [ -z "$dibs_least" ] || [ "$dibs_number" -lt "$dibs_least" ]; then
          dibs_least=$dibs_number dibs_bounding=$dibs_folder/$2
        fi
        ;;
    esac
    case $dibs_folder in "$1"/*) dibs_folder=${dibs_folder%/*} ;; *) return ;; esac
  done
}

# dibs_try_retry: whether the shell that dibs runs in can be a command's parent, for --retry and the shims of compilers.
dibs_try_retry() {
  . "$dibs_home/launcher/retry.sh"
  if ! dibs_can_be_parent true; then
    dibs_find retry degraded 'what runs out of memory is not run again: this sh can not have its children heed SIGINT' \
      'Install coreutils 8.31 or newer, for its env.'
  elif [ -n "$dibs_reset" ]; then
    dibs_find retry ok "what runs out of memory is run again, with $dibs_reset"
  else
    dibs_find retry ok 'what runs out of memory is run again, by bash'
  fi
  dibs_reset=''
}
