# shellcheck shell=sh
# What stands first on the PATH under the names of build tools. A shim is a few lines of sh that set dibs_tool and source
# this file; which of three kinds it is, dibs_shim says:
#
#   ''     inside a run (made by the daemon). It takes -j off the command line, connects the tool to the run's jobserver
#          and becomes the real tool. Outside of any run it just becomes the tool.
#   env    in every shell with `dibs env` in it (made by env.sh). Inside a run that lives the same; else it becomes
#          `dibs run --quiet -- TOOL`, unless the tool is to build nothing (make --version).
#   slots  `dibs env --with TOOL`: a tool that speaks no jobserver becomes `dibs run --quiet --slots auto -- TOOL`.
#
# Inside a run nothing is asked below a make of ours, whose token covers what its recipe starts, or below a `dibs job`.
# Elsewhere the tool asks for a place in the run, so that ten makes that a script starts at once are counted.

dibs_options_of_shell=$-
set +e
dibs_name_of_tool=$dibs_tool dibs_shim=${dibs_shim-} dibs_quiet=y dibs_strict='' dibs_covered=''

# The third line of a shim of the daemon's says where this file is; those of env.sh set dibs_home.
if [ -z "$dibs_shim" ]; then
  { read -r dibs_x && read -r dibs_x && read -r dibs_x; } <"$0"
  eval "dibs_home=${dibs_x#. }"
  dibs_home=${dibs_home%/launcher/shim.sh}
fi

. "$dibs_home/launcher/grant.sh"

# dibs_find_real TOOL: in dibs_found. The real tool may be a script that calls "the next one on the PATH" and so finds the
# shim again: then it is the next one behind that script. DIBS_SHIM tells, "DEPTH PID TOOL FILE" of the last shim above.
dibs_find_real() {
  case $0 in */shims/*) dibs_doubt='' ;; *) dibs_doubt=y ;; esac
  [ -n "${PATH-}" ] || dibs_search_path=/usr/local/bin:/usr/bin:/bin
  dibs_depth=0
  case ${DIBS_SHIM-} in
    [0-9]*' '[0-9]*" $1 "*) dibs_read_mark "$1" && dibs_look_up "$1" "$dibs_wrapper" && return ;;
  esac
  dibs_look_up "$1"
}

# dibs_read_mark TOOL: status 0 if a wrapper called us, the script dibs_wrapper. Too many levels are an endless loop.
dibs_read_mark() {
  dibs_wrapper=${DIBS_SHIM#*" $1 "}
  dibs_rest=${DIBS_SHIM%%" $1 "*}
  dibs_depth=${dibs_rest%% *} dibs_pid=${dibs_rest#* }
  case $dibs_depth$dibs_pid in *[!0-9]* | ????????????????*) dibs_depth=0 dibs_pid='' ;; esac
  if [ "$dibs_depth" -ge 200 ]; then
    printf "dibs: '%s' has called itself 200 times. Does %s look for the next one on the PATH? Have it set DIBS=off.\n" \
      "$1" "$dibs_wrapper" >&2
    exit 126
  fi
  case $dibs_pid in "$$" | "$PPID") ;; *) return 1 ;; esac
  dibs_line=''
  { read -r dibs_line <"$dibs_wrapper"; } 2>/dev/null
  case $dibs_line in '#!'*) ;; *) return 1 ;; esac
  [ "$dibs_pid" != $$ ] || return 0
  { read -r dibs_line <"/proc/$PPID/cmdline"; } 2>/dev/null
  case $dibs_line in *"$dibs_wrapper"*) ;; *) return 1 ;; esac
}

# dibs_shim_ask: a place in the run, or for a tool that can't share, slots. Status 1 if there is none to be had.
dibs_shim_ask() {
  dibs_request run
  [ -z "$dibs_width" ] || dibs_request=$dibs_request,width=1,min=1${dibs_limit:+,max=$dibs_limit}
  dibs_seek && return
  [ ! -p "$dibs_reply" ] || rm -f "$dibs_reply"
  return 1
}

# dibs_shim_in_run COMMAND...: returns if the tool is better left alone.
dibs_shim_in_run() {
  [ -n "$dibs_tool" ] && dibs_join_run || return
  dibs_find_width "$dibs_found"
  dibs_find_jobs
  [ -z "$dibs_covered" ] || dibs_become_covered "$@"
  dibs_find_directory
  if [ -n "$dibs_width" ] || ! dibs_is_below_our_make; then
    ! dibs_shim_ask || dibs_enter_member "$@"
    [ -z "$dibs_width" ] || return
  fi
  [ -n "$dibs_fifo" ] || dibs_shim_finds_daemon || return
  dibs_set_makeflags
  dibs_become_tool "$@"
}

dibs_shim_finds_daemon() {
  . "$dibs_home/launcher/converse.sh"
  dibs_is_up && [ "$dibs_protocol" = "$dibs_speaks" ]
}

# dibs_shim_run COMMAND...: a run of its own, or a member that takes slots of its own.
dibs_shim_run() {
  [ ! -t 2 ] || dibs_quiet=waits
  dibs_cap='' dibs_weight='' dibs_wait='' dibs_name='' dibs_slots='' dibs_private='' dibs_timeout_status=75
  dibs_background='' dibs_least='' dibs_most='' dibs_tcp='' dibs_next=''
  [ "$dibs_shim" != slots ] || dibs_slots=auto
  dibs_find_jobs
  . "$dibs_home/launcher/run.sh"
  dibs_run_planned "$@"
}

# dibs_shim COMMAND...: returns if the tool is to run as it was typed.
dibs_shim() {
  [ "${DIBS-}" != off ] || return
  if [ -z "$dibs_shim" ] && [ -z "${DIBS_RUN:+${DIBS-}}" ]; then return; fi
  . "$dibs_home/launcher/ask.sh"
  . "$dibs_home/launcher/environment.sh"
  . "$dibs_home/launcher/inside.sh"
  . "$dibs_home/launcher/tools.sh"
  dibs_plan "$@"
  dibs_hide_shims "$@"
  [ -z "$dibs_shim" ] || [ -z "$dibs_quick" ] || return
  if [ "$dibs_shim" != slots ]; then
    if [ -z "$dibs_shim" ] || dibs_run_lives; then
      dibs_shim_in_run "$@"
      return
    fi
    unset DIBS_RUN
  fi
  dibs_shim_run "$@"
}

dibs_find_real "$dibs_name_of_tool" || dibs_cannot_run "$dibs_name_of_tool" $?
export DIBS_SHIM="$((dibs_depth + 1)) $$ $dibs_name_of_tool $dibs_found"
dibs_passed=y
dibs_shim "$dibs_name_of_tool" "$@"
dibs_as_typed "$dibs_name_of_tool" "$@"
