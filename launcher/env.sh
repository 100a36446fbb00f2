# shellcheck shell=sh
# `dibs env`: prints what a shell evaluates, a PATH with our shims in front. Sourced by control.sh; ends here. It starts no
# daemon and, but for the first time, no program.
#
# The shims lie in two folders below .../dibs/shims: env-TOOLS-HASH for the build tools that the PATH finds, and
# with-TOOLS-HASH for those named by --with, which stay on the PATH inside a run. Each is made aside and renamed, so that
# nobody sees half of it, and never changed: other tools, another place or version of dibs make another HASH.

. "$dibs_home/launcher/grant.sh"

dibs_build_tools='make gmake ninja ninja-build cmake ctest cargo'

# What dibs itself calls on the way to a command: a shim for it would call itself.
dibs_own_tools=' dibs sh dash bash ash busybox env mkfifo sleep rm cat mkdir mktemp mv chmod id sed tail cut tr head find readlink setsid '

dibs_env_options() {
  dibs_shell='' dibs_with=''
  while [ $# -gt 0 ]; do
    dibs_option=$1
    case $1 in
      --shell | --with)
        [ $# -ge 2 ] || dibs_misuse "env: $1 wants a value. See: dibs help env"
        dibs_value=$2
        shift
        ;;
      --shell=* | --with=*) dibs_option=${1%%=*} dibs_value=${1#*=} ;;
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

# dibs_find_shim_root: where the daemon lays its shims too (Main.shims): they must outlive it, so not with its files, if
# this is not a private world.
dibs_find_shim_root() {
  dibs_find_directory
  dibs_shim_root=$dibs_dir/shims
  dibs_default_directory
  [ "$dibs_shim_root" = "$dibs_dir/shims" ] || return 0
  case ${XDG_STATE_HOME-} in
    /*) dibs_shim_root=$XDG_STATE_HOME/dibs/shims ;;
    *) case ${HOME-} in /*) dibs_shim_root=$HOME/.local/state/dibs/shims ;; esac ;;
  esac
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

# dibs_hash TEXT: a number of 31 bits in dibs_value, by builtins alone.
dibs_hash() {
  dibs_value=7
  dibs_rest=$1
  dibs_alphabet=' !"#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~'
  while [ -n "$dibs_rest" ]; do
    dibs_x=${dibs_rest%"${dibs_rest#?}"}
    dibs_rest=${dibs_rest#?}
    dibs_x=${dibs_alphabet%%"$dibs_x"*}
    dibs_value=$(((dibs_value * 131 + ${#dibs_x}) % 2147483647))
  done
}

# dibs_shim_folder KIND TOOLS: the folder with these shims in dibs_folder, made if need be; '' if there are no tools.
dibs_shim_folder() {
  dibs_folder=''
  [ -n "$2" ] || return 0
  dibs_names=${2# }
  dibs_hash "$dibs_version $dibs_home $dibs_names"
  dibs_folder=''
  for dibs_name in $dibs_names; do
    [ ${#dibs_folder} -gt 99 ] || dibs_folder=$dibs_folder+$dibs_name
  done
  dibs_folder=$dibs_shim_root/$1-${dibs_folder#+}-$dibs_value
  [ -d "$dibs_folder" ] || dibs_make_shims "$1" "$dibs_names"
}

# dibs_make_shims KIND TOOLS: in dibs_folder. Of several at once one wins the race to rename; what the others made then lies
# in the winner's folder, or is still aside, and is removed.
dibs_make_shims() {
  dibs_aside=$dibs_shim_root/.new.$$
  dibs_system_says=$({ umask 077 && mkdir -p "$dibs_shim_root" && umask 022 && mkdir "$dibs_aside"; } 2>&1) || dibs_no_shims
  dibs_files=''
  for dibs_name in $2; do
    dibs_files="$dibs_files $dibs_name"
    dibs_write_shim "$1" "$dibs_name" 2>/dev/null >"$dibs_aside/$dibs_name" || dibs_system_says='it could not be written'
  done
  dibs_x=$(
    # shellcheck disable=SC2086 # words
    { cd "$dibs_aside" && chmod 755 $dibs_files && mv "$dibs_aside" "$dibs_folder"; } 2>&1
  ) || dibs_system_says=$dibs_x
  rm -rf "$dibs_aside" "$dibs_folder/.new.$$"
  [ -z "$dibs_system_says" ] && [ -d "$dibs_folder" ] || dibs_no_shims
}

dibs_no_shims() {
  dibs_misuse "env: no shims could be made in $dibs_shim_root (${dibs_system_says##*: }). Is the disk full, or the place \
not yours? DIBS_DIR if it is set, else XDG_STATE_HOME, names another one."
}

# dibs_write_shim KIND TOOL: the text of a shim. It outlives dibs, and then becomes the tool all the same.
dibs_write_shim() {
  dibs_quote "$dibs_home"
  case $1 in env) dibs_x=env ;; *) dibs_x=slots ;; esac
  cat <<S
#!/bin/sh
dibs_tool=$2 dibs_shim=$dibs_x dibs_home=$dibs_quoted
if [ -f "\$dibs_home/launcher/shim.sh" ]; then . "\$dibs_home/launcher/shim.sh"; fi

# dibs is gone from there: the next file on the PATH that is no such shim.
set -f
IFS=:
for dibs_x in \$PATH; do
  case \$dibs_x in */shims/env-* | */shims/with-*) continue ;; esac
  dibs_x=\${dibs_x:-.}/$2
  if [ -f "\$dibs_x" ] && [ -x "\$dibs_x" ] && ! [ "\$dibs_x" -ef "\$0" ]; then
    unset IFS
    exec "\$dibs_x" "\$@"
  fi
done
echo "$2: not found" >&2
exit 127
S
}

# dibs_replace TEXT CHARACTER BY: in dibs_value.
dibs_replace() {
  dibs_value='' dibs_rest=$1
  while :; do
    case $dibs_rest in
      *"$2"*) dibs_value=$dibs_value${dibs_rest%%"$2"*}$3 dibs_rest=${dibs_rest#*"$2"} ;;
      *) break ;;
    esac
  done
  dibs_value=$dibs_value$dibs_rest
}

# dibs_quote TEXT: for sh, bash and zsh, in dibs_quoted.
dibs_quote() {
  dibs_replace "$1" "'" "'\\''"
  dibs_quoted="'$dibs_value'"
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
