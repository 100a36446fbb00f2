# shellcheck shell=sh
# A question that only a daemon can answer: one is started if there is none. Sourced by pool.sh and history.sh.

# dibs_insist FUNCTION: asks what FUNCTION, called for every attempt, leaves in dibs_request; prints the answer, and ends
# with its status.
dibs_insist() {
  [ "${DIBS-}" != off ] || unset DIBS
  dibs_find_directory
  dibs_attempts=0
  while [ $dibs_attempts -lt 4 ]; do
    dibs_attempts=$((dibs_attempts + 1))
    if ! dibs_is_up; then
      . "$dibs_home/launcher/start.sh"
      dibs_start || dibs_misuse "$dibs_why. $dibs_mend"
    fi
    [ "$dibs_protocol" = "$dibs_speaks" ] || dibs_explain_protocol || dibs_misuse "$dibs_why. $dibs_mend"
    "$1"
    if dibs_control_ask; then
      dibs_print_answer
      exit "${dibs_answer#o }"
    fi
    [ "$dibs_answer" = a ] || ! dibs_is_up ||
      dibs_misuse "the daemon (pid $dibs_daemon) does not answer. End it with: dibs stop --force"
  done
  dibs_misuse "the daemon came and went several times. See $dibs_dir/daemon.log.0"
}
