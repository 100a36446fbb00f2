# The daemon's supervisor: starts the JVM, and again when it dies, and holds what must outlive it: the control FIFO, so
# that a request that was written while there was no JVM is answered by the next one; /dev/fuse, with which the mounted
# file system lives, so that whoever waits there is served by the next one; and the file of kernel locks, so that what the
# daemon locked stays so for those who lock without one. Run by start.sh, detached.
#
# Arguments: DIR COMMAND...; the command is the JVM's, to which --supervisor and this process's number are added; if
# /dev/fuse could be opened, --keeper, the keeper's number, and --fuse 4; and if the file of locks could, --locks 8.
#
# A JVM that ends by itself (idle, stopped, not the directory's only one, unable to start) is not started again. One that
# dies is, at once; but when five in a row died within two seconds of their start, builds run on without dibs. One that
# was stopped hangs all who look at the mount, so it is continued, before the launchers that ask meanwhile lose patience.
#
# The keeper is a second shell, which holds the same descriptors and sleeps. When the supervisor is killed it takes its
# place, starts the next keeper, and watches over the JVM, a new one or the one that lives. So any two of the three may
# be killed at once, and more of them one after the other. That a JVM was stopped its parent is told; a supervisor that is
# not its parent looks at it every other second.
#
#   descriptor    supervisor  keeper  JVM
#   3 control     both ends   both    -      DIR/control
#   4 fuse        open        open    open   one and the same description of /dev/fuse: the connection ends with it
#   5 life        reads       reads   writes end of file: the JVM ended
#   6 guard       both ends   -       -
#   7 guard       -           reads   -      end of file: the supervisor ended
#   8 ranges      open        open    open   one and the same description of DIR/locks/ranges, to which the locks belong
#
# That the JVM ended is seen on 5 by a supervisor whose child it is not. Both pipes are FIFOs without a name.

dibs_deaths_max=5 dibs_quick_centiseconds=200 dibs_stopped_centiseconds=300

dibs_dir=$1
shift

dibs_fuse='' dibs_ranges='' dibs_keeper='' dibs_keeper_deaths=0 dibs_jvm='' dibs_orphan='' dibs_stopping='' dibs_told='' dibs_alarm=''

