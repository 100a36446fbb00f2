# shellcheck shell=sh
# Why the daemon could not be asked, and how to mend it. Sourced when it happened.

# dibs_reply_trouble: the reply FIFO could not be made. Tries once more, for the system's own words.
dibs_reply_trouble() {
  dibs_system_says=$(mkfifo -m 600 "$dibs_reply" 2>&1) && return
  dibs_why="no reply pipe could be made (${dibs_system_says##*: }) in $dibs_dir/r"
  dibs_mend='Is the disk full, or the directory read-only? DIBS_DIR names another one.'
  return 1
}

# dibs_is_ours: whether what DIR/daemon names are a JVM, its supervisor or its keeper. What has ended meanwhile may have
# been.
dibs_is_ours() {
  dibs_comm='' dibs_line='' dibs_keeper_line=''
  { read -r dibs_comm <"/proc/$dibs_daemon/comm"; } 2>/dev/null
  { read -r dibs_line <"/proc/${dibs_supervisor:-0}/cmdline"; } 2>/dev/null
  { read -r dibs_keeper_line <"/proc/${dibs_keeper:-0}/cmdline"; } 2>/dev/null
  case $dibs_comm,$dibs_line$dibs_keeper_line in java,* | *launcher/supervise.sh* | ,) ;; *) return 1 ;; esac
}

# dibs_silence_trouble: nobody answered. Status 0 if asking again makes sense.
dibs_silence_trouble() {
  dibs_asked=$dibs_daemon
  dibs_is_up || return 0
  [ "$dibs_daemon" = "$dibs_asked" ] || return 0
  [ -z "$dibs_waited$dibs_cut_short" ] || return 0
  if ! dibs_is_ours; then # other programs have the numbers of a daemon that was killed
    rm -f "$dibs_dir/daemon"
    return 0
  fi
  dibs_why="the daemon (pid $dibs_daemon) does not answer within 5 s"
  dibs_mend='End it with: dibs stop --force'
  return 1
}
