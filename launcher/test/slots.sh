# shellcheck shell=sh
# What a command with --slots finds: its arguments, its variables, a make or a test runner with a number. And what is left
# of it all where there is no dibs.

. "${0%/*}/lib.sh"
answer 'g 7k2 3 n 3 -'
tools=$SCRATCH/tools.$$
mkdir -p "$tools"
for tool in make ninja ctest cargo cmake; do
  # shellcheck disable=SC2016
  printf '#!/bin/sh\nprintf "<%%s>" "$@"\nprintf " %%s" "$MAKEFLAGS"\n' >"$tools/$tool"
  chmod +x "$tools/$tool"
done

# sees NAME WANTED ARGUMENT...: stdout
sees() {
  name=$1 wanted=$2
  shift 2
  is "$name" "$wanted" "$(dibs "$@" 2>/dev/null)"
}

# tells NAME WANTED ARGUMENT...: stderr
tells() {
  name=$1 wanted=$2
  shift 2
  is "$name" "$wanted" "$(dibs "$@" 2>&1 >/dev/null)"
}

sees '{slots} becomes the number, in every argument' '3 -n3 3x3 {slot} {3}' \
  run --slots 3 -- echo '{slots}' '-n{slots}' '{slots}x{slots}' '{slot}' '{{slots}}'
sees 'odd arguments stay' '[][ a  b ][*][\n][-][a
b][3]' run --slots 3 -- printf '[%s]' '' ' a  b ' '*' '\n' - 'a
b' '{slots}'
sees 'without --slots it stays' '{slots}' run -- echo '{slots}'
sees 'a job knows it too' '3' job --slots 1..3 -- echo '{slots}'
sees 'a command without arguments' "$(pwd)" run --slots 3 -- pwd

counters='CARGO_BUILD_JOBS CMAKE_BUILD_PARALLEL_LEVEL CTEST_PARALLEL_LEVEL DOTNET_PROCESSOR_COUNT GOMAXPROCS
  JULIA_CPU_THREADS MESON_NUM_PROCESSES MESON_TESTTHREADS OMP_NUM_THREADS PYTEST_XDIST_AUTO_NUM_WORKERS PYTHON_CPU_COUNT
  RAYON_NUM_THREADS RUST_TEST_THREADS'
for variable in $counters; do
  sees "$variable" 3 run --slots 3 -- printenv "$variable"
  is "$variable of the user" 9 "$(export "$variable=9" && dibs run --slots 3 -- printenv "$variable")"
  like "$variable is in the help" "*$variable*" "$(dibs help run)"
done
sees 'DIBS_SLOTS' 3 run --slots 3 -- printenv DIBS_SLOTS
sees 'makes that it starts' ' -j3' run --slots 3 -- printenv MAKEFLAGS
sees 'it covers what it starts' y run --slots 3 -- sh -c '[ "$DIBS_JOB" = $$ ] && echo y'
sees 'there are no tokens' '' run --slots 3 -- printenv DIBS_FIFO
sees 'the empty string is no number of the user' 3 run --slots 3 -- env GOMAXPROCS= sh -c 'echo 3'
is 'an empty variable is none of the user' 3 "$(GOMAXPROCS='' && export GOMAXPROCS && dibs run --slots 3 -- printenv GOMAXPROCS)"

PATH=$tools:$PATH
sees 'make gets the number' '<-j3><-k>  -j3' run --slots 3 -- make -k
sees 'in place of its own' '<-j3><-k>  -j3' run --slots 3 -- make -kj8
sees 'but no more than it wants' '<-j2><all>  -j3' run --slots 3 -- make -j2 all
sees 'what is serial stays so' '<-j1>  -j3' run --slots 3 -- make -j1
sees 'ninja' '<-j3><all>  -j3' run --slots 3 -- ninja all
sees 'ctest' '<-j3><-V>  -j3' run --slots 3 -- ctest -V
sees 'cargo' '<test><-j3>  -j3' run --slots 3 -- cargo test
sees 'cmake' '<--build><b><-j3>  -j3' run --slots 3 -- cmake --build b
sees 'cmake that configures' '<-S><.>  -j3' run --slots 3 -- cmake -S .
sees '{slots} is not what make wants' '<-j2><3>  -j3' run --slots 3 -- make -j2 '{slots}'

