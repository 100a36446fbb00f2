# Opens a run's endpoints at high descriptors and becomes the command. Sourced: by a bash -p of environment.sh's, which reads
# no BASH_ENV and leaves exported functions alone, or in place where the launcher's shell is a bash. It is read at each start
# of a run, so it is short, and what is rarely needed lies in repair.bash.
#
# Arguments: REPAIR R TOKENS LIFE SHELL ARGV0 PATH COUNT ASSIGNMENT*COUNT ARGUMENT...
# REPAIR is the path of repair.bash. SHELL is SHLVL and, if PWD is set, a comma.
# R and R+1 read and write TOKENS, R+2 writes LIFE; either may be empty. All are opened for both directions, which never
# blocks. The file system's jobserver is opened once for R and R+1: what make takes by the one and returns by the other is
# then the same to the daemon. The variables are called dibs_... and are not exported.

case $3 in
  '') dibs_to='' ;;
  */fs/tokens) dibs_to="$2<>\"\$3\" $(($2 + 1))>&$2" ;;
  *) dibs_to="$2<>\"\$3\" $(($2 + 1))<>\"\$3\"" ;;
esac
[[ -z $4 ]] || dibs_to+=" $(($2 + 2))<>\"\$4\""
dibs_failed=''
[[ -z $dibs_to ]] || { eval "exec $dibs_to"; } 2>/dev/null || dibs_failed=y
# shellcheck source=/dev/null
[[ -z $dibs_failed && $5 == ?*, && $8 == 0 ]] || . "$1"
exec -a "$6" -- "$7" "${@:9}"
