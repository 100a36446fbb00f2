# shellcheck shell=sh
# What a shim makes of its tool. The tools are scripts that say how they were called.

. "${0%/*}/lib.sh"
answer 'g m1 1 m 1 -'
tokens=$DIBS_DIR/runs/7k2/tokens
shims=$SCRATCH/dibs/shims/set.$$
tools=$SCRATCH/tools.$$
mkdir -p "$shims" "$tools"
for tool in make gmake ninja cmake ctest cargo; do
  printf '#!/bin/sh\ndibs_tool=%s\n. '\''%s'\''\n' "$tool" "$home/launcher/shim.sh" >"$shims/$tool"
  cat >"$tools/$tool" <<'T'
#!/bin/sh
case $1 in --version) echo "$VERSION" && exit ;; esac
printf '<%s>' "$@"
printf ' %s' "${MAKEFLAGS-}|${MAKE-}|$DIBS_RUN|$PATH" >"$SAID"
for fd in 187 188; do [ -e /proc/self/fd/$fd ] && printf +; done
T
done
chmod +x "$shims"/* "$tools"/*
export SAID="$SCRATCH/said.$$" VERSION=1.13.1

# called TOOL ARGUMENT...: by way of the shim, inside a run with tokens and descriptors. Leaves what the tool said, where
# + stands for each of the run's descriptors, and its variables in flags, make, run, path.
called() {
  tool=$1
  shift
  # shellcheck disable=SC2086
  said=$(DIBS=$DIBS_DIR PATH=$shims:$tools:$PATH $SHELL_UNDER_TEST "$shims/$tool" "$@" 2>&1)
  IFS='|' read -r flags make run path <"$SAID"
  flags=${flags#"${flags%%[! ]*}"}
}

export DIBS_RUN=7k2 DIBS_FIFO="$tokens" DIBS_FDS=187,188 MAKEFLAGS=' -j4 --jobserver-auth=187,188'

called make -kj8 'a b'
is 'make loses its -j' '<-k><a b>++' "$said"
is 'it keeps its jobserver, opened again' '-j4 --jobserver-auth=187,188' "$flags"
is 'it asks for a place' 'run|1|pid=*|within=7k2' "$(asked)"
is 'and is a run in the run' m1 "$run"
is 'its children call the shim' make "$make"
called make -j1 x
is 'make -j1 stays serial' '<-j1><x>' "$(printf '%s' "$said" | tr -d +)"
is 'without a jobserver' '' "$flags"
MAKEFLAGS=' -j2 --jobserver-auth=3,4 -- V=1' called make x
is 'a jobserver of somebody else is replaced' '-j2 --jobserver-auth=187,188 -- V=1' "$flags"
MAKEFLAGS=" -j7 --jobserver-auth=fifo:$tokens" called make x
is 'so is what ninja understands' '-j7 --jobserver-auth=187,188' "$flags"
called gmake -j
is 'gmake calls gmake' gmake "$make"
MAKE=mine called make x
is 'a MAKE of the user stays' mine "$make"

: >"$DIBS_DIR/requests"
MAKELEVEL=1 called make -j8 x
is 'below a make of ours nobody asks' '<x>++ ' "$said $(asked)"
MAKELEVEL=1 DIBS_MAKELEVEL=1 called make -j8 x
is 'the level at the start of the run counts' 'run|1|pid=*|within=7k2' "$(asked)"
: >"$DIBS_DIR/requests"
DIBS_JOB=$$ called make -j8 x
is 'below a job nobody asks' '<x>++ ' "$said $(asked)"

called ninja -vj8
is 'ninja loses its -j' '<-v>' "$said"
is 'it is given the FIFO' "-j4 --jobserver-auth=fifo:$tokens" "$flags"
answer 'g m1 3 m 4 -'
VERSION=1.11.1 called ninja -j8
is 'an old ninja is given a number' '<-j3>' "$said"
is 'for which it asks' 'run|1|pid=*|within=7k2|width=1|min=1|max=8' "$(asked)"
MAKELEVEL=1 VERSION=1.11.1 called ninja
is 'also below make' 'run|1|pid=*|within=7k2|width=1|min=1' "$(asked)"
DIBS_JOB=$$ DIBS_SLOTS=2 VERSION=1.11.1 called ninja -j8
is 'or has what its job has' '<-j2>' "$said"
answer 'u no'
VERSION=1.11.1 called ninja -j8
is 'or what was typed, if there is none' '<-j8>' "$said"
answer 'g m1 1 m 1 -'
VERSION='ctest version 3.30' called ctest -j8
is 'a new ctest keeps its -j' '<-j8>' "$said"
called cmake --build . -j8 -- -kj3
is 'cmake --build loses its -j' '<--build><.><--><-k>++' "$said"
called cmake -S . -B b
is 'a cmake that configures finds no shims' "<-S><.><-B><b> $tools:$PATH" "$said $path"
called cmake -E env make
is 'other cmakes do' "$shims:$tools:$PATH" "$path"
called cargo build -j8 --release
is 'cargo loses its -j' '<build><--release>' "$said"
: >"$DIBS_DIR/requests"
called cargo metadata -j8
is 'what builds nothing is left alone' '<metadata><-j8> ' "$said $(asked)"

( unset DIBS_RUN && called make -j8 && is 'outside of a run nothing is taken' '<-j8>' "$said" )
DIBS_FIFO=/no/such/fifo called make -j8
is 'nor when the run is over' '<-j8>' "$said"
( unset DIBS_FIFO DIBS_FDS && MAKEFLAGS=' -j1' && called make -j8 && is 'a run without tokens is serial' '<> -j1' "$said $flags" )
PATH=/nonexistent like 'no real tool' "*'make' was not found* 127" \
  "$(PATH=$shims:/nonexistent; export PATH; /bin/sh "$shims/make" -j8 2>&1; echo " $?")"

rm "$DIBS_DIR/daemon"
called make -j8 x
is 'without a daemon the FIFO still serves' '<x>++' "$said"
VERSION=1.11.1 called ninja -j8
is 'but whoever can not use it has what was typed' '<-j8>' "$said"
( unset DIBS_FIFO DIBS_FDS && called make -j8 && is 'without both nothing is taken' '<-j8>' "$said" )
DIBS=off; export DIBS
is 'DIBS=off' '<-j8>' "$(PATH=$shims:$tools:$PATH; export PATH; $SHELL_UNDER_TEST "$shims/make" -j8 | tr -d +)"
