# shellcheck shell=sh
# `dibs lock` up to the request, and from the grant to the command.

. "${0%/*}/lib.sh"
answer 'l 7k2 17 -'
mkdir -p "$DIBS_DIR/locks/life"
mkfifo "$DIBS_DIR/locks/life/7k2"
work=$SCRATCH/work.$$
mkdir -p "$work/app/deep"
ln -s "$work/app" "$work/link"
ln -s "$work/loop" "$work/loop"
cd "$work" || exit
work=$(pwd -P)

# asks NAME REQUEST ARGUMENT...
asks() {
  name=$1 wanted=$2
  shift 2
  : >"$DIBS_DIR/requests"
  dibs lock "$@" >/dev/null 2>&1
  is "$name" "$wanted" "$(asked)"
}

# refuses NAME PATTERN ARGUMENT...
refuses() {
  name=$1 wanted=$2
  shift 2
  text=$(dibs lock "$@" 2>&1)
  status=$?
  like "$name" "$wanted" "$text"
  is "$name: status" 125 $status
}

sees() {
  name=$1 wanted=$2
  shift 2
  is "$name" "$wanted" "$(dibs lock "$@" 2>&1)"
}

asks 'a name' 'lock|1|pid=*|names=x' x -- true
asks 'several' 'lock|1|pid=*|names=x,y z,ü' x 'y z' ü -- true
asks 'what would be in the way is escaped' 'lock|1|pid=*|names=a%2Cb%25c' a,b%c -- true
asks 'shared' 'lock|1|pid=*|shared=1|names=x' -s x -- true
asks 'the last of two modes counts' 'lock|1|pid=*|names=x' -s -x x -- true
asks 'bounded' 'lock|1|pid=*|wait=2.5|names=x' -w 2.5 x -- true
asks 'bounded, written as one word' 'lock|1|pid=*|wait=2|names=x' -w2 x -- true
asks 'the long way' 'lock|1|pid=*|wait=2|names=x' --timeout=2 x -- true
asks 'not waiting' 'lock|1|pid=*|wait=0|names=x' -n x -- true
asks 'letters together' 'lock|1|pid=*|wait=0|shared=1|names=x' -sn x -- true
asks 'options behind names' 'lock|1|pid=*|wait=0|shared=1|names=x' x -s -n -- true
asks 'a priority' 'lock|1|pid=*|priority=background|names=x' --priority background x -- true
asks 'not the tree' 'lock|1|pid=*|tree=0|names=x' --no-inherit x -- true
asks 'not the tree, as in flock' 'lock|1|pid=*|tree=0|names=x' -o x -- true
asks 'a path' "lock|1|pid=*|names=$work/app/_build" app/_build -- true
asks 'a path by another way' "lock|1|pid=*|names=$work/app/_build" ./link/deep/..//_build/ -- true
asks 'a link' "lock|1|pid=*|names=$work/app" ./link -- true
DIBS_RUN=7k2
export DIBS_RUN
asks 'in a run' 'lock|1|pid=*|within=7k2|names=x' x -- true
unset DIBS_RUN

is 'many names lie in a file' 'lock|1|pid=*|namesfile=1 200 n200' "$(
  dibs lock $(seq -f n%g 200) -- true
  asked | tr '\n' ' '
  cat "$DIBS_DIR"/r/*.names | wc -l | tr -d ' \n'
  printf ' '
  tail -n 1 "$DIBS_DIR"/r/*.names
)"
rm -f "$DIBS_DIR"/r/*.names
long=$(printf '%0400d' 0)
is 'a long name too' "$long" "$(dibs lock "$long" -- true && cat "$DIBS_DIR"/r/*.names)"
rm -f "$DIBS_DIR"/r/*.names

sees 'the command gets its number' 17 x -- printenv DIBS_FENCE
sees 'and the claim' 7k2 x -- printenv DIBS_LOCK
sees 'a command line' 'a b' x -c 'echo a b'
sees 'odd arguments stay' '[][ a  b ][*][\n][-]' x -- printf '[%s]' '' ' a  b ' '*' '\n' -
sees 'what is done already' '' x --unless true -- echo ran
sees 'what is not' ran x --unless false -- echo ran
dibs lock x -- sh -c 'exit 7'
is 'the status is the command'"'"'s' 7 $?
dibs lock x -- nothing-such 2>/dev/null
is 'a command that is not there' 127 $?

answer 'l 7k2 17 t'
sees 'the tree has its FIFO' "$DIBS_DIR/locks/life/7k2" x -- sh -c 'for f in /proc/self/fd/*; do readlink "$f"; done | grep life'
sees 'but not with --no-inherit' '' --no-inherit x -- sh -c 'for f in /proc/self/fd/*; do readlink "$f"; done | grep life'

answer 'names set -- a.b=1 "$@"' 'l 7k2 17 e'
sees 'names that no shell knows' 1 x -- printenv a.b

answer 'b lock on x is not free'
dibs lock -n x -- true 2>/dev/null
is 'not free' 75 $?
dibs lock -n -E 3 x -- true 2>/dev/null
is 'not free, with a status' 3 $?
answer 'x a circle'
refuses 'a refusal' '*a circle*' x -- echo ran
answer 'u nothing works'
refuses 'locks fail closed' '*nothing works*does not run*' x -- echo ran

refuses 'an empty name' '*a name is empty*' '' -- true
refuses 'control characters' '*control characters*' 'a
b' -- true
refuses 'a loop' '*circle*' ./loop/x -- true
refuses 'no folder' '*no folder*' nowhere/x -- true
refuses 'no command' '*no command*' x --
refuses 'no --' '*stands behind --*' x make
refuses 'no name' '*no name*' -- make
refuses 'no number' '*number of seconds*' -w soon x -- make
refuses 'no priority' '*interactive*' --priority high x -- make
refuses 'no such option' "*unknown option '--frobnicate'*" --frobnicate x -- make
refuses 'a name to be listed' '*takes no name*' --list x
refuses 'a command that is not run' '*run no command*' --kill-holder x -- make
cd / || exit
rm -rf "$work"
