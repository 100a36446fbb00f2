# The daemon's supervisor: starts the JVM, and again when it dies, and holds what must outlive it, the control FIFO, so
# that a request that was written while there was no JVM is answered by the next one. Run by start.sh, detached.
#
# Arguments: DIR COMMAND...; the command is the JVM's, to which --supervisor and this process's number are added.
#
# A JVM that ends by itself (idle, stopped, not the directory's only one, unable to start) is not started again. One that
# dies is, at once; but when five in a row died within two seconds of their start, builds run on without dibs.

dibs_deaths_max=5 dibs_quick_centiseconds=200

dibs_dir=$1
shift

dibs_jvm=''
dibs_stopping=''
# By a signal to us both JVM and supervisor end.
trap 'dibs_stopping=y; [ -z "$dibs_jvm" ] || kill -TERM "$dibs_jvm" 2>/dev/null' HUP INT TERM

# dibs_clock: centiseconds since the machine started, in dibs_now, without a fork.
dibs_clock() {
  read -r dibs_now dibs_x </proc/uptime
  dibs_now=${dibs_now%.*}${dibs_now#*.}
}

# dibs_serve COMMAND...: one JVM from its start to its end, which is left in dibs_status.
dibs_serve() {
  "$@" --supervisor $$ 3>&- &
  dibs_jvm=$!
  [ -z "$dibs_stopping" ] || kill -TERM "$dibs_jvm"
  while :; do
    wait "$dibs_jvm"
    dibs_status=$?
    [ -e "/proc/$dibs_jvm/exe" ] || break # else a trap ended the waiting
  done
  dibs_served=$dibs_jvm dibs_jvm=''
}

# dibs_died: whether it did not mean to end: killed, or failed after it served.
dibs_died() {
  case $dibs_status in
    0 | 125 | 129 | 130 | 143) return 1 ;;
  esac
  [ -z "$dibs_stopping" ] || return
  [ "$dibs_status" -lt 128 ] || return 0
  dibs_x=''
  { read -r dibs_x dibs_y <"$dibs_dir/daemon"; } 2>/dev/null
  [ "$dibs_x" = "$dibs_served" ]
}

# dibs_give_up: nobody shall wait for a JVM that does not come.
dibs_give_up() {
  dibs_clock
  printf '%s %s\n' "$dibs_now" "$dibs_deaths" >"$dibs_dir/given-up"
  rm -f "$dibs_dir/daemon"
  for dibs_reply in "$dibs_dir"/r/*; do
    case ${dibs_reply##*/} in *[!0-9]*) continue ;; esac
    [ ! -p "$dibs_reply" ] || printf 'a\n' 1<>"$dibs_reply"
  done
  rm -f "$dibs_dir/control"
}

# dibs_supervise COMMAND...: until a JVM ends by itself, which ends us too, or too many died.
dibs_supervise() {
  dibs_deaths=0
  while [ $dibs_deaths -lt $dibs_deaths_max ]; do
    dibs_clock
    dibs_began=$dibs_now
    dibs_serve "$@"
    dibs_died || exit "$dibs_status"
    dibs_clock
    [ $((dibs_now - dibs_began)) -lt $dibs_quick_centiseconds ] || dibs_deaths=0
    dibs_deaths=$((dibs_deaths + 1))
  done
}

[ -p "$dibs_dir/control" ] || mkfifo -m 600 "$dibs_dir/control" 2>/dev/null
{ dibs_supervise "$@"; } 3<>"$dibs_dir/control" # without a gap, or what lies in it would be lost
dibs_give_up
exit 1
