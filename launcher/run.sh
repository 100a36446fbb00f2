# shellcheck shell=sh
# A run from its options, in variables, to the command. Sourced by dibs and by the shims of `dibs env`.

. "$dibs_home/launcher/environment.sh"

# dibs_run COMMAND...: dibs_found is its path.
dibs_run() {
  dibs_tool='' dibs_limit='' dibs_taken='' dibs_serial='' dibs_width='' dibs_drop=' '
  if dibs_is_tool "$1"; then
    . "$dibs_home/launcher/tools.sh"
    dibs_plan "$@"
  fi
  dibs_run_planned "$@"
}

# dibs_run_planned COMMAND...: when dibs_plan has read the command line.
dibs_run_planned() {
  [ -z "$dibs_tool" ] || [ -n "$dibs_slots" ] || dibs_find_width "$dibs_found"
  [ -n "$dibs_limit" ] || dibs_find_makeflags_limit
  if [ -n "$dibs_limit" ] && [ "$dibs_limit" -lt "${dibs_cap:-10000000}" ]; then dibs_cap=$dibs_limit; fi

  if [ -n "$dibs_private" ]; then
    . "$dibs_home/launcher/start.sh"
    dibs_start_private || { . "$dibs_home/launcher/converse.sh" && dibs_go_without "$@"; }
  fi
  if [ -n "$dibs_slots" ]; then
    . "$dibs_home/launcher/slots.sh"
    dibs_run_with_slots "$@"
  fi
  if [ -n "$dibs_covered" ]; then
    [ -z "$dibs_background" ] || { . "$dibs_home/launcher/slots.sh" && dibs_stand_back; }
    . "$dibs_home/launcher/inside.sh" && dibs_become_covered "$@"
  fi

  dibs_request_run
  [ -n "${DIBS_RUN-}" ] || dibs_next=dibs_begin_run
  dibs_obtain "$@"
  dibs_begin_run "$@"
}

# dibs_begin_run COMMAND...: from the grant to the command.
dibs_begin_run() {
  if [ -n "$dibs_width" ]; then
    dibs_note "$1 $dibs_taken: $dibs_granted slots from start to end; ${1##*/} $dibs_tool_version can't share them"
  elif [ -n "$dibs_taken" ]; then
    dibs_note "$1 $dibs_taken: at most $dibs_jobs jobs at once, shared with all other builds of this machine"
  fi
  case ${dibs_tcp:+tcp}$dibs_flags in
    tcp*t*) ;;
    tcp*) dibs_note "no TCP for this run: the daemon could open no port; see $dibs_dir/daemon.log.0" ;;
  esac
  [ -z "$dibs_background" ] || export DIBS_NARROWED=1
  dibs_enter_run "$@"
}

dibs_request_run() {
  dibs_request run
  if [ -n "$dibs_width" ]; then
    dibs_request=$dibs_request,width=1,min=1${dibs_cap:+,max=$dibs_cap}
  else
    dibs_request=$dibs_request${dibs_cap:+,cap=$dibs_cap}
  fi
  dibs_request=$dibs_request${dibs_tcp:+,tcp=1}${dibs_weight:+,weight=$dibs_weight}${dibs_background:+,background=1}
  dibs_request_text name 100 "$dibs_name"
}
