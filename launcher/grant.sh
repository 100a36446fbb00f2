# shellcheck shell=sh
# From the grant to the command: finding it, its environment, exec. Sourced by dibs and by the tool shims.

# dibs_look_up NAME [BEHIND]: its path in dibs_found, as exec would find it, but never one of our shims, and BEHIND that
# file if it is given. Else status 127, or 126 if it is there and can't be executed. dibs_passed is y if a shim was passed.
# By builtins alone.
#
# Shims lie in .../shims/SET. One that was called by another path, through a link or as a copy, doubts every file: without
# that two of them could find each other for ever.
dibs_look_up() {
  dibs_found=$1 dibs_passed='' dibs_behind=${2-}
  case $1 in
    */*)
      [ -e "$1" ] || return 127
      [ -f "$1" ] && [ -x "$1" ] || return 126
      return 0
      ;;
    '') return 127 ;;
  esac
  dibs_status=127
  dibs_rest=${dibs_search_path-${PATH-/usr/bin:/bin}}:
  while [ -n "$dibs_rest" ]; do
    dibs_found=${dibs_rest%%:*}
    dibs_rest=${dibs_rest#*:}
    dibs_found=${dibs_found:-.}/$1
    [ -f "$dibs_found" ] || continue
    if [ -n "$dibs_behind" ]; then
      [ "$dibs_found" != "$dibs_behind" ] || dibs_behind=''
      continue
    fi
    if [ ! -x "$dibs_found" ]; then
      dibs_status=126
      continue
    fi
    case ${dibs_doubt-}$dibs_found in
      y* | */shims/*)
        if dibs_is_shim "$dibs_found"; then
          dibs_passed=y
          continue
        fi
        ;;
    esac
    return 0
  done
  dibs_found=''
  return $dibs_status
}

# dibs_look_for NAME: its path in dibs_value; what dibs_look_up found before stays.
dibs_look_for() {
  dibs_kept_found=$dibs_found dibs_kept_passed=$dibs_passed
  dibs_look_up "$1"
  dibs_status=$?
  dibs_value=$dibs_found dibs_found=$dibs_kept_found dibs_passed=$dibs_kept_passed
  return $dibs_status
}

dibs_is_shim() {
  dibs_line=''
  { read -r dibs_line && read -r dibs_line; } <"$1"
  case $dibs_line in dibs_tool=*) return 0 ;; esac
  return 1
}

dibs_cannot_run() {
  if [ "$2" = 126 ]; then
    printf "dibs: '%s' can't be executed: it is a folder or has no permission to. Is it the right one?\n" "$1" >&2
  else
    printf "dibs: '%s' was not found. Is it installed, and on the PATH?\n" "$1" >&2
  fi
  exit "$2"
}

# dibs_exec COMMAND...: becomes the command.
dibs_exec() {
  if [ -z "${HOME+set}" ] || [ "${BASH_VERSION+bash}${SHLVL-}" = bash1 ]; then . "$dibs_home/launcher/bare.sh"; fi
  case $dibs_options_of_shell in *e*) set -e ;; esac
  [ -z "${dibs_reset-}" ] || set -- "$dibs_reset" --default-signal="$dibs_default" -- "$@"
  case $1 in
    -*) exec -- "$@" ;;
    *) exec "$@" ;;
  esac
}

# dibs_as_typed COMMAND...: becomes the command as if there were no dibs, but past the shims, which would begin anew.
# make hands the name that it was called by to recipes, and only bash can give it another one than its file's.
dibs_as_typed() {
  [ -n "$dibs_passed" ] || dibs_exec "$@"
  case ${dibs_quick-}$1 in
    make | gmake)
      . "$dibs_home/launcher/environment.sh"
      . "$dibs_home/launcher/inside.sh"
      dibs_become_named "$@"
      ;;
  esac
  shift
  dibs_exec "$dibs_found" "$@"
}

# dibs_parse_grant: takes "g ID SLOTS FLAGS JOBS SHIMS" apart; status 1 if that is not what the answer is.
dibs_parse_grant() {
  case $dibs_answer in 'g '*' '*' '*' '*' '*) ;; *) return 1 ;; esac
  dibs_rest=${dibs_answer#g }
  dibs_id=${dibs_rest%% *} dibs_rest=${dibs_rest#* }
  dibs_granted=${dibs_rest%% *} dibs_rest=${dibs_rest#* }
  dibs_flags=${dibs_rest%% *} dibs_rest=${dibs_rest#* }
  dibs_jobs=${dibs_rest%% *} dibs_shims=${dibs_rest#* }
  case $dibs_id in '' | *[!0-9A-Za-z_.-]*) return 1 ;; esac
  case $dibs_granted$dibs_jobs in '' | *[!0-9]*) return 1 ;; esac
}

# dibs_enter_job COMMAND...: the granted job's environment, then the command. To the pool cpu a job of another pool is
# one job, unless it is part of one already.
dibs_enter_job() {
  export DIBS="$dibs_dir"
  dibs_set_files
  if [ -n "$dibs_pool" ]; then
    export DIBS_POOLS="${dibs_jobs_around:+$dibs_jobs_around }$dibs_pool:$$:$dibs_granted"
    dibs_granted=1
  fi
  [ -n "$dibs_covered" ] || export DIBS_JOB="$$" DIBS_SLOTS="$dibs_granted"
  dibs_with_dropped_names "$@"
}

# dibs_set_files: where the daemon's file system is, if it serves one.
dibs_set_files() {
  if [ "$dibs_files" = fs ]; then export DIBS_FS="$dibs_dir/fs"; else unset DIBS_FS; fi
}

# dibs_with_dropped_names COMMAND...: becomes the command, with the names that this shell drops from the environment
# (a.b, functions that bash exported), if the daemon saw any.
dibs_with_dropped_names() {
  case $dibs_flags in
    *e*) [ ! -f "$dibs_reply.env" ] || . "$dibs_home/launcher/names.sh" ;;
  esac
  dibs_exec "$@"
}
