# Goes on waiting where move.sh left a shell, with its variables. Sourced by a bash -p; arguments: run -- COMMAND...
# shellcheck disable=SC2154 # variables travel in the environment

shift 2
export -n "${!dibs_@}"
[[ -n $dibs_own_locale ]] || export -n LC_ALL
[[ -z $dibs_ps1 ]] || export PS1=$dibs_ps1
[[ -z $dibs_ps2 ]] || export PS2=$dibs_ps2
[[ -z $dibs_oldpwd ]] || export OLDPWD=$dibs_oldpwd
for dibs_x in bare.bash ask.sh grant.sh converse.sh run.sh ${dibs_tool:+tools.sh}; do
  # shellcheck source=/dev/null
  . "$dibs_home/launcher/$dibs_x" "$dibs_shell"
done
trap 'exit 131' QUIT # which every bash ignores
dibs_answer=w
dibs_hear
exec 4<&- 5>&-
[[ -n $dibs_answer ]]
dibs_weigh $?
case $? in
  0) ;;
  2) dibs_seek_patiently "$@" || dibs_do_without "$@" ;;
  *) dibs_do_without "$@" ;;
esac
"$dibs_next" "$@"
