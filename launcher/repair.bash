# What descriptors.bash does rarely, with its arguments: lower descriptors below a small "ulimit -n", and an environment put
# right. Sourced by it.

# dibs_open R TOKENS LIFE: like descriptors.bash.
dibs_open() {
  local write="<>\"\$2\""
  [[ $2 != */fs/tokens ]] || write=">&$1"
  { [[ -z $2 ]] || eval "exec $1<>\"\$2\" $(($1 + 1))$write"; } 2>/dev/null &&
    { [[ -z $3 ]] || eval "exec $(($1 + 2))<>\"\$3\""; } 2>/dev/null
}

# dibs_open_lower R TOKENS LIFE: the highest numbers that the limit allows, in place of R.
dibs_open_lower() {
  dibs_lower=$(($(ulimit -n) - 3))
  while ((dibs_lower > 9)); do
    if [[ ! -e /dev/fd/$dibs_lower && ! -e /dev/fd/$((dibs_lower + 1)) && ! -e /dev/fd/$((dibs_lower + 2)) ]]; then
      dibs_open $dibs_lower "$2" "$3" && break
      return 1
    fi
    dibs_lower=$((dibs_lower - 1))
  done
  ((dibs_lower > 9)) || return 1
  [[ -z ${DIBS_FDS-} ]] || DIBS_FDS=$dibs_lower,$((dibs_lower + 1))
  [[ -z ${MAKEFLAGS-} ]] || MAKEFLAGS=${MAKEFLAGS/=$1,$(($1 + 1))/=$DIBS_FDS}
}

shopt -s extglob
if [[ -n $dibs_failed ]] && ! dibs_open_lower "$2" "$3" "$4"; then
  echo 'dibs: no descriptor is free for the jobserver; make runs one job at a time. Is "ulimit -n" too small?' >&2
  unset DIBS_FDS
  [[ -z ${MAKEFLAGS-} ]] || MAKEFLAGS=${MAKEFLAGS/-j+([0-9]) --jobserver-auth=+([^ ])/-j1}
fi

for dibs_x in "${@:9:$8}"; do
  export "${dibs_x?}"
done

# shellcheck source=/dev/null
. "${1%/*}/bare.bash" "$5"
exec -a "$6" -- "$7" "${@:9+$8}"
