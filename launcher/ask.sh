# shellcheck shell=sh
# Asking the daemon, as docs/control.md has it. Sourced by dibs and by the tool shims, on the way to every command: what
# is needed only when slots are not granted at once lies in converse.sh, for reading a function costs time too.

dibs_speaks=1

# dibs_quiet: '' says all; waits: only why it waits; y: only what went wrong.
dibs_note() {
  [ -n "$dibs_quiet" ] || printf 'dibs: %s\n' "$1" >&2
}

# dibs_default_directory: /run/user/UID/dibs or /tmp/dibs-UID. The user's number is read from /proc by builtins alone.
dibs_default_directory() {
  dibs_uid=''
  {
    while read -r dibs_key dibs_x dibs_uid dibs_x; do
      [ "$dibs_key" != Uid: ] || break
    done </proc/self/status
  } 2>/dev/null
  [ -n "$dibs_uid" ] || dibs_uid=$(id -u)
  dibs_dir=/run/user/$dibs_uid
  if [ -d "$dibs_dir" ] && [ -O "$dibs_dir" ]; then
    dibs_dir=$dibs_dir/dibs
  else
    dibs_dir=/tmp/dibs-$dibs_uid
  fi
}

dibs_find_directory() {
  dibs_dir=${DIBS-}
  case $dibs_dir in '' | off) dibs_dir=${DIBS_DIR-} ;; esac
  case $dibs_dir in
    '') dibs_default_directory ;;
    /*) ;;
    *) dibs_dir=$PWD/$dibs_dir ;;
  esac
}

# dibs_read_announcement: who serves the directory, in dibs_daemon and so on; status 1 if nobody does. dibs_files is fs if
# the daemon serves its file system.
dibs_read_announcement() {
  dibs_daemon='' dibs_protocol='' dibs_daemon_version='' dibs_supervisor='' dibs_keeper='' dibs_files=''
  {
    read -r dibs_daemon dibs_protocol dibs_daemon_version dibs_supervisor dibs_keeper dibs_files <"$dibs_dir/daemon"
  } 2>/dev/null
  case $dibs_daemon in '' | *[!0-9]*) return 1 ;; esac
}

# dibs_lives PID: whether a process of ours runs. A zombie, which kill -0 takes for one, has no program any more.
dibs_lives() {
  [ -e "/proc/$1/exe" ]
}

# dibs_find_jobs: the jobs that live and have us below them. Leaves dibs_covered if there is one, those with slots of
# other pools in dibs_jobs_around, as in DIBS_POOLS, the last one's pool in dibs_after, and dibs_has_pool if one has slots
# of dibs_pool.
dibs_find_jobs() {
  dibs_covered='' dibs_jobs_around='' dibs_after='' dibs_has_pool=''
  case ${DIBS_JOB-} in
    '' | *[!0-9]*) ;;
    *) ! dibs_lives "$DIBS_JOB" || dibs_covered=y ;;
  esac
  [ -z "${DIBS_POOLS-}" ] || . "$dibs_home/launcher/around.sh"
}

# dibs_request VERB: begins dibs_request, fields with commas between. Its texts are not in it: dibs_formats are their
# fields for printf, which cuts them, and dibs_names the same as they stand in a file's name.
dibs_request() {
  dibs_request=$1,$dibs_speaks,pid=$$ dibs_formats='' dibs_names='' dibs_text_1='' dibs_text_2=''
  case ${DIBS_RUN-} in
    '' | *[!0-9A-Za-z_.-]* | ?????????????????????????????????*) ;;
    *) [ -n "${dibs_private-}" ] || dibs_request=$dibs_request,within=$DIBS_RUN ;;
  esac
  [ -z "${dibs_wait-}" ] || dibs_request=$dibs_request,wait=$dibs_wait
}

# dibs_request_text KEY BYTES TEXT: adds a text, if it is one.
dibs_request_text() {
  [ -z "$3" ] || . "$dibs_home/launcher/text.sh"
}

# dibs_obtain COMMAND...: returns when slots are granted, as dibs_seek does. In all other cases it ends here: with an exit
# status, or with the command run without dibs.
dibs_obtain() {
  dibs_seek "$@" || dibs_do_without "$@"
}

# dibs_seek [COMMAND...]: asks until slots are granted; the grant is in dibs_id, dibs_granted and so on. Status 1 if there is
# none to be had: the refusal is in dibs_answer, or dibs_why and dibs_mend say why. Where dibs_next is a function, the wait
# may end in another shell, which calls that with the command (move.sh).
dibs_seek() {
  dibs_find_directory
  dibs_reply=$dibs_dir/r/$$ dibs_answer='' dibs_again=''
  ! dibs_seek_at_once || return 0
  dibs_answer=''
  . "$dibs_home/launcher/converse.sh"
  dibs_seek_patiently "$@"
}

# dibs_seek_at_once: asks by opening a file of the daemon's, whose name is the request and which holds the answer: no
# program is started for it. Status 1 if nothing is granted that way. A claim that was granted although we could not read
# so is found again by dibs_again.
dibs_seek_at_once() {
  dibs_read_announcement && [ "$dibs_files" = fs ] && [ -O "$dibs_dir" ] || return
  [ "$dibs_protocol" = "$dibs_speaks" ] && [ $((${#dibs_request} + ${#dibs_names})) -le 255 ] || return
  case $dibs_names in -*) return 1 ;; esac
  { command . "$dibs_dir/fs/ask/$dibs_request$dibs_names"; } 2>/dev/null
  case $dibs_answer in
    [gl]\ *) dibs_parse_grant ;;
    '') dibs_again=y && return 1 ;;
    *) return 1 ;;
  esac
}
