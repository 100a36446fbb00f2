# shellcheck shell=sh
# Taking -j off the command lines of build tools. make and ninja leave any outer jobserver when they are given one.
#
# dibs_plan COMMAND... reads the command line with the rules of the tool's own parser and leaves:
#   dibs_tool     make, ninja, cmake (make below it), cmake-ninja, ctest, cargo; '' if its command line is left alone
#   dibs_quick    y if it surely builds nothing (make --version), so that it needs no slot; make -n may build makefiles
#   dibs_limit    the N of -jN; '' if there is none
#   dibs_taken    the -j as it was typed, for people; '' if none was taken
#   dibs_serial   y if it was -j1: that one stays, for what is serial must stay serial
#   dibs_drop     what to change: ' 3 5=-k ' drops argument 3 and replaces argument 5 by -k (the command is 0)
#   dibs_insert   the argument behind which a -jN may be inserted
# dibs_rewrite COMMAND... applies it. What the tool would reject (-jx) stays, for the tool to say so.
#
# In the functions below dibs_i is the number of argument $1 and dibs_step how many arguments belong together there.

dibs_plan() {
  dibs_tool='' dibs_quick='' dibs_limit='' dibs_taken='' dibs_serial='' dibs_drop=' ' dibs_insert=0 dibs_i=1
  dibs_basename=${1##*/}
  shift
  case $dibs_basename in
    make | gmake) dibs_tool=make && dibs_plan_make "$@" ;;
    ninja | ninja-build) dibs_tool=ninja && dibs_plan_ninja "$@" ;;
    cmake) dibs_plan_cmake "$@" ;;
    ctest) dibs_tool=ctest && dibs_plan_ctest "$@" ;;
    cargo) dibs_plan_cargo "$@" ;;
    *) dibs_plan_other "$@" ;;
  esac
  [ "$dibs_limit" != 1 ] || dibs_serial=y
  if [ -n "$dibs_serial" ] || [ -z "$dibs_tool" ]; then dibs_drop=' ' dibs_taken=''; fi
}

dibs_plan_nothing() {
  dibs_tool='' dibs_quick=y
}

dibs_is_number() {
  case $1 in '' | *[!0-9]*) return 1 ;; esac
}

dibs_is_positive() {
  dibs_is_number "$1" && case $1 in *[1-9]*) ;; *) return 1 ;; esac
}

# dibs_take N TYPED CHANGE...: records a -j; the last one counts. N is a number, 0 or '' for as many as possible.
dibs_take() {
  dibs_limit=${1#"${1%%[!0]*}"}
  case $dibs_limit in ????????*) dibs_limit='' ;; esac
  dibs_taken=$2
  shift 2
  dibs_drop="$dibs_drop$* "
}

# dibs_scan_cluster NEEDING OTHERS CLUSTER: looks for j in combined short options such as -kj8. The letters NEEDING
# take an argument, attached or the next one; OTHERS end the cluster too. Leaves dibs_letter, the last letter looked at;
# dibs_attached, what comes behind it; dibs_change, what stays of the cluster without its j; dibs_step.
dibs_scan_cluster() {
  dibs_kept=''
  dibs_attached=${3#-}
  while [ -n "$dibs_attached" ]; do
    dibs_letter=${dibs_attached%"${dibs_attached#?}"}
    dibs_attached=${dibs_attached#?}
    case $dibs_letter in
      j) break ;;
      [$1])
        [ -n "$dibs_attached" ] || dibs_step=2
        break
        ;;
      [$2]) break ;;
    esac
    dibs_kept=$dibs_kept$dibs_letter
  done
  dibs_change=$dibs_i${dibs_kept:+=-$dibs_kept}
}

# GNU make: getopt_long, in any order, but -j and -l take the next argument if it is a number.
dibs_plan_make() {
  while [ $# -gt 0 ]; do
    dibs_step=1
    case $1 in
      --) return ;;
      --jobs=*) ! dibs_is_positive "${1#*=}" || dibs_take "${1#*=}" "$1" $dibs_i ;;
      --jobs) dibs_change=$dibs_i dibs_attached='' && dibs_take_make_jobs "$@" ;;
      --directory | --file | --makefile | --include-dir | --old-file | --assume-old | --new-file | --assume-new | \
        --what-if | --eval | --jobserver-style)
        dibs_step=2
        ;;
      --load-average | --max-load) dibs_skip_load "${2-}" ;;
      --version | --help) dibs_plan_nothing ;;
      --*) ;;
      -?*)
        dibs_scan_cluster CfIoWE Olvh "$1"
        case $dibs_letter in
          j) dibs_take_make_jobs "$@" ;;
          l) [ -n "$dibs_attached" ] || dibs_skip_load "${2-}" ;;
          [vh]) dibs_plan_nothing ;;
        esac
        ;;
    esac
    [ $dibs_step -le $# ] || return
    shift $dibs_step
    dibs_i=$((dibs_i + dibs_step))
  done
}

