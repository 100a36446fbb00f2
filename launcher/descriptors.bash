# Opens a run's FIFOs at high descriptors and becomes the command. Run by environment.sh with bash -p, which reads no
# BASH_ENV and leaves exported functions alone.
#
# Arguments: R TOKENS LIFE SHELL ARGV0 PATH COUNT ASSIGNMENT*COUNT ARGUMENT...
# SHELL is SHLVL and, if PWD is set, a comma.
# R and R+1 read and write TOKENS, R+2 writes LIFE; either may be empty. All are opened for both directions, which never
# blocks. The variables are called dibs_... and are not exported.

dibs_open() {
  { [[ -z $dibs_tokens ]] || eval "exec $1<>\"\$dibs_tokens\" $(($1 + 1))<>\"\$dibs_tokens\""; } 2>/dev/null &&
    { [[ -z $dibs_life ]] || eval "exec $(($1 + 2))<>\"\$dibs_life\""; } 2>/dev/null
}

# Below a small "ulimit -n": the highest numbers that it allows.
dibs_open_lower() {
  dibs_lower=$(($(ulimit -n) - 3))
  while ((dibs_lower > 9)); do
    if [[ ! -e /dev/fd/$dibs_lower && ! -e /dev/fd/$((dibs_lower + 1)) && ! -e /dev/fd/$((dibs_lower + 2)) ]]; then
      dibs_open $dibs_lower && break
      return 1
    fi
    dibs_lower=$((dibs_lower - 1))
  done
  ((dibs_lower > 9)) || return 1
  [[ -z ${DIBS_FDS-} ]] || DIBS_FDS=$dibs_lower,$((dibs_lower + 1))
  [[ -z ${MAKEFLAGS-} ]] || MAKEFLAGS=${MAKEFLAGS/=$dibs_r,$((dibs_r + 1))/=$DIBS_FDS}
}

shopt -s extglob
dibs_r=$1 dibs_tokens=$2 dibs_life=$3 dibs_shell=$4 dibs_argv0=$5 dibs_path=$6 dibs_count=$7
shift 7
while ((dibs_count-- > 0)); do
  export "${1?}"
  shift
done

if ! dibs_open "$dibs_r" && ! dibs_open_lower; then
  echo 'dibs: no descriptor is free for the jobserver; make runs one job at a time. Is "ulimit -n" too small?' >&2
  unset DIBS_FDS
  [[ -z ${MAKEFLAGS-} ]] || MAKEFLAGS=${MAKEFLAGS/-j+([0-9]) --jobserver-auth=+([^ ])/-j1}
fi

# bash exports SHLVL on exec even when there was none. An array it does not export.
if [[ ${dibs_shell%,} == '' ]]; then
  unset SHLVL
  SHLVL=()
fi
[[ $dibs_shell == *, ]] || unset PWD
exec -a "$dibs_argv0" -- "$dibs_path" "$@"
