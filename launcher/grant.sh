# shellcheck shell=sh
# From the grant to the command: finding it, its environment, exec. Sourced by dibs and by the tool shims.

# dibs_look_up NAME: its path in dibs_found, as exec would find it, but never one of our shims. Else status 127, or 126
# if it is there and can't be executed. By builtins alone.
dibs_look_up() {
  dibs_found=$1
  case $1 in
    */*)
      [ -e "$1" ] || return 127
      [ -f "$1" ] && [ -x "$1" ] || return 126
      return 0
      ;;
    '') return 127 ;;
  esac
  dibs_status=127
  dibs_rest=${PATH-/usr/bin:/bin}:
  while [ -n "$dibs_rest" ]; do
    dibs_found=${dibs_rest%%:*}
    dibs_rest=${dibs_rest#*:}
    dibs_found=${dibs_found:-.}/$1
    [ -f "$dibs_found" ] || continue
    if [ ! -x "$dibs_found" ]; then
      dibs_status=126
      continue
    fi
    case $dibs_found in */shims/*) ! dibs_is_shim "$dibs_found" || continue ;; esac
    return 0
  done
  dibs_found=''
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
  case $1 in
    -*) exec -- "$@" ;;
    *) exec "$@" ;;
  esac
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

# dibs_enter_job COMMAND...: the granted job's environment, then the command.
dibs_enter_job() {
  export DIBS="$dibs_dir" DIBS_JOB="$$" DIBS_SLOTS="$dibs_granted"
  dibs_with_dropped_names "$@"
}

# dibs_with_dropped_names COMMAND...: becomes the command, with the names that this shell drops from the environment
# (a.b, functions that bash exported), if the daemon saw any.
dibs_with_dropped_names() {
  case $dibs_flags in
    *e*) [ ! -f "$dibs_reply.env" ] || . "$dibs_home/launcher/names.sh" ;;
  esac
  dibs_exec "$@"
}