# dibs_take_make_jobs ARGUMENT...: the first one ends in -j or --jobs and dibs_attached.
dibs_take_make_jobs() {
  if [ -n "$dibs_attached" ]; then
    ! dibs_is_positive "$dibs_attached" || dibs_take "$dibs_attached" "$1" "$dibs_change"
  elif [ $# -gt 1 ] && { [ -z "$2" ] || dibs_is_number "$2"; }; then
    dibs_step=2
    ! dibs_is_positive "$2" || dibs_take "$2" "$1 $2" "$dibs_change" $((dibs_i + 1))
  else
    dibs_take '' "$1" "$dibs_change"
  fi
}

dibs_skip_load() {
  case $1 in [0-9.]*) dibs_step=2 ;; esac
}

# ninja: getopt_long, in any order; -j needs its argument; 0 is as many as possible; -t hands the rest to a subtool.
dibs_plan_ninja() {
  while [ $# -gt 0 ]; do
    dibs_step=1
    case $1 in
      --) return ;;
      --version | --help) dibs_plan_nothing ;;
      --*) ;;
      -?*)
        dibs_scan_cluster dfklwC th "$1"
        case $dibs_letter in
          j) dibs_take_ninja_jobs "$@" ;;
          [th]) dibs_plan_nothing && return ;;
        esac
        ;;
    esac
    [ $dibs_step -le $# ] || return
    shift $dibs_step
    dibs_i=$((dibs_i + dibs_step))
  done
}

dibs_take_ninja_jobs() {
  if [ -n "$dibs_attached" ]; then
    ! dibs_is_number "$dibs_attached" || dibs_take "$dibs_attached" "$1" "$dibs_change"
  else
    dibs_step=2
    ! dibs_is_number "${2-}" || dibs_take "$2" "$1 $2" "$dibs_change" $((dibs_i + 1))
  fi
}

# cmake --build [DIR] [options] [-- native options]; --workflow builds too.
dibs_plan_cmake() {
  case ${1-} in
    --build) shift ;;
    --workflow) return ;;
    *) dibs_plan_nothing && return ;;
  esac
  dibs_tool=cmake dibs_insert=1 dibs_i=2
  case ${1-} in
    '' | -*) ;;
    *)
      dibs_find_generator "$1"
      dibs_insert=2
      ;;
  esac
  while [ $# -gt 0 ]; do
    dibs_step=1
    case $1 in
      --)
        shift
        dibs_i=$((dibs_i + 1))
        case $dibs_tool in
          cmake-ninja) dibs_plan_ninja "$@" ;;
          *) dibs_plan_make "$@" ;;
        esac
        return
        ;;
      -j | --parallel) dibs_take_cmake_jobs "$@" ;;
      -j* | --parallel=*)
        dibs_attached=${1#-j}
        dibs_attached=${dibs_attached#--parallel}
        ! dibs_is_positive "${dibs_attached#=}" || dibs_take "${dibs_attached#=}" "$1" $dibs_i
        ;;
      --config | --preset) dibs_step=2 ;;
    esac
    [ $dibs_step -le $# ] || break
    shift $dibs_step
    dibs_i=$((dibs_i + dibs_step))
  done
  [ -n "$dibs_taken" ] || dibs_take_variable CMAKE_BUILD_PARALLEL_LEVEL "${CMAKE_BUILD_PARALLEL_LEVEL-}"
}

dibs_take_cmake_jobs() {
  case ${2-} in
    '' | -*) dibs_take '' "$1" $dibs_i ;;
    *)
      dibs_step=2
      ! dibs_is_positive "$2" || dibs_take "$2" "$1 $2" $dibs_i $((dibs_i + 1))
      ;;
  esac
}

# dibs_take_variable NAME VALUE: a -j in disguise.
dibs_take_variable() {
  ! dibs_is_positive "$2" || dibs_take "$2" "$1=$2"
}

