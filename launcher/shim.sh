# shellcheck shell=sh
# What stands first on the PATH inside a run under the names of build tools. A shim is three lines of sh that set
# dibs_tool and source this file; it takes -j off the command line, connects the tool to the run's jobserver and
# becomes the real tool.
#
# Nothing is asked below a make of ours, whose token covers what its recipe starts, or below a `dibs job`. Elsewhere the
# tool asks for a place in the run, so that ten makes that a script starts at once are counted.

dibs_options_of_shell=$-
set +e
dibs_quiet=y dibs_strict=''
dibs_shim_name=$dibs_tool

# The third line of the shim says where this file is.
{ read -r dibs_x && read -r dibs_x && read -r dibs_x; } <"$0"
eval "dibs_home=${dibs_x#. }"
dibs_home=${dibs_home%/launcher/shim.sh}

. "$dibs_home/launcher/ask.sh"
. "$dibs_home/launcher/grant.sh"

dibs_look_up "$dibs_shim_name" || dibs_cannot_run "$dibs_shim_name" $?
dibs_real=$dibs_found
if [ -z "${DIBS_RUN-}" ] || [ "${DIBS-off}" = off ]; then dibs_exec "$dibs_real" "$@"; fi

. "$dibs_home/launcher/environment.sh"
. "$dibs_home/launcher/tools.sh"

# dibs_shim_ask: a place in the run, or for a tool that can't share, slots. Status 1 if there is none to be had.
dibs_shim_ask() {
  dibs_request run
  [ -z "$dibs_width" ] || dibs_request="$dibs_request\\037width=1\\037min=1${dibs_limit:+\\037max=$dibs_limit}"
  dibs_request="$dibs_request%.0s%.0s"
  dibs_ask
  case $?$dibs_answer in
    0'g '*) dibs_parse_grant ;;
    *)
      [ ! -p "$dibs_reply" ] || rm -f "$dibs_reply"
      return 1
      ;;
  esac
}

# dibs_shim COMMAND...
dibs_shim() {
  dibs_plan "$@"
  [ -n "$dibs_tool" ] && dibs_join_run || return
  dibs_find_width "$dibs_real"
  dibs_find_directory
  case ${DIBS_JOB-} in
    '' | *[!0-9]*) ;;
    *) dibs_lives "$DIBS_JOB" && dibs_become_covered "$@" ;;
  esac
  if dibs_is_up && [ "$dibs_protocol" = "$dibs_speaks" ]; then
    if [ -n "$dibs_width" ] || ! dibs_is_below_our_make; then
      if dibs_shim_ask; then
        dibs_enter_member "$@"
      elif [ -n "$dibs_width" ]; then
        return
      fi
    fi
  elif [ -z "$dibs_fifo" ] || [ -n "$dibs_width" ]; then
    return
  fi
  dibs_set_makeflags
  dibs_become_tool "$@"
}

dibs_hide_shims "$dibs_shim_name" "$@"
dibs_shim "$dibs_shim_name" "$@"
dibs_exec "$dibs_real" "$@"
