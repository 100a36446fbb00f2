# shellcheck shell=sh
# A job from its options, in variables, to the command. Sourced by dibs and by the shims of compilers.

# dibs_request_job: the job's request. dibs_attempt is which attempt this is of a command that may be run again, else empty.
dibs_request_job() {
  dibs_request job
  dibs_request=$dibs_request${dibs_pool:+,pool=$dibs_pool${dibs_after:+,after=$dibs_after}}
  [ -z "$dibs_slots" ] || dibs_request=$dibs_request,min=$dibs_least,max=$dibs_most
  dibs_request=$dibs_request${dibs_mem:+,mem=$dibs_mem}${dibs_attempt:+,retry=1}
  [ "${dibs_attempt:-1}" = 1 ] || dibs_request=$dibs_request,attempt=$dibs_attempt
  dibs_request_text kind 60 "$dibs_kind"
  dibs_request_text target 140 "$dibs_target"
}

# dibs_obtain_job COMMAND...: returns when its slots are granted.
dibs_obtain_job() {
  dibs_request_job
  dibs_obtain "$@"
  [ -z "$dibs_slots" ] || dibs_tell_slots "$1"
}

# dibs_become_job COMMAND...: from the grant to the command.
dibs_become_job() {
  [ -z "$dibs_slots" ] || dibs_fill_slots "$dibs_granted" dibs_enter_job "$@"
  dibs_enter_job "$@"
}