# dibs_find_generator DIR: is it ninja that builds there?
dibs_find_generator() {
  dibs_cache=$1/CMakeCache.txt
  [ -f "$dibs_cache" ] || return 0
  case $(sed -n 's/^CMAKE_GENERATOR:INTERNAL=//p' "$dibs_cache" 2>/dev/null) in
    *Ninja*) dibs_tool=cmake-ninja ;;
  esac
}

# ctest: a parser of its own, no combined options. A -j without a number means different things to different versions.
dibs_plan_ctest() {
  while [ $# -gt 0 ]; do
    dibs_step=1
    case $1 in
      -j | --parallel)
        if dibs_is_positive "${2-}"; then
          dibs_step=2
          dibs_take "$2" "$1 $2" $dibs_i $((dibs_i + 1))
        fi
        ;;
      -j*) ! dibs_is_positive "${1#-j}" || dibs_take "${1#-j}" "$1" $dibs_i ;;
      -C | --build-config | -R | --tests-regex | -E | --exclude-regex | -L | --label-regex | -LE | --label-exclude | \
        -FA | -FS | -FC | --fixture-exclude-* | -D | --dashboard | -M | --test-model | -T | --test-action | \
        -S | --script | -SP | --script-new-process | -I | --tests-information | -O | --output-log | -A | --add-notes | \
        --output-junit | --test-dir | --preset | --timeout | --stop-time | --repeat | --resource-spec-file | \
        --tests-from-file | --exclude-from-file | --test-load | --group | --track | --overwrite | --max-width | \
        --test-output-size-* | --test-output-truncation | --submit-index | --extra-submit | --http-header)
        dibs_step=2
        ;;
      --test-command) break ;;
      --build-and-test) dibs_tool='' && return ;;
      -N | --show-only* | --print-labels | --version | --help*) dibs_plan_nothing && return ;;
    esac
    [ $dibs_step -le $# ] || break
    shift $dibs_step
    dibs_i=$((dibs_i + dibs_step))
  done
  [ -n "$dibs_taken" ] || dibs_take_variable CTEST_PARALLEL_LEVEL "${CTEST_PARALLEL_LEVEL-}"
}

# cargo [+TOOLCHAIN] [options] SUBCOMMAND: clap, whose options never take a value that begins with -, but for -j -N.
dibs_plan_cargo() {
  while :; do
    dibs_step=1
    case ${1-} in
      --config | -Z | -C | --color) dibs_step=2 ;;
      --version | -V | --list | --explain | --help | -h) dibs_plan_nothing && return ;;
      +* | -?*) ;;
      *) break ;;
    esac
    [ $dibs_step -le $# ] || return
    shift $dibs_step
    dibs_i=$((dibs_i + dibs_step))
  done
  dibs_subcommand=${1-}
  case $dibs_subcommand in
    build | b | check | c | test | t | run | r | rustc | doc | d | bench | install | clippy | fix | rustdoc) ;;
    '' | add | clean | config | fetch | fmt | generate-lockfile | help | info | init | locate-project | login | logout | \
      metadata | new | owner | pkgid | read-manifest | remove | rm | search | tree | uninstall | update | vendor | \
      verify-project | version | yank)
      dibs_plan_nothing && return
      ;;
    *) return ;; # somebody's own, which may build
  esac
  dibs_tool=cargo dibs_insert=$dibs_i
  shift
  dibs_i=$((dibs_i + 1))
  dibs_plan_cargo_options "$@"
  [ -n "$dibs_taken" ] || dibs_take_variable CARGO_BUILD_JOBS "${CARGO_BUILD_JOBS-}"
}

dibs_plan_cargo_options() {
  while [ $# -gt 0 ]; do
    dibs_step=1
    case $1 in
      --) return ;;
      --jobs=*) ! dibs_is_cargo_count "${1#*=}" || dibs_take "$dibs_value" "$1" $dibs_i ;;
      --jobs) dibs_attached='' dibs_change=$dibs_i && dibs_take_cargo_jobs "$@" ;;
      --help | -h) dibs_plan_nothing ;;
      --package | --exclude | --bin | --example | --test | --bench | --features | --profile | --target | --target-dir | \
        --manifest-path | --message-format | --color | --config | --lockfile-path | --artifact-dir | --out-dir | \
        --crate-type | --print | --root | --path | --git | --branch | --tag | --rev | --version | --index | --registry)
        case ${2--} in -*) ;; *) dibs_step=2 ;; esac
        ;;
      --*) ;;
      -?*)
        dibs_scan_cluster pFZC ' ' "$1"
        [ "$dibs_letter" != j ] || dibs_take_cargo_jobs "$@"
        ;;
      *) # The first other argument of these ends the options of cargo.
        case $dibs_subcommand in run | r | rustc | rustdoc) return ;; esac
        ;;
    esac
    [ $dibs_step -le $# ] || return
    shift $dibs_step
    dibs_i=$((dibs_i + dibs_step))
  done
}

