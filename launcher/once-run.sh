# shellcheck shell=sh
# Runs the command for all who wait for it, and leaves its output and status to them. Sourced by once.sh; ends here.
#
#   command --o--> tee --> standard output          (the same with e, ec, err for standard error)
#                   '--oc--> head --> DIR/once/ID/out
#
# The FIFOs were made by the daemon. tee passes on what comes as it comes; head ends at 64 MiB, which tee does not mind.
# The report is the file `status`, written last. Who ends without it was killed, and then the daemon ends all who have the
# FIFO `life` open or DIBS_ONCE in their environment before anybody else begins.

dibs_kept_bytes=67108865 # one more than is said to be kept, so that it is seen

# dibs_free_digit: the highest descriptor of one digit that nobody has, in dibs_x; status 1 if there is none.
dibs_free_digit() {
  for dibs_x in 9 8 7 6 5 4 3; do
    [ -e "/proc/self/fd/$dibs_x" ] || return 0
  done
  return 1
}

# dibs_join_run: for each process that is started here, before it does anything: it has the life FIFO open, and only then
# looks whether the runner still lives. So either the daemon finds it, or it ends by itself.
dibs_join_run() {
  dibs_free_digit || exit 125
  eval "exec $dibs_x<>\"\$dibs_folder/life\"" || exit 125
  dibs_lives $$ || exit 125
}

# dibs_serve_stream FROM COMMAND...: becomes what passes a stream on, or keeps it. Signals are for the command; it ends when
# the stream does, also when nobody reads any more what it passes on, for there are others.
dibs_serve_stream() {
  trap '' INT QUIT HUP TERM PIPE
  dibs_join_run
  dibs_from=$dibs_folder/$1
  shift
  PATH="${PATH-}:/usr/bin:/bin" LC_ALL=C exec "$@" <"$dibs_from"
}

# dibs_find_ignored: the signals of async commands that the command is to have at their defaults, in dibs_defaults: of INT and
# QUIT those that were not ignored when we began.
dibs_find_ignored() {
  dibs_x=''
  {
    while read -r dibs_key dibs_x; do
      [ "$dibs_key" != SigIgn: ] || break
    done </proc/self/status
  } 2>/dev/null
  dibs_defaults=INT,QUIT
  case $dibs_x in *[2367abefABEF]) dibs_defaults=QUIT ;; esac
  case $dibs_x in *[4567c-fC-F]) dibs_defaults=${dibs_defaults%QUIT} dibs_defaults=${dibs_defaults%,} ;; esac
}

# dibs_find_resetter: how the command gets them back, for a shell has what it starts in the background ignore them: bash takes
# that back itself, others need the env of GNU. With neither dibs_resetter is none.
dibs_find_resetter() {
  dibs_resetter=''
  [ -n "$dibs_defaults" ] || return 0
  if [ -n "${BASH_VERSION-}" ]; then
    dibs_resetter=trap
  elif PATH="${PATH-}:/usr/bin:/bin" env --default-signal=INT true 2>/dev/null; then
    dibs_resetter=env
  else
    dibs_resetter=none
  fi
}

# dibs_become_command COMMAND...: in the process that is to be it. Descriptor dibs_input is our standard input, for a shell
# gives what it starts in the background none.
dibs_become_command() {
  dibs_join_run
  if [ -n "$dibs_input" ]; then
    eval "exec <&$dibs_input $dibs_input<&-"
  else
    exec <&-
  fi
  exec >"$dibs_folder/o" 2>"$dibs_folder/e"
  case $dibs_flags in
    *e*) [ ! -f "$dibs_reply.env" ] || . "$dibs_home/launcher/names.sh" ;;
  esac
  case $dibs_resetter in
    trap) case $dibs_defaults in INT,QUIT) trap - INT QUIT ;; *) trap - "$dibs_defaults" ;; esac ;;
    env)
      case $1 in *=*) set -- sh -c 'exec "$0" "$@"' "$@" ;; esac
      set -- env "--default-signal=$dibs_defaults" "$@"
      ;;
  esac
  dibs_exec "$@"
}

# dibs_forward NAME: a signal to us is one to the command, as soon as there is one. What a terminal sends it has sent to the
# command as well.
dibs_forward() {
  dibs_signalled=y
  if [ -z "$dibs_child" ]; then
    dibs_pending="$dibs_pending $1"
    return
  fi
  case $1 in
    INT | QUIT) ! dibs_is_in_front || return 0 ;;
  esac
  dibs_x=$1
  case $dibs_resetter$1 in noneINT | noneQUIT) dibs_x=TERM ;; esac
  kill -s "$dibs_x" "$dibs_child" 2>/dev/null
}

