# shellcheck shell=sh
# Takes what the shell itself put into an empty environment out of it. Sourced where that may have happened; the proof is
# the environment that this process was started with (read drops the NULs between its entries).

dibs_environ=''
{
  while IFS= read -r dibs_x; do dibs_environ=$dibs_environ$dibs_x; done
  dibs_environ=$dibs_environ$dibs_x
} </proc/self/environ
case $dibs_environ in
  '' | *PWD=*) ;;
  *) unset PWD ;;
esac
case ${BASH_VERSION+bash}$dibs_environ in
  bash*SHLVL=*) ;;
  bash*) # An array is not exported, also not by exec, which else makes a SHLVL.
    unset SHLVL
    eval 'SHLVL=()'
    ;;
esac
