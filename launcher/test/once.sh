# shellcheck shell=sh
# `dibs once`: running for others, replaying for oneself, and all that can be wrong. What the daemon makes of it is met in the
# system tests.

. "${0%/*}/lib.sh"

does() {
  name=$1 pattern=$2
  shift 2
  like "$name" "$pattern" "$(dibs "$@" 2>&1; echo "=$?")"
}

answer 'r 7k2 -'
run=$DIBS_DIR/once/7k2

# fresh: the folder of a run, as the daemon makes it.
fresh() {
  rm -rf "$run"
  mkdir -p "$run"
  mkfifo "$run/life" "$run/o" "$run/e" "$run/oc" "$run/ec"
}

# runs NAME PATTERN COMMAND...: what it says, its status, and what it leaves to others.
runs() {
  name=$1 pattern=$2
  shift 2
  fresh
  output=$(dibs once docs -- "$@" 2>"$SCRATCH/err.$$"; echo "=$?")
  like "$name" "$pattern" "$output|$(cat "$run/out")|$(cat "$run/err")|$(cat "$run/status" 2>/dev/null)"
  is "$name: the same is kept of standard error" "$(cat "$SCRATCH/err.$$")" "$(cat "$run/err")"
}

runs 'output, errors and status' 'out
=3|out|err|3' sh -c 'echo out; echo err >&2; exit 3'
is 'words are asked for, not texts' 'once|1|pid=*|words=3' "$(asked)"
runs 'a signal is a status' '=143||*|143' sh -c 'kill -TERM $$'
runs 'no output' '=0|||0' true
runs 'a number that can not run' '=126|*|*|126' sh -c 'exit 126'
runs 'the command knows its run' '7k2
=0|7k2||0' sh -c 'echo $DIBS_ONCE'
DIBS_ONCE=abc runs 'and the runs around it' 'abc:7k2
=0|*' sh -c 'echo $DIBS_ONCE'
runs 'a TERM is forwarded' 'got
=7|got||7' sh -c 'trap "echo got; exit 7" TERM; kill -TERM $PPID; while :; do sleep 0.02; done'
under_test=$SHELL_UNDER_TEST
SHELL_UNDER_TEST="env --default-signal=INT,QUIT $under_test" # what runs in the background ignores them
runs 'an INT too' 'got
=8|*' sh -c 'trap "echo got; exit 8" INT; kill -INT $PPID; while :; do sleep 0.02; done'
runs 'a signal that the command does not mind' 'done
=0|*' sh -c 'trap : HUP; kill -HUP $PPID; sleep 0.2; echo done'
runs 'the command minds what it would mind' '0
=0|*' sh -c 'set -- $(grep SigIgn /proc/self/status); echo $(( (0x$2 >> 1) & 1 ))'
SHELL_UNDER_TEST="env --ignore-signal=INT,QUIT $under_test"
runs 'and ignores what it would ignore' '3
=0|*' sh -c 'set -- $(grep SigIgn /proc/self/status); echo $(( (0x$2 >> 1) & 3 ))'
SHELL_UNDER_TEST=$under_test
runs 'what it leaves behind holds nobody up' 'quick
=0|quick||0' sh -c 'sleep 4 >&2 & echo quick'
is 'input is what it was' 'hello' "$(fresh; echo hello | dibs once docs -- cat)"
fresh
dibs once docs -- cat <&- 2>/dev/null >&2
is 'no input stays no input' "$(cat "$run/status")" "$(sh -c 'cat <&- 2>/dev/null >&2; echo $?')"
fresh
dibs once docs -- echo closed >&-
is 'closed output is nobody else'"'"'s' 'closed 0' "$(cat "$run/out" "$run/status" | tr '\n' ' ' | sed 's/ $//')"
fresh
dibs once docs -- sh -c 'head -c 100000 /dev/zero; head -c 100000 /dev/urandom; echo; echo last >&2' 2>/dev/null | cksum >"$SCRATCH/sum.$$"
is 'bytes are not changed' "$(cat "$SCRATCH/sum.$$")" "$(cksum <"$run/out")"
fresh
dibs once docs -- sh -c 'yes | head -c 300000' | head -c 1 >/dev/null
is 'a reader who leaves early spoils nothing for others' '300000 0' "$(wc -c <"$run/out" | tr -d ' ') $(cat "$run/status")"
fresh
dibs once docs -- head -c 70000000 /dev/zero | wc -c >"$SCRATCH/sum.$$"
is 'more than 64 MiB is passed on' 70000000 "$(tr -d ' ' <"$SCRATCH/sum.$$")"
is 'and not kept' 67108865 "$(wc -c <"$run/out" | tr -d ' ')"

