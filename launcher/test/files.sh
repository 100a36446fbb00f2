# shellcheck shell=sh
# Asking by opening a file of the daemon's file system, and runs whose tokens are in it. A plain folder takes its place
# here: the file that a launcher will ask for lies there before, under its pid, and holds the answer. (The real one is met in
# the system tests.)

. "${0%/*}/lib.sh"
answer 'g slow 1 n 1 -'
mkdir -p "$DIBS_DIR/fs/ask" "$DIBS_DIR/runs/fast"
mkfifo "$DIBS_DIR/runs/fast/life" "$DIBS_DIR/runs/slow-life" 2>/dev/null
: >"$DIBS_DIR/fs/README"
: >"$DIBS_DIR/fs/jobserver"
ln "$DIBS_DIR/fs/jobserver" "$DIBS_DIR/fs/tokens"
jobserver=$DIBS_DIR/fs/jobserver life=$DIBS_DIR/runs/fast/life
read -r daemon protocol version <"$DIBS_DIR/daemon"
serve() { printf '%s %s %s 0 0 %s\n' "$daemon" "$protocol" "$version" "$1" >"$DIBS_DIR/daemon"; }
serve fs

# asking REQUEST ANSWER ARGUMENT...: dibs with these arguments, where the file of that request (PID in it is its pid) holds
# the answer.
asking() {
  : >"$DIBS_DIR/requests"
  request=$1 content=$2
  shift 2
  # shellcheck disable=SC2086
  REQUEST=$request CONTENT=$content sh -c '
    printf "%s\n" "$CONTENT" >"$DIBS_DIR/fs/ask/${REQUEST%%PID*}$$${REQUEST#*PID}"
    unset REQUEST CONTENT
    exec "$@"
  ' x $SHELL_UNDER_TEST "$home/dibs" "$@" 2>&1
  rm -f "$DIBS_DIR"/fs/ask/*
}

say='echo $DIBS_RUN,$DIBS_SLOTS,$DIBS_FS'
granted="dibs_answer='g fast 2 sf 4 -'"
is 'a run is granted by its file' "fast,2,$DIBS_DIR/fs " \
  "$(asking run,1,pid=PID "$granted" run -q -- sh -c "$say" x) $(asked)"
is 'a job too' ",2,$DIBS_DIR/fs" "$(asking job,1,pid=PID "$granted" job -q -- sh -c "$say" x)"
is 'the name is the request' 'fast' \
  "$(DIBS_RUN=7k2 asking run,1,pid=PID,within=7k2,wait=2.5,cap=8,weight=7 "$granted" run -q -j8 -w2.5 --weight=7 -- sh -c 'echo $DIBS_RUN')"
is 'texts stand in it' 'fast' \
  "$(asking 'run,1,pid=PID,name=a%2Fb%2C 100%25' "$granted" run -q --name 'a/b, 100%' -- sh -c 'echo $DIBS_RUN')"
is 'several of them' ',2' \
  "$(asking 'job,1,pid=PID,kind=link,target=out%2Fapp' "$granted" job --kind link --target out/app -- sh -c 'echo ,$DIBS_SLOTS')"
is 'who has to wait asks over the FIFO' 'slow run|1|pid=*' \
  "$(asking run,1,pid=PID dibs_answer=w run -q -- sh -c 'echo $DIBS_RUN' x y) $(asked)"
is 'so does who is refused' 'slow run|1|pid=*' \
  "$(asking run,1,pid=PID "dibs_answer='x no'" run -q -- sh -c 'echo $DIBS_RUN' x y) $(asked)"
is 'and who hears nothing, in case that it was granted' 'slow run|1|pid=*|again=1' \
  "$(asking run,1,pid=PID '' run -q -- sh -c 'echo $DIBS_RUN' x y) $(asked)"
is 'and who hears nonsense' 'slow run|1|pid=*|again=1' \
  "$(asking run,1,pid=PID "dibs_answer='g'" run -q -- sh -c 'echo $DIBS_RUN' x y) $(asked)|again=1"
long=$(printf '%0150d' 0)
is 'a long text goes over the FIFO, which cuts it' "slow $(printf '%0100d' 0)" \
  "$(asking none,PID '' run -q --name "$long" -- sh -c 'echo $DIBS_RUN') $(asked | sed 's/.*name=//')"
serve -
is 'without the file system nobody looks for it' 'slow run|1|pid=*' \
  "$(asking run,1,pid=PID "$granted" run -q -- sh -c 'echo $DIBS_RUN' x y) $(asked)"
is 'nor has its name' '' "$(DIBS_FS=/x dibs run -q -- sh -c 'echo $DIBS_FS')"
serve fs
DIBS_RUN=none is 'with it a run that waited has its name' "$DIBS_DIR/fs" "$(dibs run -q -- sh -c 'echo $DIBS_FS')"
if [ "$(id -u)" = 0 ]; then
  chown 1 "$DIBS_DIR"
  like "nothing of somebody else's is read" '*belongs to somebody else*' "$(asking run,1,pid=PID "$granted" run -- true)"
  chown 0 "$DIBS_DIR"
fi

# says NAME WANTED FLAGS PATTERN: a line of a run's environment.
says() {
  is "$1" "$2" "$(asking run,1,pid=PID "dibs_answer='g fast 1 $3 4 -'" run -q -- env | sed -n "s/^$4=//p")"
}
descriptors='for fd in /proc/$$/fd/*; do echo "${fd##*/} $(readlink "$fd")"; done'
says 'makes that open it are given the path' " -j4 --jobserver-auth=fifo:$jobserver" sf MAKEFLAGS
says 'no descriptors' '' sf DIBS_FDS
says 'its name' "$jobserver" sf DIBS_FIFO
says 'an old make has descriptors' ' -j4 --jobserver-auth=187,188' sp MAKEFLAGS
says 'of which it is told' 187,188 sp DIBS_FDS
says 'cargo has the path' "-j4 --jobserver-auth=fifo:$jobserver" sp CARGO_MAKEFLAGS
like 'life alone is open where the path does' "189 $life" \
  "$(asking run,1,pid=PID "dibs_answer='g fast 1 sf 4 -'" run -q -- sh -c "$descriptors" | grep "$DIBS_DIR")"
