# shellcheck shell=sh
# Who waits has time: a run that is among the next becomes the bash that it needs for its descriptors now, and not when it is
# granted. Sourced in the middle of the conversation, with the command as "$@". Who needs no bash stays: `become` costs less then
# than moving does now.
#
# The reply FIFO stays open at 4, standard error at 5: the user has nothing open there (dibs_movable). The variables travel in
# the environment, and await.bash takes them out of it.

if [ -n "${BASH_VERSION-}${POSIXLY_CORRECT-}${dibs_reset-}" ] || dibs_has_become || ! dibs_find_bash; then return 0; fi
dibs_look_at_shell
dibs_waited=y dibs_own_locale=${LC_ALL+y} dibs_variables=$(set)
set -f
IFS='
'
# Some lines are parts of values, and name nothing.
for dibs_line in $dibs_variables; do
  dibs_line=${dibs_line%%=*}
  case $dibs_line in *[!0-9A-Za-z_]* | dibs_variables) ;; dibs_*) export "${dibs_line?}" ;; esac
done
# Named as the launcher is, so that people see whom they wait for.
LC_ALL=${LC_ALL-C} exec "$dibs_bash" -p -c '. "${0%/*}/launcher/await.bash"' "$dibs_home/dibs" run -- "$@" 2>&5