# A runner that is killed reports nothing.
fresh
# shellcheck disable=SC2086
$SHELL_UNDER_TEST "$home/dibs" once docs -- sh -c 'echo $$ >"$0/pid"; exec sleep 30' "$run" &
runner=$!
await [ -s "$run/pid" ]
{ kill -KILL $runner && wait $runner; } 2>/dev/null
is 'who is killed reports nothing' '' "$(cat "$run/status" 2>/dev/null)"
like 'and its command can be found by the life FIFO' '*once/7k2/life*' "$(ls -l "/proc/$(cat "$run/pid")/fd" 2>/dev/null)"
kill -KILL "$(cat "$run/pid")"
# Here is no daemon that ends what it left.
grep -ls "$run/" /proc/[0-9]*/cmdline | cut -d/ -f3 | xargs -r kill -KILL 2>/dev/null

# Replaying.
rm -rf "$run"
mkdir -p "$run"
printf 'out\0\377\n' >"$run/out"
printf 'err' >"$run/err"
answer 's 7k2 0 -'
is 'output is replayed' "$(cksum <"$run/out")" "$(dibs once docs -- false 2>/dev/null | cksum)"
is 'errors are' err "$(dibs once docs -- false 2>&1 >/dev/null)"
printf '' >"$run/out"
answer 's 7k2 5 -'
does 'the status is' 'err=5' once docs -- true
answer 's 7k2 0 c'
does 'what was cut off is said' 'errdibs: there was more output*=0' once docs -- true
answer 'w' "w waiting for 'docs': run by pid 5" 's 7k2 0 -'
does 'waiting says for whom' "dibs: waiting for 'docs': run by pid 5
err=0" once docs -- true
does 'quiet does not' 'err=0' once -q docs -- true
rm -rf "$run"
does 'a result that has gone' '*not run: the result in * has gone*=125' once docs -- true

# What is asked for.
answer "b 'docs' is not done"
does 'the time ran out' "dibs: 'docs' is not done
=75" once -n docs -- echo x
is 'which is 0' 'once|1|pid=*|wait=0|words=2' "$(asked)"
does 'with a status of its own' '*=9' once -w 2.5 -E 9 docs -- echo x
dibs once --ttl 60 --env=CC,CFLAGS docs -- make -j8 docs 2>/dev/null
is 'a time and variables' 'once|1|pid=*|words=3|ttl=60|env=CC:CFLAGS' "$(asked)"
answer "x 'docs' stands for other work"
does 'other work' "dibs: 'docs' stands for other work
=125" once docs -- echo x
answer 'u the daemon was stopped'
does 'not served, it does not run' 'dibs: not run: the daemon was stopped*=125' once docs -- echo x
for nonsense in hello 'r' 'r ../.. -' 's 7k2 x -' 's 7k2 5' 'g 7k2 1 n 1 -' ''; do
  answer "$nonsense"
  does "nonsense: $nonsense" '*not run:*=125' once docs -- echo x
done
: >"$DIBS_DIR/requests"
does 'no key' '*no key*=125' once
does 'no command' '*no command*=125' once docs --
does 'no --' '*behind the key comes --*=125' once docs make
does 'no key before --' '*the key stands before --*=125' once -- make
does 'an empty key' '*empty*=125' once '' -- make
does 'a key with control characters' '*control characters*=125' once "a$(printf '\t')b" -- make
does 'a long key' '*longer than 4096*=125' once "$(printf %5000d 0)" -- make
does 'an unknown option' '*unknown option*=125' once --frob docs -- make
does 'a time that is none' '*number of seconds*=125' once --ttl soon docs -- make
does 'variables that are none' '*names of variables*=125' once --env 'A B' docs -- make
does 'no value' '*wants a value*=125' once -w
does 'not found' "*'no-such-program' was not found*=127" once docs -- no-such-program
does 'help' 'dibs once *=0' once --help
does 'help by name' 'dibs once *=0' help once
is 'nobody was asked' '' "$(asked)"
unset DIBS_DIR
DIBS_DIR=/proc/dibs does 'a directory that can not be' '*not run: /proc/dibs could not be made*=125' once docs -- echo x