dibs_take_cargo_jobs() {
  if [ -n "$dibs_attached" ]; then
    ! dibs_is_cargo_count "${dibs_attached#=}" || dibs_take "$dibs_value" "$1" "$dibs_change"
  else
    dibs_step=2
    ! dibs_is_cargo_count "${2-}" || dibs_take "$dibs_value" "$1 $2" "$dibs_change" $((dibs_i + 1))
  fi
}

# dibs_is_cargo_count TEXT: N, default, or -N (all processors but N); leaves N or '' in dibs_value.
dibs_is_cargo_count() {
  dibs_value=''
  case $1 in
    default) ;;
    -*) dibs_is_positive "${1#-}" ;;
    *) dibs_is_positive "$1" && dibs_value=$1 ;;
  esac
}

# Tools that only dibs env --with knows: what merely says something builds nothing.
dibs_plan_other() {
  case "$dibs_basename ${1-}" in
    'go ' | 'go version' | 'go env' | 'go help' | 'go doc' | 'go fmt' | 'go mod') dibs_quick=y ;;
    *' --version' | *' --help') [ $# -ne 1 ] || dibs_quick=y ;;
  esac
}

# dibs_find_width PROGRAM: sets dibs_width for a tool that can't share slots while it runs: ninja before 1.13, ctest
# before 3.29. It is given a fixed number of them instead, by -j. Later ctests take tokens below their own -jN.
dibs_find_width() {
  dibs_width=''
  [ -z "$dibs_serial" ] || return 0
  case $dibs_tool in
    ninja) dibs_is_older "$1" 1 13 && dibs_width=y ;;
    cmake-ninja)
      dibs_x=$(sed -n 's/^CMAKE_MAKE_PROGRAM:[A-Z]*=//p' "$dibs_cache" 2>/dev/null)
      dibs_is_older "${dibs_x:-ninja}" 1 13 && dibs_width=y
      ;;
    ctest)
      [ -n "$dibs_taken" ] || return 0
      if dibs_is_older "$1" 3 29; then dibs_width=y; else dibs_drop=' ' dibs_taken=''; fi
      ;;
  esac
  return 0
}

# dibs_is_older PROGRAM MAJOR MINOR: also if it does not say.
dibs_is_older() {
  dibs_tool_version=$("$1" --version 2>/dev/null </dev/null) || dibs_tool_version=0.0
  dibs_tool_version=${dibs_tool_version#ctest version }
  dibs_tool_version=${dibs_tool_version%%[!0-9.]*}
  dibs_major=${dibs_tool_version%%.*} dibs_minor=${dibs_tool_version#*.}
  dibs_minor=${dibs_minor%%.*}
  dibs_is_number "$dibs_major" && dibs_is_number "$dibs_minor" || return 0
  [ "$dibs_major" -lt "$2" ] || { [ "$dibs_major" -eq "$2" ] && [ "$dibs_minor" -lt "$3" ]; }
}

# dibs_rewrite COMMAND...: becomes the command with the plan applied, and with -j for as many slots as dibs_granted says
# if dibs_width is set. Every other argument stays what it is.
dibs_rewrite() {
  dibs_i=0
  for dibs_x in "$@"; do
    case $dibs_drop in
      *" $dibs_i "*) ;;
      *" $dibs_i="*)
        dibs_x=${dibs_drop#*" $dibs_i="}
        set -- "$@" "${dibs_x%% *}"
        ;;
      *) set -- "$@" "$dibs_x" ;;
    esac
    shift
    [ -z "$dibs_width" ] || [ $dibs_i -ne "$dibs_insert" ] || set -- "$@" "-j$dibs_granted"
    dibs_i=$((dibs_i + 1))
  done
  dibs_become "$@"
}
