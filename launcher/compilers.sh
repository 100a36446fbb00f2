# shellcheck shell=sh
# Whether a command line of a compiler or linker makes anything. Sourced by their shims. What it makes the daemon reads off
# the same line itself (CompilerCall), as it does for compilers that nobody says anything of: so a unit is known by one name
# however it was built. test/compilers.table says what both make of a line.
#
# dibs_plan_compiler COMMAND... leaves dibs_quick: y if nothing is made (--version, -E, questions without a file). What is
# read wrongly costs a question too many, or a job that nobody counts: the command line stays what it is.

dibs_compilers='cc gcc g++ c++ clang clang++ ld ld.bfd ld.gold ld.lld ld.mold mold rustc javac'

dibs_plan_compiler() {
  dibs_quick=y
  dibs_basename=${1##*/}
  shift
  case $dibs_basename in
    cc | gcc | g++ | c++ | clang | clang++) dibs_plan_cc "$@" ;;
    ld | ld.* | mold) dibs_plan_ld "$@" ;;
    rustc) dibs_plan_rustc "$@" ;;
    javac) dibs_plan_javac "$@" ;;
  esac
}

# Probes of configure and of the kernel's build read /dev/null or write there.
dibs_plan_cc() {
  dibs_source=''
  while [ $# -gt 0 ]; do
    dibs_skip=1
    case $1 in
      -E | -M | -MM | -### | -dumpmachine | -dumpversion | -dumpfullversion | -dumpspecs | -print-* | --print-* | --version | \
        --help | --help=* | --target-help | -o/dev/null)
        return
        ;;
      -o)
        [ "${2-}" != /dev/null ] || return 0
        dibs_skip=2
        ;;
      -I | -D | -U | -L | -l | -x | -T | -u | -z | -A | -B | -G | -MF | -MT | -MQ | -include | -imacros | -isystem | \
        -idirafter | -iquote | -iprefix | -isysroot | -imultiarch | -imultilib | --sysroot | --param | -target | -arch | \
        -aux-info | -framework | -Xlinker | -Xassembler | -Xpreprocessor | -Xclang | -mllvm | -dumpbase | -dumpbase-ext | \
        -dumpdir | -auxbase | -auxbase-strip)
        dibs_skip=2
        ;;
      -* | /dev/null) ;;
      *) dibs_source=$1 ;;
    esac
    [ $dibs_skip -le $# ] || break
    shift $dibs_skip
  done
  [ -z "$dibs_source" ] || dibs_quick=''
}

# mold -run is no linker, but a whole build for which it stands in for others.
dibs_plan_ld() {
  dibs_source=''
  while [ $# -gt 0 ]; do
    dibs_skip=1
    case $1 in
      -run | --run | -o/dev/null) return ;;
      -o)
        [ "${2-}" != /dev/null ] || return 0
        dibs_skip=2
        ;;
      -L | -l | -m | -z | -T | -e | -h | -u | -y | -soname | -rpath | -rpath-link | -dynamic-linker | --dynamic-linker | \
        -plugin | -plugin-opt | -Map)
        dibs_skip=2
        ;;
      -*) ;;
      *) dibs_source=$1 ;;
    esac
    [ $dibs_skip -le $# ] || break
    shift $dibs_skip
  done
  [ -z "$dibs_source" ] || dibs_quick=''
}

dibs_plan_rustc() {
  dibs_source=''
  while [ $# -gt 0 ]; do
    dibs_skip=1
    case $1 in
      --print | --print=* | -V* | -vV | --version | -h | --help | --explain) return ;;
      --crate-name | --crate-type | --edition | --emit | --out-dir | --target | --cfg | --check-cfg | --extern | --cap-lints | \
        --color | --error-format | --json | --codegen | --remap-path-prefix | --sysroot | -o | -C | -L | -l | -A | -W | -D | \
        -F | -Z)
        dibs_skip=2
        ;;
      -*) ;;
      *) dibs_source=$1 ;;
    esac
    [ $dibs_skip -le $# ] || break
    shift $dibs_skip
  done
  [ -z "$dibs_source" ] || dibs_quick=''
}

dibs_plan_javac() {
  for dibs_x; do
    case $dibs_x in *.java | @* | --module | -m | --module=*) dibs_quick='' ;; esac
  done
}