# dibs_await_command: its exit status, in dibs_status. A signal to us ends wait before the command has ended; whose status it
# gives then is told by whether the command is still to be waited for.
dibs_await_command() {
  for dibs_early in $dibs_pending; do dibs_forward "$dibs_early"; done
  while :; do
    dibs_signalled=''
    wait "$dibs_child" 2>/dev/null
    dibs_status=$?
    [ -n "$dibs_signalled" ] || return 0
    if [ ! -e "/proc/$dibs_child" ]; then
      wait "$dibs_child" 2>/dev/null
      dibs_x=$?
      [ $dibs_x = 127 ] || dibs_status=$dibs_x
      return 0
    fi
  done
}

# dibs_await_streams: until all four are done, which they are when nobody has the command's output open any more. What it left
# behind may have it for long, so status 1 after a second.
dibs_await_streams() {
  dibs_left=100
  while dibs_lives "$dibs_tee_o" || dibs_lives "$dibs_tee_e" || dibs_lives "$dibs_head_o" || dibs_lives "$dibs_head_e"; do
    [ $dibs_left -gt 0 ] || return 1
    dibs_left=$((dibs_left - 1))
    PATH="${PATH-}:/usr/bin:/bin" sleep 0.01 2>/dev/null || { sleep 1 && dibs_left=0; }
  done
}

# dibs_freeze: what came until now is the result; what still comes is passed on, and is part of nobody's.
dibs_freeze() {
  for dibs_x in out err; do
    PATH="${PATH-}:/usr/bin:/bin" cp "$dibs_folder/$dibs_x" "$dibs_folder/$dibs_x.now" &&
      PATH="${PATH-}:/usr/bin:/bin" mv "$dibs_folder/$dibs_x.now" "$dibs_folder/$dibs_x" || return
  done 2>/dev/null
}

# dibs_is_kept: whether all of the output is there.
dibs_is_kept() {
  if dibs_await_streams; then
    wait "$dibs_head_o" && wait "$dibs_head_e"
  else
    dibs_freeze
  fi
}

# dibs_report: for those who wait. Whole, or not at all.
dibs_report() {
  { printf '%s\n' "$dibs_status" >"$dibs_folder/status"; } 2>/dev/null && return
  PATH="${PATH-}:/usr/bin:/bin" rm -f "$dibs_folder/status"
  return 1
}

# dibs_start COMMAND...: all five processes. Descriptor dibs_input is our standard input. What we have not open for output is
# not to be taken by a FIFO.
dibs_start() {
  (dibs_serve_stream oc head -c $dibs_kept_bytes) >"$dibs_folder/out" 2>/dev/null &
  dibs_head_o=$!
  (dibs_serve_stream ec head -c $dibs_kept_bytes) >"$dibs_folder/err" 2>/dev/null &
  dibs_head_e=$!
  (
    [ -e /proc/self/fd/1 ] || exec >/dev/null
    dibs_serve_stream o tee "$dibs_folder/oc"
  ) 2>/dev/null &
  dibs_tee_o=$!
  (
    if [ -e /proc/self/fd/2 ]; then exec >&2; else exec >/dev/null; fi
    exec 2>/dev/null
    dibs_serve_stream e tee "$dibs_folder/ec"
  ) &
  dibs_tee_e=$!
  (dibs_become_command "$@") &
  dibs_child=$!
}

# dibs_run_once COMMAND...: ends with its exit status.
dibs_run_once() {
  for dibs_x in tee head; do
    PATH="${PATH-}:/usr/bin:/bin" command -v $dibs_x >/dev/null || {
      dibs_why="there is no '$dibs_x' on the PATH to keep the output" dibs_mend='Is the PATH right?'
      dibs_not_once
    }
  done
  [ -p "$dibs_folder/life" ] || {
    dibs_why="$dibs_folder has gone" dibs_mend='Is somebody clearing that folder?'
    dibs_not_once
  }
  export DIBS_ONCE="${DIBS_ONCE:+$DIBS_ONCE:}$dibs_id"
  dibs_find_ignored
  dibs_find_resetter
  dibs_child='' dibs_pending=''
  for dibs_x in INT QUIT HUP TERM USR1 USR2; do
    # shellcheck disable=SC2064 # the name of now
    trap "dibs_forward $dibs_x" $dibs_x
  done
  dibs_input=''
  if [ ! -e /proc/self/fd/0 ]; then
    dibs_start "$@"
  elif dibs_free_digit; then
    dibs_input=$dibs_x
    eval "dibs_start \"\$@\" $dibs_input<&0"
  else
    dibs_why='no descriptor is free' dibs_mend='Close one below 10.'
    dibs_not_once
  fi
  dibs_await_command
  if ! dibs_is_kept || ! dibs_report; then
    printf 'dibs: the output could not be kept, so those who wait run the command themselves. Is the disk of %s full?\n' \
      "$dibs_dir" >&2
  fi
  exit "$dibs_status"
}
