# Takes out of a bash what it puts into the environment of whatever it becomes. Sourced, with SHLVL as it was before and, if PWD
# was set, a comma.

# bash exports SHLVL on exec even when there was none. An array it does not export.
if [[ ${1%,} == '' ]]; then
  unset SHLVL
  SHLVL=()
fi
[[ $1 == *, ]] || unset PWD
