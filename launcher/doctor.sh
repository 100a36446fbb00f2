# shellcheck shell=sh
# `dibs doctor`: tries every way in for real, says which one builds use and why, and what to install or allow. Sourced by
# control.sh with the arguments as "$@"; ends here.
#
# The user's own daemon is asked how it is. What takes slots happens in throwaway pools, so that nobody waits for it and it
# waits for nobody: trial.sh runs in one as it is, and in one with DIBS_ENDPOINT=fifo.

. "$dibs_home/launcher/grant.sh"

# dibs_find WAY STATE TEXT [MEND]: a finding. STATE is ok; degraded: builds run, but without it; untried: it can't be told.
dibs_find() {
  dibs_findings="$dibs_findings$1|$2|$3|${4-}
"
  [ "$2" != degraded ] || dibs_healthy=''
}

dibs_doctor() {
  dibs_json='' dibs_findings='' dibs_tools_found='' dibs_healthy=y dibs_endpoint=none
  for dibs_option in "$@"; do
    case $dibs_option in
      --json) dibs_json=y ;;
      -h | --help) dibs_print_help doctor ;;
      *) dibs_misuse "doctor: unknown option '$dibs_option'. See: dibs help doctor" ;;
    esac
  done
  [ "${DIBS-}" != off ] || unset DIBS
  dibs_find_directory
  dibs_try_daemon
  dibs_try_world
  dibs_try_fifo
  . "$dibs_home/launcher/doctor-memory.sh"
  dibs_look_at_memory
  dibs_try_retry
  dibs_look_at_tools
  if [ -n "$dibs_json" ]; then dibs_print_json; else dibs_print_findings; fi
  [ -n "$dibs_healthy" ]
  exit
}

# dibs_try_daemon: a conversation over the control FIFO, and what the daemon says of its files, in dibs_missing.
dibs_try_daemon() {
  dibs_missing='' dibs_mounted='' dibs_files_tried='' dibs_files_text=''
  if ! dibs_is_up; then
    . "$dibs_home/launcher/start.sh"
    dibs_start || { dibs_find daemon degraded "$dibs_why" "$dibs_mend" && return; }
  fi
  [ "$dibs_protocol" = "$dibs_speaks" ] || dibs_explain_protocol || { dibs_find daemon degraded "$dibs_why" "$dibs_mend" && return; }
  dibs_json_kept=$dibs_json dibs_json=line
  dibs_ask_status || { dibs_find daemon degraded "$dibs_why" "$dibs_mend" && dibs_json=$dibs_json_kept && return; }
  dibs_json=$dibs_json_kept
  dibs_mounted=$(dibs_field files <"$dibs_reply.out")
  dibs_missing=$(dibs_field files_missing <"$dibs_reply.out")
  rm -f "$dibs_reply.out"
  dibs_find daemon ok "pid $dibs_daemon answers over the control FIFO in $dibs_dir"
}

# dibs_field NAME: a text of a line of JSON, on standard input.
dibs_field() {
  sed -n "s/.*\"$1\":\"\\(\\([^\"\\\\]\\|\\\\.\\)*\\)\".*/\\1/p" | sed 's/\\\(.\)/\1/g'
}

# dibs_try_world: the trial in a pool of its own; leaves what builds use in dibs_endpoint.
dibs_try_world() {
  dibs_trial=$(dibs_in_world --tcp)
  if [ -z "$dibs_trial" ]; then
    dibs_find pool degraded 'a throwaway pool could not be tried' "See what this says: dibs run --private -j 2 -- true"
  fi
  dibs_take_trial
  dibs_explain_files
}

# dibs_in_world OPTION...: what trial.sh says in a throwaway pool, which does not look at memory: where there is little, one job
# at a time is right, and no sign that tokens fail.
dibs_in_world() {
  (
    unset DIBS DIBS_RUN DIBS_JOB DIBS_POOLS DIBS_NARROWED MAKEFLAGS MAKELEVEL
    export DIBS_MEMORY=off
    "$dibs_home/dibs" run --private -j 3 -q --strict "$@" -- sh "$dibs_home/launcher/trial.sh" "$dibs_home" 2>&1 </dev/null
  )
}

