# shellcheck shell=sh
# The folders of shims that `dibs env` puts on the PATH. Sourced by env.sh, and by environment.sh for DIBS_COMPILERS.
#
# They lie below .../dibs/shims: env-TOOLS-HASH for the build tools that the PATH finds; with-TOOLS-HASH for those named by
# --with and with-compilers-TOOLS-HASH for compilers, which stay on the PATH inside a run. Each is made aside and renamed,
# so that nobody sees half of it, and never changed: other tools, another place or version of dibs make another HASH.

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
  dibs_hash "$1 $dibs_version $dibs_home $dibs_names"
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
  case $1 in with-compilers) dibs_find_reset ;; esac
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
  case $1 in
    env) dibs_x="dibs_shim=env" dibs_file=shim.sh ;;
    with) dibs_x="dibs_shim=slots" dibs_file=shim.sh ;;
    *) dibs_x="dibs_reset=$dibs_reset" dibs_file=compiler.sh ;;
  esac
  cat <<S
#!/bin/sh
dibs_tool=$2 $dibs_x dibs_home=$dibs_quoted
if [ -f "\$dibs_home/launcher/$dibs_file" ]; then . "\$dibs_home/launcher/$dibs_file"; fi

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

# dibs_find_compilers: the folder of shims for the compilers that the PATH finds, in dibs_folder; '' if it finds none.
dibs_find_compilers() {
  . "$dibs_home/launcher/compilers.sh"
  dibs_kept=$dibs_found dibs_kept_passed=$dibs_passed
  dibs_found_compilers=''
  for dibs_name_of_tool in $dibs_compilers; do
    ! dibs_look_up "$dibs_name_of_tool" || dibs_found_compilers="$dibs_found_compilers $dibs_name_of_tool"
  done
  dibs_found=$dibs_kept dibs_passed=$dibs_kept_passed
  dibs_shim_folder with-compilers "$dibs_found_compilers"
}

# dibs_find_reset: an env that lets go of ignored signals, as retry.sh needs it, in dibs_reset.
dibs_find_reset() {
  dibs_reset=''
  ! dibs_look_for env || ! LC_ALL=C "$dibs_value" --default-signal=INT >/dev/null 2>&1 || dibs_reset=$dibs_value
  case $dibs_reset in *[!0-9A-Za-z/_.+-]*) dibs_reset='' ;; esac
}

# dibs_add_compilers: for a run with DIBS_COMPILERS: they come first on its PATH. Without them it is a run all the same.
dibs_add_compilers() {
  case ${PATH-} in */shims/with-compilers-*) return ;; esac
  dibs_kept_directory=$dibs_dir dibs_kept_home=$dibs_home dibs_kept_granted=$dibs_granted
  case $dibs_home in /*) ;; *) dibs_home=$(CDPATH='' cd -- "$dibs_home" && pwd) ;; esac
  dibs_find_shim_root
  dibs_folder=''
  # Misuse ends the subshell only.
  (dibs_find_compilers) && dibs_find_compilers
  dibs_dir=$dibs_kept_directory dibs_home=$dibs_kept_home dibs_granted=$dibs_kept_granted
  [ -z "$dibs_folder" ] || export PATH="$dibs_folder:${PATH-/usr/bin:/bin}"
}
