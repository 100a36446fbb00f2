# shellcheck shell=sh
# The environment of a run and of the build tool at hand, and the step into the command. Sourced by run.sh and shim.sh.
# What not every run needs lies in inside.sh.
#
# dibs_tool is what the command is: '' or make, ninja, cmake (with make below it), ctest, cargo. dibs_serial: it was given
# -j1 and stays serial. dibs_width: it can't share slots. dibs_drop, dibs_insert: see tools.sh.

# dibs_is_tool NAME: whether shims stand for it.
dibs_is_tool() {
  case ${1##*/} in
    make | gmake | ninja | ninja-build | cmake | ctest | cargo) ;;
    *) return 1 ;;
  esac
}

# dibs_enter_run COMMAND...: the granted run's environment, then the command.
dibs_enter_run() {
  dibs_set_files
  case $dibs_flags in *[mt]*) . "$dibs_home/launcher/inside.sh" ;; esac
  case $dibs_flags in
    *t*) dibs_set_tcp ;;
    *m*) ;;
    *) unset DIBS_TCP ;;
  esac
  case $dibs_flags in *m*) dibs_enter_member "$@" ;; esac
  dibs_set_run
  dibs_set_makeflags
  dibs_become_tool "$@"
}

# dibs_set_run: all but MAKEFLAGS, which depends on the tool.
dibs_set_run() {
  unset DIBS_JOB DIBS_POOLS DIBS_FIFO DIBS_FDS DIBS_MAKELEVEL CMAKE_BUILD_PARALLEL_LEVEL CARGO_BUILD_JOBS CARGO_MAKEFLAGS
  export DIBS="$dibs_dir" DIBS_RUN="$dibs_id" DIBS_SLOTS="$dibs_granted"
  [ -z "${MAKELEVEL-}" ] || export DIBS_MAKELEVEL="$MAKELEVEL"
  case ${PATH-} in */shims/*) . "$dibs_home/launcher/inside.sh" && dibs_leave_shims ;; esac
  if [ "${DIBS_COMPILERS-}" = 1 ]; then . "$dibs_home/launcher/shims.sh" && dibs_add_compilers; fi
  [ "$dibs_shims" = - ] || export PATH="$dibs_shims:${PATH-/usr/bin:/bin}"
  dibs_life=$dibs_dir/runs/$dibs_id/life
  [ -p "$dibs_life" ] || dibs_life=''
  dibs_fifo=$dibs_dir/runs/$dibs_id/tokens
  case $dibs_flags in
    *n*) dibs_fifo='' ;;
    *s*) dibs_fifo=$dibs_dir/fs/jobserver ;;
    *) [ -p "$dibs_fifo" ] || dibs_fifo='' ;;
  esac
  if [ -z "$dibs_fifo" ]; then
    # What has a default of its own must hear that there is one slot only; an unset variable would mean all processors.
    export CARGO_BUILD_JOBS=1 CMAKE_BUILD_PARALLEL_LEVEL=1
  else
    export DIBS_FIFO="$dibs_fifo"
  fi
  dibs_choose_descriptors
  [ -z "$dibs_fifo" ] || export CARGO_MAKEFLAGS="-j$dibs_jobs $dibs_auth"
}

# dibs_choose_descriptors: three numbers that nobody uses, for the jobserver's reading and writing end and for the life
# FIFO. bash opens them, for a shell of the POSIX kind has one digit only. They keep the FIFOs from ever showing end of
# file, also after the daemon was killed. The file system's jobserver knows no end of file: for makes that open it
# themselves it is not opened here.
# Leaves the jobserver in dibs_auth_make for make, in dibs_auth for all others.
dibs_choose_descriptors() {
  dibs_r=''
  dibs_set_tokens
  case $dibs_flags in *sf* | *fs*) dibs_tokens='' ;; esac
  if [ -n "$dibs_tokens$dibs_life" ]; then dibs_number_descriptors; fi
  [ -n "$dibs_fifo" ] || return 0
  dibs_set_auth
  case $dibs_flags in
    *f*) dibs_auth_make=$dibs_auth ;;
    *p*)
      dibs_auth_make=${dibs_r:+--jobserver-auth=$DIBS_FDS}
      [ -n "$dibs_auth_make" ] || { . "$dibs_home/launcher/inside.sh" && dibs_serve_make_none; }
      ;;
  esac
}

# dibs_set_tokens: the path by which descriptors of the jobserver are opened. In the file system it is found faster by the
# name that means the same to all, which the kernel remembers.
dibs_set_tokens() {
  case $dibs_fifo in
    */fs/jobserver) dibs_tokens=${dibs_fifo%jobserver}tokens ;;
    *) dibs_tokens=$dibs_fifo ;;
  esac
}

