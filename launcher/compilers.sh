# shellcheck shell=sh
# What the command line of a compiler or linker says: what kind of work it is, and what it makes. Sourced by their shims and
# by retry.sh.
#
# dibs_plan_compiler COMMAND... leaves dibs_quick (y if nothing is made: --version, -E, questions without a file), dibs_kind
# (compile or link) and dibs_target; all three are empty for a command that is none of these. What is read wrongly costs a
# better guess, and no more: the command line stays what it is.

dibs_compilers='cc gcc g++ c++ clang clang++ ld ld.bfd ld.gold ld.lld ld.mold mold rustc javac'

dibs_plan_compiler() {
  dibs_quick='' dibs_kind='' dibs_target='' dibs_source=''
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
  dibs_kind=link
  while [ $# -gt 0 ]; do
    case $1 in
      -o) dibs_target=${2-} && dibs_skip=2 ;;
      -c | -S | -fsyntax-only) dibs_kind=compile dibs_skip=1 ;;
      -E | -M | -MM | -### | -dump* | -print-* | --print-* | --version | --help | --help=* | --target-help)
        dibs_quick=y
        return
        ;;
      -I | -D | -U | -L | -l | -x | -T | -u | -z | -A | -B | -G | -MF | -MT | -MQ | -include | -imacros | -isystem | \
        -idirafter | -iquote | -iprefix | -isysroot | --sysroot | --param | -target | -arch | -aux-info | -framework | \
        -Xlinker | -Xassembler | -Xpreprocessor | -Xclang | -mllvm)
        dibs_skip=2
        ;;
      -o?*) dibs_target=${1#-o} && dibs_skip=1 ;;
      -?* | /dev/null) dibs_skip=1 ;;
      *) dibs_source=${dibs_source:-$1} dibs_skip=1 ;;
    esac
    [ $dibs_skip -le $# ] || break
    shift $dibs_skip
  done
  [ -n "$dibs_source" ] && [ "$dibs_target" != /dev/null ] || dibs_quick=y
  [ -z "$dibs_target" ] || return 0
  if [ "$dibs_kind" = link ]; then
    dibs_target=a.out
  else
    dibs_target=${dibs_source##*/}
    dibs_target=${dibs_target%.*}.o
  fi
}

dibs_plan_ld() {
  dibs_kind=link dibs_target=a.out
  while [ $# -gt 0 ]; do
    dibs_skip=1
    case $1 in
      -o) dibs_target=${2-} && dibs_skip=2 ;;
      -o?*) dibs_target=${1#-o} ;;
      --version | -V | -v | --help | --print-*) [ $# -gt 1 ] || break ;;
      -L | -l | -m | -z | -T | -e | -h | -soname | -rpath | -dynamic-linker | -plugin) dibs_skip=2 ;;
      -*) ;;
      *) dibs_source=$1 ;;
    esac
    [ $dibs_skip -le $# ] || break
    shift $dibs_skip
  done
  [ -n "$dibs_source" ] || dibs_quick=y
}

dibs_plan_rustc() {
  dibs_kind=compile dibs_quick=y
  while [ $# -gt 0 ]; do
    dibs_skip=1
    case $1 in
      --print | --print=* | -V* | -vV | --version | -h | --help | --explain) dibs_quick=y && return ;;
      --crate-name) dibs_target=${2-} && dibs_skip=2 ;;
      -o) dibs_target=${2-} && dibs_skip=2 ;;
      --crate-type | --edition | --emit | --out-dir | --target | --cfg | --check-cfg | --extern | --cap-lints | --color | \
        --error-format | --json | -C | -L | -l | -A | -W | -D | -F | -Z)
        dibs_skip=2
        ;;
      -?*) ;;
      *) dibs_quick='' dibs_source=$1 ;;
    esac
    [ $dibs_skip -le $# ] || break
    shift $dibs_skip
  done
  dibs_target=${dibs_target:-${dibs_source##*/}}
}

dibs_plan_javac() {
  dibs_kind=compile dibs_quick=y
  while [ $# -gt 0 ]; do
    case $1 in
      -d) dibs_target=${2-} ;;
      *.java | @*) dibs_quick='' dibs_source=${dibs_source:-$1} ;;
      --module | -m | --module=*) dibs_quick='' ;;
    esac
    shift
  done
  dibs_target=${dibs_target:-${dibs_source##*/}}
}