like 'an old make has both ends of one description' "187 $DIBS_DIR/fs/tokens
188 $DIBS_DIR/fs/tokens
189 $life" "$(asking run,1,pid=PID "dibs_answer='g fast 1 sp 4 -'" run -q -- sh -c "$descriptors" | grep "$DIBS_DIR")"
is 'both share where they are' '187 2 188 2' "$(asking run,1,pid=PID "dibs_answer='g fast 1 sp 4 -'" run -q -- \
  bash -c 'printf xy >&187; for fd in 187 188; do read -r x pos </proc/self/fdinfo/$fd; printf "%s %s " $fd $pos; done' | sed 's/ $//')"

# Shims in such a run.
shims=$SCRATCH/dibs/shims/set.$$ tools=$SCRATCH/tools.$$
mkdir -p "$shims" "$tools"
for tool in make ninja ctest; do
  printf '#!/bin/sh\ndibs_tool=%s\n. '\''%s'\''\n' "$tool" "$home/launcher/shim.sh" >"$shims/$tool"
  cat >"$tools/$tool" <<'T'
#!/bin/sh
case $1 in --version) echo "${VERSION:-1.13.1}" && exit ;; esac
printf '<%s>' "$@" "${MAKEFLAGS-}"
for fd in 187 188; do [ -e /proc/self/fd/$fd ] && printf +; done
T
done
export VERSION=1.13.1
chmod +x "$shims"/* "$tools"/*
# called TOOL ARGUMENT...: by way of the shim, in a run with tokens in the file system.
called() {
  tool=$1
  shift
  # shellcheck disable=SC2086
  PATH=$shims:$tools:$PATH $SHELL_UNDER_TEST "$shims/$tool" "$@" 2>&1
}
export DIBS="$DIBS_DIR" DIBS_RUN=fast DIBS_FIFO="$jobserver" DIBS_FDS=187,188 MAKEFLAGS=' -j4 --jobserver-auth=187,188'
answer 'g fast.1 1 m 1 -'
is 'make has it opened again' '<-k>< -j4 --jobserver-auth=187,188>++' "$(called make -kj8)"
is 'ninja has the path' "<-v>< -j4 --jobserver-auth=fifo:$jobserver>" "$(called ninja -vj8)"
is 'ctest too' "<-j8>< -j4 --jobserver-auth=fifo:$jobserver>" "$(VERSION='ctest version 3.30' called ctest -j8)"
is 'a new make has the path' "<-k>< -j4 --jobserver-auth=fifo:$jobserver>" \
  "$(unset DIBS_FDS; MAKEFLAGS=" -j4 --jobserver-auth=fifo:$jobserver" called make -kj8)"
rm "$life"
is 'when the run is over nothing is taken' '<-j8>' "$(called make -j8 | sed 's/<[^>]*auth.*//')"
mkfifo "$life"
rm "$DIBS_DIR/fs/README"
is 'nor when the file system is gone' '<-j8>' "$(called make -j8 | sed 's/<[^>]*auth.*//')"
: >"$DIBS_DIR/fs/README"
unset DIBS DIBS_RUN DIBS_FIFO DIBS_FDS MAKEFLAGS
rm "$DIBS_DIR/control"
like 'who is refused there and can ask nobody else goes without' '*running without dibs*
done' "$(asking run,1,pid=PID "dibs_answer='x no'" run -- echo 'done')"