# dibs_clock: centiseconds since the machine started, in dibs_now, without a fork.
dibs_clock() {
  read -r dibs_now dibs_x </proc/uptime
  dibs_now=${dibs_now%.*}${dibs_now#*.}
}

dibs_lives() {
  [ -e "/proc/$1/exe" ]
}

# dibs_look PID: its state in dibs_state, its terminal in dibs_terminal.
dibs_look() {
  dibs_x=''
  { read -r dibs_x <"/proc/$1/stat"; } 2>/dev/null
  dibs_x=${dibs_x##*) }
  dibs_state=${dibs_x%% *}
  dibs_x=${dibs_x#* * * * }
  dibs_terminal=${dibs_x%% *}
}

# dibs_prepare: what every supervisor needs that is its own, the first one and each that was a keeper.
dibs_prepare() {
  read -r dibs_me dibs_x </proc/self/stat # $$ is the parent's number in a keeper
  # By a signal to us both JVM and supervisor end.
  trap 'dibs_stopping=y; [ -z "$dibs_jvm" ] || kill -TERM "$dibs_jvm" 2>/dev/null' HUP INT TERM
  # Has wait return when the keeper dies or the JVM is stopped. For that bash must follow POSIX, as it does when it is
  # called sh, and have job control, which is not for who has a terminal.
  trap : CHLD
  [ -n "${BASH_VERSION-}" ] || return 0
  # shellcheck disable=SC3040 # only bash gets here
  set -o posix
  dibs_look "$dibs_me"
  [ "$dibs_terminal" != 0 ] || set -m
}

# dibs_open_fuse: /dev/fuse and the pipes, if they can be had. Where there is no such device <> would make a file.
dibs_open_fuse() {
  [ "${DIBS_ENDPOINT-}" != fifo ] && [ -c /dev/fuse ] && (: 4<>/dev/fuse) 2>/dev/null || return 0
  dibs_x=$dibs_dir/pipe.$dibs_me
  mkfifo -m 600 "$dibs_x.5" "$dibs_x.6" 2>/dev/null || {
    rm -f "$dibs_x.5"
    return 0
  }
  exec 4<>/dev/fuse 5<>"$dibs_x.5" 6<>"$dibs_x.6"
  rm -f "$dibs_x.5" "$dibs_x.6"
  exec 5</proc/self/fd/5 # for reading alone
  dibs_fuse=4
}

# dibs_open_ranges: the file of locks, if it can be had.
dibs_open_ranges() {
  [ -d "$dibs_dir/locks" ] || mkdir -m 700 "$dibs_dir/locks" 2>/dev/null
  (: 8<>"$dibs_dir/locks/ranges") 2>/dev/null || return 0
  exec 8<>"$dibs_dir/locks/ranges"
  dibs_ranges=8
}

# dibs_open_guard: descriptor 6 of a supervisor that was a keeper.
dibs_open_guard() {
  dibs_x=$dibs_dir/pipe.$dibs_me
  mkfifo -m 600 "$dibs_x" 2>/dev/null || return
  exec 6<>"$dibs_x"
  rm -f "$dibs_x"
}

# dibs_start_keeper COMMAND...: a block's redirection would leave the keeper a copy of 6.
dibs_start_keeper() {
  dibs_clock
  dibs_keeper_began=$dibs_now
  (
    trap - HUP INT TERM CHLD
    exec 7</proc/self/fd/6 6<&-
    dibs_keep "$@"
  ) &
  dibs_keeper=$!
}

# dibs_keep COMMAND...: until the supervisor is gone, which it takes the place of.
dibs_keep() {
  read -r dibs_x <&7
  exec 7<&-
  dibs_keeper='' dibs_keeper_deaths=0 dibs_jvm='' dibs_orphan=y dibs_alarm=''
  { read -r dibs_jvm dibs_x <"$dibs_dir/daemon"; } 2>/dev/null
  dibs_prepare
  ! dibs_open_guard || dibs_start_keeper "$@"
  dibs_announce
  dibs_supervise "$@"
}

# dibs_mind_keeper COMMAND...: starts another if it died.
dibs_mind_keeper() {
  [ -n "$dibs_keeper" ] && ! dibs_lives "$dibs_keeper" || return 0
  dibs_clock
  [ $((dibs_now - dibs_keeper_began)) -lt $dibs_quick_centiseconds ] || dibs_keeper_deaths=0
  dibs_keeper_deaths=$((dibs_keeper_deaths + 1))
  dibs_keeper=''
  [ $dibs_keeper_deaths -ge $dibs_deaths_max ] || dibs_start_keeper "$@"
}

# dibs_announce: says in DIR/daemon that supervisor and keeper are others than the JVM wrote. A line of the same length
# over the old one, so that whoever reads sees one of them. A JVM that still starts will write whom it was told of.
dibs_announce() {
  dibs_x='' dibs_y='' dibs_z=''
  { read -r dibs_x dibs_protocol dibs_version dibs_y dibs_z dibs_rest <"$dibs_dir/daemon"; } 2>/dev/null
  [ "$dibs_x" = "$dibs_jvm" ] || {
    [ -n "$dibs_orphan" ] || [ "$dibs_told" = "$dibs_me ${dibs_keeper:-0}" ] || dibs_look_again_soon
    return 0
  }
  [ -n "$dibs_x" ] && [ "$dibs_y $dibs_z" != "$dibs_me ${dibs_keeper:-0}" ] || return 0
  dibs_x="$dibs_x $dibs_protocol $dibs_version $dibs_me ${dibs_keeper:-0}"
  printf '%-63s\n' "$dibs_x $dibs_rest" 1<>"$dibs_dir/daemon"
}

# dibs_look_again_soon: a child that ends ends the waiting in dibs_attend.
dibs_look_again_soon() {
  [ -z "$dibs_alarm" ] || ! dibs_lives "$dibs_alarm" || return 0
  sleep 2 3>&- 4>&- 5>&- 6>&- 8>&- &
  dibs_alarm=$!
}

# dibs_serve COMMAND...: one JVM from its start, or for an orphan from now, to its end. What is left in dibs_status is an
# exit status; an orphan's is that of what waits for its end.
dibs_serve() {
  dibs_mind_keeper "$@"
  dibs_told="$dibs_me ${dibs_keeper:-0}"
  if [ -n "$dibs_orphan" ]; then
    (
      exec 3<&- 4<&- 6<&- 8<&-
      read -r dibs_x <&5
    ) &
  elif [ -n "$dibs_fuse" ]; then
    "$@" --supervisor "$dibs_me" --keeper "${dibs_keeper:-0}" --fuse $dibs_fuse ${dibs_ranges:+--locks $dibs_ranges} 3>&- \
      5>/proc/self/fd/5 6>&- &
    dibs_jvm=$!
  else
    "$@" --supervisor "$dibs_me" ${dibs_ranges:+--locks $dibs_ranges} 3>&- &
    dibs_jvm=$!
  fi
  dibs_child=$!
  dibs_look_again_soon # who was killed together with the last JVM may die after we looked, and before we wait
  [ -z "$dibs_stopping" ] || kill -TERM "$dibs_jvm" 2>/dev/null
  dibs_attend "$@"
  [ -z "$dibs_alarm" ] || ! dibs_lives "$dibs_alarm" || kill "$dibs_alarm" 2>/dev/null
  dibs_alarm='' # it may live for a moment yet
  dibs_served=$dibs_jvm dibs_jvm=''
}

# dibs_attend COMMAND...: until dibs_child has ended. Whatever ended the waiting, a trap too, we look at everything.
dibs_attend() {
  while :; do
    [ -z "$dibs_orphan" ] || dibs_look_again_soon
    dibs_await
    dibs_lives "$dibs_child" || break
    dibs_free_stopped
    dibs_mind_keeper "$@"
    dibs_announce
  done
  dibs_await # if a trap ended the waiting above, its status was not known
}

# dibs_await: some shells know no status any more once they have told it.
dibs_await() {
  wait "$dibs_child"
  dibs_x=$?
  [ $dibs_x = 127 ] || dibs_status=$dibs_x
}

# dibs_free_stopped: continues our JVM if it stays stopped. To kill it would end its connections, and mend no more.
dibs_free_stopped() {
  dibs_clock
  dibs_since=$dibs_now
  while [ -n "$dibs_jvm" ] && dibs_look "$dibs_jvm" && [ "$dibs_state" = T ]; do
    sleep 0.2 2>/dev/null || sleep 1
    dibs_clock
    [ $((dibs_now - dibs_since)) -lt $dibs_stopped_centiseconds ] || kill -CONT "$dibs_jvm" 2>/dev/null
  done
}

# dibs_died: whether it did not mean to end: killed, or failed after it served. Who leaves has taken its announcement back.
dibs_died() {
  [ -z "$dibs_stopping" ] || return
  dibs_x=''
  { read -r dibs_x dibs_y <"$dibs_dir/daemon"; } 2>/dev/null
  if [ -n "$dibs_orphan" ]; then
    [ -n "$dibs_x" ] && ! dibs_lives "$dibs_x"
    return
  fi
  case $dibs_status in
    0 | 125 | 129 | 130 | 143) return 1 ;;
  esac
  [ "$dibs_status" -ge 128 ] || [ "$dibs_x" = "$dibs_served" ]
}

# dibs_drop_mount: ends the connection, so that whoever waits on the mount gets an error now, and then a mount that died
# of it. Not before: umount would ask the file system. Another daemon's is left alone.
dibs_drop_mount() {
  [ -n "$dibs_fuse" ] || return 0
  trap - CHLD # or the keeper's end may end the waiting for it
  if [ -n "$dibs_keeper" ]; then
    # Shells comment on such a death, which would be taken for the JVM's last words.
    { kill -KILL "$dibs_keeper" && wait "$dibs_keeper"; } 2>/dev/null
  fi
  exec 4<&-
  [ -d "$dibs_dir" ] && ! [ -d "$dibs_dir/fs" ] || return 0
  { umount -l "$dibs_dir/fs" || fusermount3 -u -z "$dibs_dir/fs"; } 2>/dev/null
}

# dibs_give_up: nobody shall wait for a JVM that does not come. Ends us.
dibs_give_up() {
  dibs_clock
  printf '%s %s\n' "$dibs_now" "$dibs_deaths" >"$dibs_dir/given-up"
  rm -f "$dibs_dir/daemon"
  dibs_drop_mount
  for dibs_reply in "$dibs_dir"/r/*; do
    case ${dibs_reply##*/} in *[!0-9]*) continue ;; esac
    [ ! -p "$dibs_reply" ] || printf 'a\n' 1<>"$dibs_reply"
  done
  rm -f "$dibs_dir/control"
  exit 1
}

# dibs_supervise COMMAND...: until a JVM ends by itself, which ends us too, or too many died.
dibs_supervise() {
  dibs_deaths=0
  while [ $dibs_deaths -lt $dibs_deaths_max ]; do
    dibs_clock
    dibs_began=$dibs_now
    dibs_serve "$@"
    dibs_died || {
      dibs_drop_mount
      exit "$dibs_status"
    }
    dibs_orphan=''
    dibs_clock
    [ $((dibs_now - dibs_began)) -lt $dibs_quick_centiseconds ] || dibs_deaths=0
    dibs_deaths=$((dibs_deaths + 1))
  done
  dibs_give_up
}

[ -p "$dibs_dir/control" ] || mkfifo -m 600 "$dibs_dir/control" 2>/dev/null
{
  dibs_prepare
  dibs_open_fuse
  dibs_open_ranges
  [ -z "$dibs_fuse" ] || dibs_start_keeper "$@"
  dibs_supervise "$@"
} 3<>"$dibs_dir/control" # without a gap, or what lies in it would be lost
# shellcheck disable=SC2317 # there is no control FIFO
dibs_give_up