tells 'nothing is said of a number' '' run --slots 3 -- true
tells 'of a range it is' 'dibs: --slots 1..9: 3 from start to end' run --slots 1..9 -- true
tells 'also of auto' 'dibs: --slots auto: 3 from start to end' run --slots auto -- true
tells 'but not quietly' '' run -q --slots auto -- true
tells 'fewer than wanted' 'dibs: --slots 9: there are only 3; given those' run --slots 9 -- true
tells 'fewer than wanted for a job' 'dibs: --slots 4..9: there are only 3; given those' job --slots 4..9 -- true
tells 'a -j that was taken' 'dibs: make -j8: 3 slots from start to end' run --slots 3 -- make -j8
answer 'g 7k2 1 n 1 -'
tells 'one' 'dibs: --slots 2: there is only 1; given that' run --slots 2 -- true

# What sees less than the machine starts no daemon for others.
narrowed='; env | grep -c ^DIBS_NARROWED=1'
sees 'a run with slots is narrowed' 1 run -q --slots 2 -- sh -c ":$narrowed"
sees 'one in the background too' 1 run --background -- sh -c ":$narrowed"
sees 'others are not' 0 run -- sh -c ":$narrowed"
mv "$DIBS_DIR/daemon" "$DIBS_DIR/daemon.aside"
like 'it starts no daemon' '*does not start one; running without dibs.*
ran' "$(export DIBS="$DIBS_DIR" DIBS_NARROWED=1 && dibs run -- echo ran 2>&1)"
like 'but one of its own' '*no daemon today*
ran' "$(export DIBS_NARROWED=1 && dibs run -- echo ran 2>&1)"
mv "$DIBS_DIR/daemon.aside" "$DIBS_DIR/daemon"

# Inside a run with tokens.
answer 'g 7k2.m1 2 m 2 -'
export DIBS_RUN=7k2 DIBS_SLOTS=1 DIBS_FIFO="$DIBS_DIR/runs/7k2/tokens" DIBS_FDS=187,188 MAKELEVEL=1
export MAKEFLAGS='k -j4 --jobserver-auth=187,188 -- V=1' CARGO_MAKEFLAGS='-j4 --jobserver-auth=187,188' RUST_TEST_THREADS=1
sees 'a member leaves the tokens of its run' '|||-k -j2 -- V=1|7k2.m1|2|1' \
  run --slots 2 -- sh -c 'echo "$DIBS_FIFO|$DIBS_FDS|$CARGO_MAKEFLAGS|${MAKEFLAGS# }|$DIBS_RUN|$DIBS_SLOTS|$DIBS_MAKELEVEL"'
sees 'what the user set stays' 1 run --slots 2 -- printenv RUST_TEST_THREADS
unset DIBS_FIFO DIBS_FDS MAKEFLAGS CARGO_MAKEFLAGS MAKELEVEL
sees 'what a run without tokens set does not' 2 run --slots 2 -- printenv RUST_TEST_THREADS

# Below a run with slots.
: >"$DIBS_DIR/requests"
export DIBS_JOB=$$ DIBS_SLOTS=3 GOMAXPROCS=3
sees 'there is no more than that has' '3 3' run --slots 5 -- sh -c 'echo {slots} $GOMAXPROCS'
tells 'which is said' 'dibs: --slots 5: there are only 3; given those' run --slots 5 -- true
sees 'less can be had' '2 2 2' run --slots 2 -- sh -c 'echo {slots} $GOMAXPROCS $DIBS_SLOTS'
sees 'auto is all' 3 run -q --slots auto -- echo '{slots}'
sees 'a job too' 2 job --slots 1..2 -- echo '{slots}'
sees 'make' '<-j2>  -j2' run --slots 2 -- make -j8
DIBS_SLOTS=many sees 'a number that is none is 1' 1 run -q --slots 2 -- echo '{slots}'
sees 'the background' 19 run --background -- nice
is 'and nobody asks' '' "$(asked)"
unset DIBS_JOB DIBS_SLOTS DIBS_RUN GOMAXPROCS RUST_TEST_THREADS

# Without dibs.
answer 'u no'
sees 'without dibs {slots} is the most that was wanted' '4 {slots' run --slots 2..4 -- echo '{slots}' '{slots'
sees 'for a job' 4 job --slots 4 -- echo '{slots}'
sees 'auto is the machine' "$(nproc)" run --slots auto -- echo '{slots}'
sees 'everything else is what was typed' '<-j8> ' run --slots 2 -- make -j8
sees 'the background is nice' 19 run --background -- nice
sees 'with slots' 19 run --background --slots 2 -- nice
like 'strictly it does not run' '*--strict*=125' "$(dibs run --strict --slots 2 -- echo '{slots}' 2>&1; echo "=$?")"
export DIBS=off
sees 'nor when it is off' 7 run --slots 7 -- echo '{slots}'
sees 'in the background' 19 run --background -- nice
