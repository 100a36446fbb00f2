# shellcheck shell=sh
# --slots: several slots at once, for a command that can't share them while it runs, and that sees a machine of that
# size: the daemon keeps it to as many CPUs, and the variables below say the number to those who ask the environment.
# Sourced by run.sh, by dibs for jobs, and when a command that was typed with --slots or --background goes without dibs.
#
# dibs_slots is what was typed, dibs_least and dibs_most are its numbers; both are empty for auto.
# Whatever such a run starts is covered by its slots, as below a job: DIBS_JOB is its root, and nobody asks.

# They stay as they are if the user set them. Not here, for they follow the CPUs or OMP_NUM_THREADS by themselves: the
# JVM, node, Ruby, Erlang; OpenBLAS, MKL, NumExpr.
dibs_counters='CARGO_BUILD_JOBS CMAKE_BUILD_PARALLEL_LEVEL CTEST_PARALLEL_LEVEL DOTNET_PROCESSOR_COUNT GOMAXPROCS
  JULIA_CPU_THREADS MESON_NUM_PROCESSES MESON_TESTTHREADS OMP_NUM_THREADS PYTEST_XDIST_AUTO_NUM_WORKERS PYTHON_CPU_COUNT
  RAYON_NUM_THREADS RUST_TEST_THREADS'

# dibs_run_with_slots COMMAND...: from the plan for the command to the command.
dibs_run_with_slots() {
  [ -z "$dibs_covered" ] || dibs_enter_covered "$@"
  dibs_learn=''
  [ -n "$dibs_most" ] || dibs_name_for_learning "$@"
  dibs_request run
  dibs_request=$dibs_request,width=1,cpus=1${dibs_most:+,min=$dibs_least,max=$dibs_most}
  dibs_request=$dibs_request${dibs_weight:+,weight=$dibs_weight}${dibs_background:+,background=1}
  dibs_request_text name 100 "$dibs_name"
  dibs_request_text learn 140 "$dibs_learn"
  dibs_obtain "$@"
  dibs_tell_slots "$1"
  case $dibs_flags in
    *m*)
      dibs_leave_tokens
      export DIBS_RUN="$dibs_id"
      ;;
    *) dibs_set_run_with_slots ;;
  esac
  export DIBS_JOB="$$" DIBS_SLOTS="$dibs_granted" DIBS_NARROWED=1
  dibs_become_sized "$@"
}

# dibs_name_for_learning COMMAND...: what the daemon knows a command by, in its folder: its program and its first
# argument that is no option.
dibs_name_for_learning() {
  dibs_learn=${1##*/}
  shift
  for dibs_x in "$@"; do
    case $dibs_x in
      -* | '') ;;
      *)
        dibs_learn="$dibs_learn $dibs_x"
        break
        ;;
    esac
  done
  case $dibs_learn in *[[:cntrl:]]*) dibs_learn=- ;; esac
}

# dibs_tell_slots NAME: what became of a range, of auto, of too many.
dibs_tell_slots() {
  if [ "${dibs_least:-1}" -gt "$dibs_granted" ]; then
    if [ "$dibs_granted" = 1 ]; then dibs_x='is only 1; given that'; else dibs_x="are only $dibs_granted; given those"; fi
    dibs_note "--slots $dibs_slots: there $dibs_x"
  elif [ -n "${dibs_taken-}" ]; then
    dibs_note "$1 $dibs_taken: $dibs_granted slots from start to end"
  elif [ -z "$dibs_most" ] || [ "$dibs_least" != "$dibs_most" ]; then
    dibs_note "--slots $dibs_slots: $dibs_granted from start to end"
  fi
}

# dibs_set_run_with_slots: the environment of a run of its own.
dibs_set_run_with_slots() {
  dibs_find_outer
  dibs_kept_cargo=${CARGO_BUILD_JOBS-} dibs_kept_cmake=${CMAKE_BUILD_PARALLEL_LEVEL-}
  dibs_set_run
  CARGO_BUILD_JOBS=$dibs_kept_cargo CMAKE_BUILD_PARALLEL_LEVEL=$dibs_kept_cmake
}

