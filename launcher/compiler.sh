# shellcheck shell=sh
# What stands on the PATH under the names of compilers and linkers: a few lines of sh that set dibs_tool, dibs_home and
# dibs_reset, and source this file. Each call becomes `dibs job --retry` around the real tool.
#
# Whatever a compiler starts (as, ld, a rustc's cc) is part of its job, so it finds no such shims: their folder is taken off
# its PATH. Then ccache too finds the compiler itself, by whose size and time it knows it.
#
# Nobody is asked below a job, for what builds nothing, and where no daemon runs: to start one is for the tool that builds.
# And nothing is said, for configure scripts read what a compiler says; but that a job is run again.

dibs_options_of_shell=$-
set +e
. "$dibs_home/launcher/grant.sh"

dibs_quiet='' dibs_strict='' dibs_kind='' dibs_target='' dibs_wait='' dibs_pool='' dibs_slots='' dibs_mem='' dibs_covered='' dibs_attempt=''
dibs_timeout_status=75

# dibs_leave_folder FOLDER: off the PATH.
dibs_leave_folder() {
  dibs_rest=$PATH:
  dibs_path=''
  while [ -n "$dibs_rest" ]; do
    [ "${dibs_rest%%:*}" = "$1" ] || dibs_path=$dibs_path:${dibs_rest%%:*}
    dibs_rest=${dibs_rest#*:}
  done
  PATH=${dibs_path#:}
}

# dibs_find_real TOOL: in dibs_found.
dibs_find_real() {
  case $0 in
    */shims/*) dibs_doubt='' ;;
    *) dibs_doubt=y ;;
  esac
  [ -n "${PATH-}" ] || dibs_search_path=/usr/local/bin:/usr/bin:/bin
  dibs_look_up "$1"
}

# dibs_compile ARGUMENT...: returns if nobody is to be asked.
dibs_compile() {
  [ "${DIBS-}" != off ] || return
  . "$dibs_home/launcher/ask.sh"
  dibs_find_jobs
  [ -z "$dibs_covered" ] || return
  dibs_find_directory
  dibs_read_announcement && dibs_lives "$dibs_daemon" || return
  . "$dibs_home/launcher/compilers.sh"
  dibs_plan_compiler "$dibs_tool" "$@"
  [ -z "$dibs_quick" ] || return
  . "$dibs_home/launcher/job.sh"
  if [ -n "$dibs_reset" ]; then
    . "$dibs_home/launcher/retry.sh"
    ! dibs_find_digit || dibs_repeat dibs_obtain_compiler dibs_enter_job "$dibs_found" "$@"
  fi
  dibs_obtain_compiler "$dibs_found" "$@"
  dibs_reset=''
  dibs_enter_job "$dibs_found" "$@"
}

# dibs_obtain_compiler COMMAND...: if there are no slots to be had, here it becomes the compiler without.
dibs_obtain_compiler() {
  dibs_quiet=y
  dibs_request_job
  dibs_seek || dibs_compile_without "$@"
  dibs_quiet=''
}

dibs_compile_without() {
  [ ! -p "$dibs_reply" ] || PATH="${PATH-}:/usr/bin:/bin" rm -f "$dibs_reply"
  dibs_reset=''
  dibs_exec "$@"
}

dibs_find_real "$dibs_tool" || dibs_cannot_run "$dibs_tool" $?
dibs_default=''
case $0 in */*) dibs_leave_folder "${0%/*}" ;; esac
dibs_compile "$@"
dibs_reset=''
dibs_exec "$dibs_found" "$@"
