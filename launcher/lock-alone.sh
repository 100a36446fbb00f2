# shellcheck shell=sh
# `dibs lock --no-daemon`: a JVM takes the locks and becomes the command. Sourced with what lock.sh read of its options: the
# names in dibs_list, one a line, or in DIR/r/PID.names (dibs_in_file); dibs_taken arguments were read, the command is behind.
#
# Shells drop names such as a.b from the environment; so the JVM has a copy of what this shell was started with.

. "$dibs_home/launcher/start.sh"

# dibs_read_ignored: the signals that this process ignores, as /proc writes them, in dibs_ignored.
dibs_read_ignored() {
  dibs_ignored=0
  while read -r dibs_x dibs_value; do
    case $dibs_x in SigIgn:) dibs_ignored=$dibs_value && return ;; esac
  done </proc/self/status
}

# dibs_copy_environment: what this shell was started with, in DIR/r/PID.environment, for the JVM to read and remove.
dibs_copy_environment() {
  (umask 077 && LC_ALL=C PATH="${PATH-}:/usr/bin:/bin" cat <"/proc/$$/environ" >"$dibs_dir/r/$$.environment") 2>/dev/null
}

if [ -n "$dibs_script" ]; then set -- sh -c "$dibs_command"; else shift "$dibs_taken"; fi
[ $# -gt 0 ] || dibs_misuse 'lock: no command given. Say what to run: dibs lock NAME -- COMMAND...'
if ! { dibs_make_directory && dibs_prepare; }; then
  printf 'dibs: no lock: %s; the command does not run. %s\n' "$dibs_why" "$dibs_mend" >&2
  exit 125
fi
dibs_read_ignored

set -- -- "$@"
if [ -n "$dibs_in_file" ]; then
  set -- --names "$dibs_dir/r/$$.names" "$@"
else
  set -f
  dibs_ifs=$IFS IFS='
'
  # shellcheck disable=SC2086 # a word for each line
  set -- $dibs_list "$@"
  IFS=$dibs_ifs
  set +f
fi
# What a JVM would heed is the command's alone.
[ -z "${JAVA_TOOL_OPTIONS+x}" ] || set -- --set "JAVA_TOOL_OPTIONS=$JAVA_TOOL_OPTIONS" "$@"
[ -z "${JDK_JAVA_OPTIONS+x}" ] || set -- --set "JDK_JAVA_OPTIONS=$JDK_JAVA_OPTIONS" "$@"
[ -z "${_JAVA_OPTIONS+x}" ] || set -- --set "_JAVA_OPTIONS=$_JAVA_OPTIONS" "$@"
dibs_copy_environment && set -- --environment "$dibs_dir/r/$$.environment" "$@"
unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS

[ -z "$dibs_shared" ] || set -- --shared "$@"
[ -z "$dibs_wait" ] || set -- --wait "$dibs_wait" "$@"
[ "$dibs_tree" = 1 ] || set -- --no-inherit "$@"
[ -z "$dibs_quiet" ] || set -- --quiet "$@"
[ -z "$dibs_unless" ] || set -- --unless "$dibs_unless" "$@"
exec "$dibs_jdk/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xmx64m -XX:-MaxFDLimit -Xrs -XX:+DisableAttachMechanism \
  --enable-native-access=ALL-UNNAMED -Xlog:disable -Xlog:all=error:stderr -cp "$dibs_home/target/dist/lib/*" dev.dibs.cli.LockAlone \
  --directory "$dibs_dir/locks" --ignored "$dibs_ignored" --status "$dibs_timeout_status" "$@"