# dibs_leave_tokens: inside a run, below a job: its tokens are not for this command.
dibs_leave_tokens() {
  dibs_find_outer
  unset DIBS_FIFO DIBS_FDS DIBS_MAKELEVEL CARGO_MAKEFLAGS
  [ -z "${MAKELEVEL-}" ] || export DIBS_MAKELEVEL="$MAKELEVEL"
  dibs_r='' dibs_life='' dibs_fifo=''
}

# dibs_find_outer: the number that an outer run without tokens put into the variables, in dibs_outer.
dibs_find_outer() {
  dibs_outer=''
  [ -n "${DIBS_FIFO-}" ] || [ -z "${DIBS_RUN-}" ] || dibs_outer=${DIBS_SLOTS-}
}

# dibs_enter_covered COMMAND...: below a job, or a run with slots, that lives: nobody asks, and there is no more than it
# has.
dibs_enter_covered() {
  dibs_limit_to_covering
  dibs_tell_slots "$1"
  [ -z "$dibs_background" ] || dibs_stand_back
  dibs_leave_tokens
  dibs_flags=-
  export DIBS_SLOTS="$dibs_granted"
  dibs_become_sized "$@"
}

# dibs_exec_covered COMMAND...: the same for a job.
dibs_exec_covered() {
  dibs_limit_to_covering
  dibs_tell_slots "$1"
  dibs_fill_slots "$dibs_granted" dibs_exec "$@"
}

dibs_limit_to_covering() {
  case ${DIBS_SLOTS-} in '' | 0* | *[!0-9]* | ????????*) dibs_granted=1 ;; *) dibs_granted=$DIBS_SLOTS ;; esac
  [ "${dibs_most:-$dibs_granted}" -ge "$dibs_granted" ] || dibs_granted=$dibs_most
}

# dibs_become_sized COMMAND...: the last steps, with dibs_granted slots.
dibs_become_sized() {
  for dibs_x in $dibs_counters; do dibs_set_counter "$dibs_x"; done
  dibs_merge_makeflags "-j$dibs_granted"
  dibs_number=$dibs_granted
  if [ -n "$dibs_tool" ] && [ -z "$dibs_serial" ]; then
    dibs_width=y
    [ "${dibs_limit:-$dibs_granted}" -ge "$dibs_granted" ] || dibs_granted=$dibs_limit
  fi
  dibs_fill_slots "$dibs_number" dibs_become_tool "$@"
}

dibs_set_counter() {
  eval "dibs_value=\${$1-}"
  case $dibs_value in '' | "$dibs_outer") export "$1=$dibs_granted" ;; esac
}

# dibs_fill_slots N FUNCTION COMMAND...: calls it with the command, where {slots} in arguments has become N; but what was
# typed to a shim was not meant for us.
dibs_fill_slots() {
  dibs_number=$1 dibs_function=$2 dibs_mark='{slots}'
  shift 2
  [ -z "${dibs_shim-}" ] || $dibs_function "$@"
  dibs_i=0
  for dibs_x in "$@"; do
    shift
    dibs_head=''
    while [ $dibs_i -gt 0 ]; do
      case $dibs_x in *"$dibs_mark"*) ;; *) break ;; esac
      dibs_head=$dibs_head${dibs_x%%"$dibs_mark"*}$dibs_number
      dibs_x=${dibs_x#*"$dibs_mark"}
    done
    set -- "$@" "$dibs_head$dibs_x"
    dibs_i=$((dibs_i + 1))
  done
  $dibs_function "$@"
}

# dibs_go_alone COMMAND...: becomes the command without dibs, which alone would have understood {slots}.
dibs_go_alone() {
  [ -z "${dibs_background-}" ] || dibs_stand_back
  dibs_granted=${dibs_most:-}
  [ -n "$dibs_granted" ] || dibs_granted=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null) || dibs_granted=1
  [ -z "$dibs_slots" ] || dibs_fill_slots "$dibs_granted" dibs_as_typed "$@"
  dibs_as_typed "$@"
}

# dibs_stand_back: what can be had of --background without the daemon.
dibs_stand_back() {
  PATH="${PATH-}:/usr/bin:/bin" renice -n 19 -p $$ >/dev/null 2>&1 ||
    dibs_note '--background: there is no renice here; running with the usual priority'
}
