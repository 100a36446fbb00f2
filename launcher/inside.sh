# shellcheck shell=sh
# What tools, shims and runs inside runs need beyond environment.sh. Sourced by that, by run.sh and by shim.sh.

# dibs_enter_member COMMAND...: a run inside a run has the environment of the outer one.
dibs_enter_member() {
  export DIBS_RUN="$dibs_id"
  [ -z "$dibs_width" ] || export DIBS_SLOTS="$dibs_granted"
  dibs_kept_flags=$dibs_flags
  dibs_join_run || dibs_fifo=''
  dibs_flags=$dibs_kept_flags
  if [ -n "$dibs_tool" ] && [ -z "$dibs_width" ]; then dibs_set_makeflags; fi
  dibs_become_tool "$@"
}

# dibs_become_covered COMMAND...: below a job that lives, nobody asks; a tool gets what the job has.
dibs_become_covered() {
  dibs_join_run || dibs_fifo=''
  if [ -n "$dibs_tool" ]; then
    if [ -n "$dibs_fifo" ] && [ -z "$dibs_width" ]; then dibs_set_makeflags; else dibs_width=y; fi
    if [ -n "$dibs_serial" ] || dibs_shares_with_make; then dibs_width=''; fi
    dibs_granted=${DIBS_SLOTS:-1}
    [ "${dibs_limit:-$dibs_granted}" -ge "$dibs_granted" ] || dibs_granted=$dibs_limit
  fi
  dibs_become_tool "$@"
}

# dibs_shares_with_make: a make below our make, without tokens of the pool: it has the jobserver of the upper one, and is
# as serial as that if there is none.
dibs_shares_with_make() {
  case $dibs_tool in make | cmake) [ -z "$dibs_fifo" ] && dibs_is_below_our_make ;; *) return 1 ;; esac
}

dibs_is_below_our_make() {
  case ${MAKELEVEL-} in '' | *[!0-9]*) return 1 ;; esac
  [ "$MAKELEVEL" -gt "${DIBS_MAKELEVEL:-0}" ]
}

# dibs_serves JOBSERVER: whether it still does. The one of the file system is that of all runs, so it is asked for the life
# of ours; and not looked at itself, for to the daemon that is a client who comes.
dibs_serves() {
  case $1 in
    */fs/jobserver) [ -e "${1%/*}/README" ] && dibs_run_lives ;;
    *) [ -p "$1" ] ;;
  esac
}

# dibs_run_lives: whether DIBS_RUN is a run that is not over. Its folder goes with it.
dibs_run_lives() {
  [ -n "${DIBS_RUN-}" ] || return
  dibs_find_directory
  [ -p "$dibs_dir/runs/${DIBS_RUN%%.*}/life" ]
}

# dibs_join_run: the jobserver of the run that we are in, for the tool at hand. Status 1 if that run is over.
# make does not hand its jobserver's descriptors to a recipe that it does not know to be a make; they are opened again.
dibs_join_run() {
  dibs_r='' dibs_life='' dibs_jobs='' dibs_flags=-
  dibs_fifo=${DIBS_FIFO-}
  dibs_set_tokens
  [ -n "$dibs_fifo" ] || return 0
  dibs_serves "$dibs_fifo" || return 1
  dibs_set_auth
  [ -n "${DIBS_FDS-}" ] || return 0
  case $dibs_tool in make | cmake) ;; *) return 0 ;; esac
  if ! [ "/proc/self/fd/${DIBS_FDS%,*}" -ef "$dibs_tokens" ] || ! [ "/proc/self/fd/${DIBS_FDS#*,}" -ef "$dibs_tokens" ]; then
    dibs_number_descriptors
    [ -n "$dibs_r" ] || unset DIBS_FDS
  fi
  dibs_auth_make=${DIBS_FDS:+--jobserver-auth=$DIBS_FDS}
}

# dibs_set_tcp: where clients of the run find the daemon by TCP, and the cookie that lets them in.
dibs_set_tcp() {
  dibs_x=''
  { read -r dibs_x <"$dibs_dir/runs/${dibs_id%%.*}/tcp"; } 2>/dev/null
  export DIBS_TCP="$dibs_x"
}

# dibs_leave_shims [all]: takes our shims off the PATH. Those of `dibs env --with` stay unless told, for no run has the like.
dibs_leave_shims() {
  dibs_rest=$PATH:
  dibs_path=''
  while [ -n "$dibs_rest" ]; do
    dibs_entry=${dibs_rest%%:*}
    dibs_rest=${dibs_rest#*:}
    case ${1-}$dibs_entry in
      /*/shims/with-*) ;;
      */shims/*) ! dibs_has_shims "$dibs_entry" || continue ;;
    esac
    dibs_path=$dibs_path:$dibs_entry
  done
  PATH=${dibs_path#:}
}

# dibs_has_shims FOLDER: by the first file in it.
dibs_has_shims() {
  set +f
  for dibs_x in "$1"/*; do
    [ -f "$dibs_x" ] && dibs_is_shim "$dibs_x"
    return
  done
}

# dibs_serve_make_none: this make knows inherited descriptors only, and nobody can open them.
dibs_serve_make_none() {
  unset DIBS_FIFO
  dibs_note "make runs one job at a time: version 4.3 and older need bash here to share slots, and there is none"
}

# dibs_set_make NAME: $(MAKE) becomes a bare name, so that recipes find the shim on the PATH, if the PATH leads to the
# same make. A MAKE of the user's own stays.
dibs_set_make() {
  [ -z "${MAKE+set}" ] || return 0
  case $1 in
    */*) dibs_look_for "${1##*/}" && [ "$dibs_value" -ef "$1" ] || return 0 ;;
  esac
  export MAKE="${1##*/}"
}

# dibs_hide_shims COMMAND...: a cmake that configures remembers the paths of what it finds, so it finds no shims.
dibs_hide_shims() {
  [ "${1##*/}" = cmake ] || return 0
  case ${2-} in
    --build | --install | --open | --workflow | --version | --help* | -E | -P) ;;
    *) dibs_leave_shims all ;;
  esac
}

# dibs_become_named COMMAND...: becomes dibs_found under the name COMMAND, with nothing else changed; returns if there is no
# bash, which alone can do that.
dibs_become_named() {
  dibs_find_bash || return 0
  dibs_argv0=$1
  dibs_r='' dibs_tokens='' dibs_life=''
  shift
  dibs_become_holding "$@"
}