dibs_take_trial() {
  while IFS='|' read -r dibs_way dibs_state dibs_text; do
    case $dibs_way in
      uses) dibs_endpoint=$dibs_state ;;
      files) dibs_files_tried=$dibs_state dibs_files_text=$dibs_text ;;
      claims | locks | tokens | make | socket | tcp) dibs_find "$dibs_way" "$dibs_state" "$dibs_text" ;;
      ?*) dibs_find pool degraded "$dibs_way${dibs_state:+ $dibs_state}" ;;
    esac
  done <<TRIAL
$dibs_trial
TRIAL
}

# dibs_explain_files: why there is no file system, as the daemon says, and what only an outsider knows of it.
dibs_explain_files() {
  case ${dibs_missing:+missing}${dibs_mounted:+ok}${dibs_files_tried-} in
    ok*)
      dibs_find files ok "mounted at ${dibs_mounted:-$dibs_files_text}"
      return
      ;;
  esac
  dibs_why=${dibs_missing:-"${dibs_files_text:-the daemon could not be asked}"}
  case $dibs_why in "No file system at "*": "*) dibs_why=${dibs_why#*: } ;; esac
  dibs_mend=''
  if [ ! -e /dev/fuse ]; then
    dibs_mend='Load the module: modprobe fuse.'
    if [ -e /.dockerenv ] || [ -e /run/.containerenv ] || [ -n "${container-}" ]; then
      dibs_mend='Give the container the device: docker run --device /dev/fuse --cap-add SYS_ADMIN ..., podman run --device /dev/fuse ...'
    fi
  elif ! [ -r /dev/fuse ] || ! [ -w /dev/fuse ]; then
    dibs_mend='Only root may open it here, where other systems let everybody: chmod 666 /dev/fuse (as root).'
  elif [ "$(id -u)" != 0 ] && ! command -v fusermount3 >/dev/null; then
    dibs_mend='Debian, Ubuntu: apt install fuse3; Fedora: dnf install fuse3; Arch: pacman -S fuse3.'
  fi
  dibs_find files degraded "$dibs_why" "$dibs_mend"
}

# dibs_try_fifo: a real make on a token FIFO, also where builds use files.
dibs_try_fifo() {
  case $dibs_endpoint in fifo) return ;; esac
  dibs_trial=$(DIBS_ENDPOINT=fifo dibs_in_world | sed -n 's/^make|/fifo|/p')
  IFS='|' read -r dibs_way dibs_state dibs_text <<TRIAL
$dibs_trial
TRIAL
  dibs_find fifo "${dibs_state:-degraded}" "${dibs_text:-a throwaway pool with FIFOs could not be tried}"
}

# dibs_look_at_tools: lines of name, version, path and what it gets.
dibs_look_at_tools() {
  for dibs_x in make gmake ninja cmake ctest cargo gcc; do
    dibs_look_up "$dibs_x" || continue
    dibs_version_of "$dibs_found"
    dibs_served_how "$dibs_x"
    dibs_tools_found="$dibs_tools_found$dibs_x|$dibs_number|$dibs_found|$dibs_how
"
  done
}

dibs_version_of() {
  dibs_number=$("$1" --version 2>/dev/null </dev/null | sed -n '1s/^[^0-9]*\([0-9][0-9.]*\).*/\1/p')
  case ${1##*/} in gcc) dibs_number=$("$1" -dumpfullversion 2>/dev/null </dev/null) ;; esac
  dibs_major=${dibs_number%%.*} dibs_minor=${dibs_number#*.}
  dibs_minor=${dibs_minor%%[!0-9]*}
}

# dibs_is_at_least MAJOR MINOR
dibs_is_at_least() {
  [ "${dibs_major:-0}" -gt "$1" ] || { [ "${dibs_major:-0}" -eq "$1" ] && [ "${dibs_minor:-0}" -ge "$2" ]; }
}

# dibs_served_how TOOL: dibs_how is what it gets inside a run.
dibs_served_how() {
  case $dibs_endpoint in
    files) dibs_how='the file system' ;;
    fifo) dibs_how='a token FIFO' ;;
    *) dibs_how='nothing: no run could be tried' && return ;;
  esac
  case $1 in
    make | gmake)
      dibs_is_at_least 4 4 || dibs_how="$dibs_how, by descriptors: before 4.4 it can't open a path"
      dibs_is_at_least 4 4 || command -v bash >/dev/null || dibs_how='one job at a time: before 4.4 it needs bash here'
      ;;
    ninja)
      if ! dibs_is_at_least 1 13; then
        dibs_how='a fixed number of slots, as its -j: before 1.13 it speaks no jobserver'
      elif [ "$dibs_endpoint" = files ]; then
        dibs_how='a FIFO of its own in the file system: it takes nothing else'
      fi
      ;;
    ctest) dibs_is_at_least 3 29 || dibs_how='a fixed number of slots, as its -j: before 3.29 it speaks no jobserver' ;;
    cmake) dibs_how='what the make or ninja below it gets' ;;
  esac
}

