# shellcheck shell=sh
# A run's jobserver, as make and cargo are told of it.

. "${0%/*}/lib.sh"
mkdir -p "$SCRATCH/shims/set.$$"
shims=$SCRATCH/shims/set.$$
answer "g 7k2 1 p 4 $shims"
tokens=$DIBS_DIR/runs/7k2/tokens

# says NAME WANTED PATTERN ARGUMENT...: a line of the command's environment.
says() {
  name=$1 wanted=$2 variable=$3
  shift 3
  is "$name" "$wanted" "$(dibs run -q "$@" env 2>&1 | sed -n "s/^$variable=//p")"
}

says 'a make of inherited descriptors' ' -j4 --jobserver-auth=187,188' MAKEFLAGS
says 'their numbers' 187,188 DIBS_FDS
says 'the FIFO' "$tokens" DIBS_FIFO
says 'cargo takes the FIFO' "-j4 --jobserver-auth=fifo:$tokens" CARGO_MAKEFLAGS
says 'the shims come first' "$shims:$PATH" PATH
says 'the directory' "$DIBS_DIR" DIBS
says 'the run' 7k2 DIBS_RUN
says 'its slots' 1 DIBS_SLOTS
MAKELEVEL=2 says 'the level of make' 2 DIBS_MAKELEVEL
DIBS_MAKELEVEL=7 says 'none, of no make' '' DIBS_MAKELEVEL
CARGO_BUILD_JOBS=9 says 'no -j in disguise' '' CARGO_BUILD_JOBS
DIBS_JOB=999999999 says 'no dead job' '' DIBS_JOB
MAKEFLAGS='ks -j9 -- V=1' says 'flags of the user are kept' ' -ks -j4 --jobserver-auth=187,188 -- V=1' MAKEFLAGS
like 'make keeps its bare name' '*make*' "$(dibs run -q -- make -j3 -s -f - x 2>&1 <<'M'
x:
	@echo $(MAKE) $(MAKEFLAGS)
M
)"

answer 'g 7k2 1 f 4 -'
says 'a make of FIFOs' " -j4 --jobserver-auth=fifo:$tokens" MAKEFLAGS
answer 'g 7k2 2 n 2 -'
says 'no tokens' ' -j1' MAKEFLAGS
says 'no FIFO' '' DIBS_FIFO
says 'no descriptors' '' DIBS_FDS
says 'one job for cargo' 1 CARGO_BUILD_JOBS
DIBS_FIFO=/x DIBS_FDS=3,4 says 'none of an older run' '' DIBS_FDS

answer 'g m1 1 m 1 -'
export DIBS_RUN=7k2 DIBS_FIFO="$tokens" MAKEFLAGS=' -j4 --x' DIBS_SLOTS=3
says 'a member keeps MAKEFLAGS' ' -j4 --x' MAKEFLAGS
says 'and its slots' 3 DIBS_SLOTS
says 'but is a run of its own' m1 DIBS_RUN
unset DIBS_RUN DIBS_FIFO MAKEFLAGS DIBS_SLOTS

answer 'g 7k2 1 p 4 -'
like '-j is taken once and said once' 'dibs: make -j8: at most 4 *
done' "$(printf 'x:\n\t@echo done\n' | dibs run -- make -j8 -s -f - 2>&1)"
is 'quiet says nothing' 'done' "$(printf 'x:\n\t@echo done\n' | dibs run -q -- make -s -f - 2>&1)"

# cmake looks for its own files beside argv[0], and remembers what it finds on the PATH.
mkdir "$SCRATCH/tools.$$"
printf '#!/bin/bash\necho "$0 $* $PATH"\n' >"$SCRATCH/tools.$$/cmake"
chmod +x "$SCRATCH/tools.$$/cmake"
PATH=$SCRATCH/tools.$$:$PATH
shims=$SCRATCH/shims/set.$$
printf '#!/bin/sh\ndibs_tool=cmake\n. x\n' >"$shims/cmake"
answer "g 7k2 1 p 4 $shims"
is 'a cmake that configures finds itself, and no shims' "$SCRATCH/tools.$$/cmake -S . $PATH" "$(dibs run -- cmake -S .)"
is 'a cmake that builds finds the shims' "$SCRATCH/tools.$$/cmake --build . $shims:$PATH" "$(dibs run -- cmake --build .)"

# Without bash there are no descriptors. A PATH of its own shows that.
bare=$SCRATCH/bare.$$
mkdir "$bare"
for tool in /bin/mkfifo /bin/sleep /usr/bin/env /bin/sh; do ln -s "$tool" "$bare"; done
interpreter=$(command -v "${SHELL_UNDER_TEST%% *}")
case $SHELL_UNDER_TEST in *' '*) interpreter="$interpreter ${SHELL_UNDER_TEST#* }" ;; esac
answer 'g 7k2 1 p 4 -'
case $SHELL_UNDER_TEST in
  bash*) without='*MAKEFLAGS= -j4 --jobserver-auth=187,188*' ;; # it is one
  *) without='*MAKEFLAGS= -j1*make runs one job*' ;;
esac
# shellcheck disable=SC2086
like 'without bash a make of descriptors is serial, and told so' "$without" \
  "$(PATH=$bare $interpreter "$home/dibs" run -- env 2>&1 | sort)"
answer 'g 7k2 1 f 4 -'
# shellcheck disable=SC2086
like 'without bash a make of FIFOs is none the worse' "*MAKEFLAGS= -j4 --jobserver-auth=fifo:$tokens*" \
  "$(PATH=$bare $interpreter "$home/dibs" run -- env 2>&1 | sort)"