# dibs_number_descriptors: three free numbers from dibs_r on, if there is a bash.
dibs_number_descriptors() {
  dibs_find_bash || return 0
  dibs_r=187
  while [ -e "/proc/self/fd/$dibs_r" ] || [ -e "/proc/self/fd/$((dibs_r + 1))" ] ||
    [ -e "/proc/self/fd/$((dibs_r + 2))" ]; do
    dibs_r=$((dibs_r + 7))
  done
  [ -z "$dibs_tokens" ] || export DIBS_FDS="$dibs_r,$((dibs_r + 1))"
}

# dibs_find_bash: who opens descriptors and gives names, in dibs_bash: this shell, if it is a bash, or the one on the PATH.
# A bash that leaves its POSIX mode, as it has to, forgets POSIXLY_CORRECT, so it must not be the user's.
dibs_find_bash() {
  if [ -n "${BASH_VERSION-}" ]; then
    dibs_bash=here
    [ -n "${POSIXLY_CORRECT-}" ] || return 0
    dibs_x=''
    { while IFS= read -r dibs_line; do dibs_x=$dibs_x$dibs_line; done; } </proc/self/environ
    case $dibs_x$dibs_line in *POSIXLY_CORRECT=*) ;; *) return 0 ;; esac
  fi
  # Most often it lies beside the command, which spares the search.
  case :${PATH-}: in
    *":${dibs_found%/*}:"*) dibs_bash=${dibs_found%/*}/bash && [ -f "$dibs_bash" ] && [ -x "$dibs_bash" ] && return ;;
  esac
  dibs_look_for bash && dibs_bash=$dibs_value
}

# dibs_set_auth: MAKEFLAGS is split at blanks and knows escapes, so only a plain path can stand in it.
dibs_set_auth() {
  dibs_auth=--jobserver-auth=fifo:$dibs_fifo
  case $dibs_fifo in
    *[!0-9A-Za-z/_.,:@%+~-]*) dibs_auth=${DIBS_FDS:+--jobserver-auth=$DIBS_FDS} ;;
  esac
  dibs_auth_make=$dibs_auth
}

# dibs_set_makeflags: MAKEFLAGS for the tool at hand. What scripts and makefiles call goes through the shims, which set
# it for their tool.
dibs_set_makeflags() {
  dibs_auth_here=''
  if [ -n "${DIBS_FIFO-}" ] && [ -z "$dibs_serial" ]; then
    case $dibs_tool in make | cmake | '') dibs_auth_here=$dibs_auth_make ;; *) dibs_auth_here=$dibs_auth ;; esac
  fi
  case " ${MAKEFLAGS-} " in *" ${dibs_auth_here:-none} "*) return ;; esac
  if [ -n "$dibs_auth_here" ]; then
    dibs_merge_makeflags "-j$dibs_jobs $dibs_auth_here"
  elif [ -n "$dibs_serial" ]; then
    dibs_merge_makeflags ''
  else
    dibs_merge_makeflags -j1
  fi
}

# dibs_merge_makeflags FLAGS: puts them into MAKEFLAGS, in place of every -j and jobserver that is there.
dibs_merge_makeflags() {
  case ${MAKEFLAGS-} in
    '') [ -z "$1" ] || export MAKEFLAGS=" $1" ;;
    *)
      . "$dibs_home/launcher/makeflags.sh"
      dibs_rewrite_makeflags "$1"
      ;;
  esac
}

# dibs_find_makeflags_limit: an N of the user's own -jN in MAKEFLAGS bounds the run like one on the command line.
dibs_find_makeflags_limit() {
  case ${MAKEFLAGS-} in
    *jobserver*) ;;
    *j*)
      . "$dibs_home/launcher/makeflags.sh"
      dibs_limit_makeflags
      ;;
  esac
}

# dibs_become_tool COMMAND...: its -j off its arguments, then the command.
dibs_become_tool() {
  if [ "$dibs_tool" = make ]; then . "$dibs_home/launcher/inside.sh" && dibs_set_make "$1"; fi
  if [ -n "$dibs_tool" ] && [ "$dibs_drop$dibs_width" != ' ' ]; then
    dibs_rewrite "$@"
  else
    dibs_become "$@"
  fi
}

# dibs_become COMMAND...: the last step. A tool's name is looked up no more, for a shim stands before it on the PATH.
# Nor do tools (cmake does) look for themselves by a bare name; but make hands its name to recipes as $(MAKE).
dibs_become() {
  dibs_argv0=$1
  if [ -n "$dibs_passed" ] || dibs_is_tool "$1"; then
    . "$dibs_home/launcher/inside.sh" && dibs_hide_shims "$@"
    case $dibs_argv0 in make | gmake) [ -n "$dibs_r" ] || dibs_argv0=$dibs_found ;; *) dibs_argv0=$dibs_found ;; esac
  fi
  case $dibs_flags in
    *e*)
      dibs_count=$#
      shift
      set -- "$dibs_found" "$@"
      . "$dibs_home/launcher/names.sh"
      if [ $# -gt "$dibs_count" ]; then
        dibs_argv0='env'
        dibs_look_up env || dibs_cannot_run env $?
      fi
      ;;
  esac
  shift
  if [ -n "$dibs_r" ]; then dibs_become_holding "$@"; fi
  dibs_exec "$dibs_argv0" "$@"
}

# dibs_become_holding ARGUMENT...: a program opens the descriptors and becomes the command: bash, or in a tenth of its time
# what a compiler made of become.c (build.sh), if that runs on this machine (start.sh has left a link then). What bash changes
# in its environment is handed to it as arguments, to be put right.
dibs_become_holding() {
  dibs_look_at_shell
  dibs_count=0
  [ -z "$dibs_ps1" ] || { set -- "PS1=$dibs_ps1" "$@" && dibs_count=1; }
  [ -z "$dibs_ps2" ] || { set -- "PS2=$dibs_ps2" "$@" && dibs_count=$((dibs_count + 1)); }
  [ -z "$dibs_oldpwd" ] || { set -- "OLDPWD=$dibs_oldpwd" "$@" && dibs_count=$((dibs_count + 1)); }
  set -- "$dibs_home/launcher/repair.bash" "$dibs_r" "$dibs_tokens" "$dibs_life" "$dibs_shell" "$dibs_argv0" \
    "$dibs_found" $dibs_count "$@"
  if [ "$dibs_bash" = here ]; then
    # shellcheck disable=SC3040 # in which an exec that can't open a file ends the shell
    set +o posix
    . "$dibs_home/launcher/descriptors.bash"
  fi
  # Sourced, for a script's own descriptor would take the place of a closed standard one.
  set -- "$dibs_home/launcher/descriptors.bash" "$@"
  if dibs_has_become; then
    set -- "$dibs_home/target/dist/become" "$dibs_bash" -p -c '. "$0"' "$@"
  elif [ -z "${dibs_reset-}${LC_ALL+set}" ]; then
    # Else bash would load the locale that LANG names, which takes it a fifth of its time; nor does it when it stops exporting
    # LC_ALL.
    LC_ALL=C exec "$dibs_bash" -p -c 'export -n LC_ALL; . "$0"' "$@"
  else
    set -- "$dibs_bash" -p -c '. "$0"' "$@"
  fi
  [ -z "${dibs_reset-}" ] || set -- "$dibs_reset" --default-signal="$dibs_default" -- "$@"
  exec "$@"
}

# dibs_has_become: whether this checkout has one, and whoever started the daemon found that it runs here.
dibs_has_become() {
  [ "${dibs_dir-}/become" -ef "$dibs_home/target/dist/become" ]
}

# dibs_look_at_shell: what of our environment a bash that we become would change.
dibs_look_at_shell() {
  if [ -z "${HOME+set}" ] || [ "${BASH_VERSION+bash}${SHLVL-}" = bash1 ]; then . "$dibs_home/launcher/bare.sh"; fi
  dibs_shell=${SHLVL-}${PWD+,} dibs_ps1=${PS1-} dibs_ps2=${PS2-} dibs_oldpwd=${OLDPWD-}
  case $dibs_ps1 in '$ ' | '# ' | '\w \$ ') dibs_ps1='' ;; esac # the shells' own
  [ "$dibs_ps2" != '> ' ] || dibs_ps2=''
  [ ! -d "$dibs_oldpwd" ] || dibs_oldpwd=''
}