dibs_conclude() {
  case $dibs_endpoint in
    files) dibs_text='Builds use the file system: what a killed process held is free at once.' ;;
    fifo)
      dibs_text='Builds use token FIFOs: what a killed compiler held is free when its run ends.'
      [ -n "$dibs_healthy" ] || dibs_text="$dibs_text With the file system it would be free at once."
      ;;
    *) dibs_text='Builds run without dibs.' ;;
  esac
}

dibs_print_findings() {
  dibs_conclude
  {
    while IFS='|' read -r dibs_way dibs_state dibs_line dibs_mend; do
      [ -n "$dibs_way" ] || continue
      case $dibs_way in files) dibs_way='file system' ;; fifo) dibs_way='token FIFO' ;; tcp) dibs_way=TCP ;; esac
      printf '%-9s %-12s %s\n' "$dibs_state" "$dibs_way" "$dibs_line"
      [ -z "$dibs_mend" ] || printf '%-9s %-12s %s\n' '' '' "$dibs_mend"
    done
  } <<FINDINGS
$dibs_findings
FINDINGS
  printf '\n%s\n\n' "$dibs_text"
  {
    while IFS='|' read -r dibs_x dibs_number dibs_found dibs_how; do
      [ -z "$dibs_x" ] || printf '%-6s %-9s gets %s (%s)\n' "$dibs_x" "${dibs_number:-?}" "$dibs_how" "$dibs_found"
    done
  } <<TOOLS
$dibs_tools_found
TOOLS
}

# dibs_quote_json TEXT: in dibs_value.
dibs_quote_json() {
  dibs_value=$(printf '%s' "$1" | sed 's/[\\"]/\\&/g' | tr -d '\000-\037')
  dibs_value=\"$dibs_value\"
}

# dibs_print_members NAME...: an object of the texts in the variables dibs_item_1 and so on.
dibs_print_members() {
  dibs_i=0 dibs_comma=''
  printf '%s    { ' "$dibs_between"
  for dibs_x in "$@"; do
    dibs_i=$((dibs_i + 1))
    eval "dibs_quote_json \"\$dibs_item_$dibs_i\""
    [ "$dibs_value" != '""' ] || dibs_value=null
    printf '%s"%s" : %s' "$dibs_comma" "$dibs_x" "$dibs_value"
    dibs_comma=', '
  done
  printf ' }'
  dibs_between=',
'
}

dibs_print_json() {
  dibs_conclude
  dibs_quote_json "$dibs_dir"
  printf '{\n  "version" : 1,\n  "directory" : %s,\n' "$dibs_value"
  dibs_quote_json "$dibs_text"
  printf '  "healthy" : %s,\n  "endpoint" : "%s",\n  "summary" : %s,\n  "findings" : [\n' \
    "$(if [ -n "$dibs_healthy" ]; then echo true; else echo false; fi)" "$dibs_endpoint" "$dibs_value"
  dibs_between=''
  {
    while IFS='|' read -r dibs_item_1 dibs_item_2 dibs_item_3 dibs_item_4; do
      [ -z "$dibs_item_1" ] || dibs_print_members way state text mend
    done
  } <<FINDINGS
$dibs_findings
FINDINGS
  printf '\n  ],\n  "tools" : [\n'
  dibs_between=''
  {
    while IFS='|' read -r dibs_item_1 dibs_item_2 dibs_item_3 dibs_item_4; do
      [ -z "$dibs_item_1" ] || dibs_print_members name tool_version path gets
    done
  } <<TOOLS
$dibs_tools_found
TOOLS
  printf '\n  ]\n}\n'
}

dibs_doctor "$@"
