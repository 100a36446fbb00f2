# shellcheck shell=sh
# `dibs env`: prints what a shell evaluates, a PATH with our shims in front. Sourced by control.sh; ends here. It starts no
# daemon and, but for the first time, no program.

. "$dibs_home/launcher/grant.sh"
. "$dibs_home/launcher/shims.sh"

dibs_build_tools='make gmake ninja ninja-build cmake ctest cargo'

# What dibs itself calls on the way to a command: a shim for it would call itself.
dibs_own_tools=' dibs sh dash bash ash busybox env mkfifo sleep rm cat mkdir mktemp mv chmod id sed tail cut tr head find readlink setsid '

dibs_env_options() {
  dibs_shell='' dibs_with='' dibs_with_compilers=''
  while [ $# -gt 0 ]; do
    dibs_option=$1
    case $1 in
      --shell | --with)
        [ $# -ge 2 ] || dibs_misuse "env: $1 wants a value. See: dibs help env"
        dibs_value=$2
        shift
        ;;
      --shell=* | --with=*) dibs_option=${1%%=*} dibs_value=${1#*=} ;;
      --compilers) dibs_with_compilers=y ;;
      -h | --help) dibs_print_help env ;;
      *) dibs_misuse "env: unknown option '$1'. See: dibs help env" ;;
    esac
    case $dibs_option in
      --shell) dibs_shell=$dibs_value ;;
      --with) dibs_with=$dibs_with,$dibs_value ;;
    esac
    shift
  done
}

# dibs_know_shell NAME: dibs_syntax is the kind of shell that it is; status 1 if it is none.
dibs_know_shell() {
  case $1 in
    sh | zsh | dash | ash | busybox | ksh | ksh93 | mksh | lksh | yash) dibs_syntax=posix ;;
    bash | fish) dibs_syntax=$1 ;;
    csh | tcsh | nu | elvish | xonsh | pwsh | rc | es)
      dibs_misuse "env: nothing is printed for $1; there are sh, bash, zsh, fish. There, type: dibs run -- make ..."
      ;;
    *) return 1 ;;
  esac
}

# dibs_find_shell: the one that called us, by the kernel's name for our parent, which is that of a script if it runs one.
dibs_find_shell() {
  case $dibs_shell in
    sh | bash | zsh | fish) dibs_know_shell "$dibs_shell" && return ;;
    ?*)
      dibs_know_shell "$dibs_shell" >/dev/null
      dibs_misuse "env: --shell '$dibs_shell' is unknown; there are sh, bash, zsh, fish. See: dibs help env"
      ;;
  esac
  dibs_comm=''
  { read -r dibs_comm <"/proc/$PPID/comm"; } 2>/dev/null
  ! dibs_know_shell "$dibs_comm" || return 0
  dibs_x=$(readlink "/proc/$PPID/exe" 2>/dev/null)
  ! dibs_know_shell "${dibs_x##*/}" || return 0
  dibs_x=${SHELL-}
  dibs_know_shell "${dibs_x##*/}" || dibs_misuse "env: which shell is this? Add --shell sh, bash, zsh or fish."
}

# dibs_split_path: the PATH without what an earlier `dibs env` put there, in dibs_path.
dibs_split_path() {
  dibs_rest=${PATH-/usr/bin:/bin}:
  dibs_path=''
  while [ -n "$dibs_rest" ]; do
    dibs_entry=${dibs_rest%%:*}
    dibs_rest=${dibs_rest#*:}
    case $dibs_entry in
      */shims/env-* | */shims/with-*) ! dibs_is_env_folder "$dibs_entry" || continue ;;
    esac
    dibs_path=$dibs_path:$dibs_entry
  done
  dibs_path=${dibs_path#:}
}

# dibs_is_env_folder FOLDER: ours, or gone: then its entry has no use.
dibs_is_env_folder() {
  [ -d "$1" ] || return 0
  set +f
  for dibs_x in "$1"/*; do
    [ -f "$dibs_x" ] && dibs_is_shim "$dibs_x"
    return
  done
}

# dibs_select_tools: those that the PATH finds, as words: the build tools in dibs_found_tools, of --with in dibs_with_tools.
dibs_select_tools() {
  dibs_found_tools='' dibs_with_tools='' dibs_count=0
  for dibs_name in $dibs_build_tools; do
    ! dibs_look_up "$dibs_name" || dibs_found_tools="$dibs_found_tools $dibs_name"
  done
  IFS=,
  set -f
  # shellcheck disable=SC2086 # names between commas
  set -- $dibs_with
  set +f
  unset IFS
  for dibs_name in "$@"; do
    [ -z "$dibs_name" ] || dibs_select_with "$dibs_name"
  done
}

dibs_select_with() {
  case $1 in
    *[!A-Za-z0-9._+-]* | [!A-Za-z0-9_]* | ?????????????????????????????????????????????????????????????????*)
      dibs_misuse "env: --with '$1' can't be a tool's name: up to 64 of A-Z a-z 0-9 . _ + -. Name it as it is typed."
      ;;
  esac
  case "$dibs_own_tools" in
    *" $1 "*) dibs_misuse "env: --with $1: dibs itself needs $1, so it can't stand before it. Name the tool that builds." ;;
  esac
  case " $dibs_build_tools $dibs_with_tools " in *" $1 "*) return ;; esac
  dibs_count=$((dibs_count + 1))
  [ $dibs_count -le 50 ] || dibs_misuse 'env: --with takes 50 tools at most. Name fewer.'
  if dibs_look_up "$1"; then
    dibs_with_tools="$dibs_with_tools $1"
  else
    printf "dibs: env: --with %s: it is not on the PATH, so it is left out. Once it is there, call dibs env again.\n" "$1" >&2
  fi
}

dibs_print_posix() {
  dibs_quote "$dibs_path"
  printf 'export PATH=%s\n' "$dibs_quoted"
}

# dibs_print_fish: a list, in which an empty entry, the folder that one is in, needs a name.
dibs_print_fish() {
  printf 'set -gx PATH'
  dibs_tail=$dibs_path:
  while [ -n "$dibs_tail" ]; do
    dibs_entry=${dibs_tail%%:*}
    dibs_tail=${dibs_tail#*:}
    dibs_replace "${dibs_entry:-.}" '\' '\\'
    dibs_replace "$dibs_value" "'" "\\'"
    printf " '%s'" "$dibs_value"
  done
  printf '\n'
}

dibs_env() {
  dibs_env_options "$@"
  dibs_find_shell
  case $dibs_home in /*) ;; *) dibs_home=$(CDPATH='' cd -- "$dibs_home" && pwd) ;; esac
  dibs_find_shim_root
  dibs_select_tools
  dibs_split_path
  if [ -n "$dibs_with_compilers" ]; then
    dibs_find_compilers
    dibs_path=${dibs_folder:+$dibs_folder:}$dibs_path
  fi
  dibs_shim_folder with "$dibs_with_tools"
  dibs_path=${dibs_folder:+$dibs_folder:}$dibs_path
  dibs_shim_folder env "$dibs_found_tools"
  dibs_path=${dibs_folder:+$dibs_folder:}$dibs_path
  case $dibs_syntax in
    fish) dibs_print_fish ;;
    *) dibs_print_posix ;;
  esac
  # Else it remembers where a command was and, alone among shells, gives up when that is gone.
  [ "$dibs_syntax" != bash ] || printf 'shopt -s checkhash\n'
  exit 0
}

dibs_env "$@"
