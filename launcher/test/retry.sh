# shellcheck shell=sh
# Commands that may be run again: to whoever looks, dibs became the command; and when it is run again, and how.

. "${0%/*}/lib.sh"
answer 'g 7k2 1 - 1 -'
dir=$SCRATCH/retry.$$
mkdir "$dir"

# verdict LINE...: what the daemon says of a command that ended badly.
verdict() {
  printf '%s\n' "$@" >"$DIBS_DIR/answer.ended"
}

# asked_all: all requests since the last answer, in order, the pids left out.
asked_all() {
  tr '\037' '|' <"$DIBS_DIR/requests" | sed 's/1|pid=[0-9]*//' | grep . | tr '\n' ' '
}

# again NAME WANTED REQUESTS ARGUMENT...: the command finds in "$count" how often it was begun.
again() {
  name=$1 wanted=$2 requests=$3
  shift 3
  : >"$dir/count"
  : >"$DIBS_DIR/requests"
  got=$(dibs "$@" 2>&1)
  status=$?
  is "$name" "$wanted" "$(printf '%s\n' "$got" | grep -v -e '^Killed$' -e '^Terminated$') $status"
  is "$name: what is asked" "$requests" "$(asked_all)"
}
begun='echo >>"$0"; n=$(wc -l <"$0"); echo "$n"'

verdict 'file x' 'o 1'
for status in 0 3 125 255; do
  dibs job --retry -- sh -c "exit $status" 2>/dev/null
  is "status $status" $status $?
done
for signal in KILL TERM INT SEGV; do
  said=$(sh -c '"$@"; :' x $SHELL_UNDER_TEST "$home/dibs" job -q --retry -- sh -c "kill -$signal \$\$" 2>&1)
  wanted=$(sh -c '"$@"; :' x sh -c "kill -$signal \$\$" 2>&1 | sed 's/ (core.*//')
  is "it dies of SIG$signal too" "$wanted" "$(printf '%s' "$said" | grep -v '^dibs: sh: x')"
done

is 'standard input' 'line' "$(echo line | dibs job --retry -- cat)"
is 'a closed one stays closed' closed "$(dibs job --retry -- sh -c '[ -e /proc/self/fd/0 ] || echo closed' <&-)"
descriptors='for fd in /proc/$$/fd/*; do [ "$(readlink "$fd")" = "$0" ] || echo "${fd##*/} $(readlink "$fd")"; done'
is 'descriptors' "$(sh -c "$descriptors" x 3</dev/null 4</etc/passwd 9>"$dir/9" | grep -v pipe:)" \
  "$(dibs job --retry -- sh -c "$descriptors" x 3</dev/null 4</etc/passwd 9>"$dir/9" | grep -v pipe:)"
is 'arguments' "<a b><><*><\$x><'><\\><-->" "$(dibs job --retry -- printf '<%s>' 'a b' '' '*' '$x' "'" '\' --)"
is 'its parent holds the job' same "$(dibs job --retry -- sh -c '[ $DIBS_JOB = $PPID ] && echo same')"
ignored='/bin/grep -e SigIgn -e SigBlk -e SigCgt /proc/self/status'
is 'signals' "$(/usr/bin/env $ignored)" "$(dibs job --retry -- $ignored)"
for signal in INT QUIT TERM HUP; do
  is "$signal ignored stays so" "$(trap '' $signal && /bin/sh -c "$ignored")" "$(trap '' $signal && dibs job --retry -- /bin/sh -c "$ignored")"
done
is 'options of the shell stay with it' 'no' "$($SHELL_UNDER_TEST -e "$home/dibs" job --retry -- sh -c 'false; echo no' 2>&1)"

# signalled SIGNAL: what a command says that is told SIGNAL by way of us, and our status.
signalled() {
  rm -f "$dir/ready"
  # What a script starts in the background ignores SIGINT.
  env --default-signal=INT,QUIT $SHELL_UNDER_TEST "$home/dibs" job --retry -- \
    sh -c 'trap "echo told; exit 9" '"$1"'; : >"$0"; while :; do sleep 0.05; done' "$dir/ready" >"$dir/said" 2>&1 &
  pid=$!
  await [ -e "$dir/ready" ]
  kill "-$1" $pid
  wait $pid
  status=$?
  echo "$(cat "$dir/said") $status"
}
: >"$DIBS_DIR/requests"
for signal in TERM HUP INT QUIT; do
  is "a signal is passed on: $signal" 'told 9' "$(signalled $signal)"
done
case $(asked_all) in *ended*) echo 'not ok whoever was told to end is not run again' ;; *) echo 'ok whoever was told to end is not run again' ;; esac

verdict 'file 64' 'o 0'
again 'killed once, it runs again' "1
dibs: sh was killed, for memory ran out; running it again
2 0" 'job||retry=1 ended||attempt=1 job||mem=64M|retry=1|attempt=2 ' \
  job --retry -- sh -c "$begun; [ \$n -gt 1 ] || kill -9 \$\$" "$dir/count"
again 'killed by a compiler that lives, too' "1
2 0" 'job||retry=1|kind=k ended||attempt=1 job||mem=64M|retry=1|attempt=2|kind=k ' \
  job --retry -q --kind k -- sh -c "$begun; [ \$n -gt 1 ] || exit 1" "$dir/count"
again 'killed twice, it has the memory for itself' "1
dibs: sh was killed, for memory ran out; running it again
2
dibs: sh was killed, for memory ran out; running it again, with the memory for itself
3 4" 'job||mem=9M|retry=1 ended||attempt=1 job||mem=64M|retry=1|attempt=2 ended||attempt=2 job||mem=64M|retry=1|attempt=3 ended||attempt=3 ' \
  job --retry --mem 9M -- sh -c "$begun; [ \$n -gt 2 ] || kill -9 \$\$; exit 4" "$dir/count"
verdict 'file it ran out of memory alone.' 'o 1'
again 'why not is said' "1
dibs: sh: it ran out of memory alone. 137" 'job||retry=1 ended||attempt=1 ' \
  job --retry -- sh -c "$begun; kill -9 \$\$" "$dir/count"
verdict 'o 1'
again 'killed by somebody else, it is dead' "1 137" 'job||retry=1 ended||attempt=1 ' \
  job --retry -- sh -c "$begun; kill -9 \$\$" "$dir/count"
verdict 'u what?'
again 'a daemon that does not know says nothing' "1 137" 'job||retry=1 ended||attempt=1 ' \
  job --retry -- sh -c "$begun; kill -9 \$\$" "$dir/count"
( export DIBS_JOB=$$
again 'below a job nobody asks' "1 137" '' job --retry -- sh -c "$begun; kill -9 \$\$" "$dir/count" )

verdict 'o 1'
answer 'g 7k2 1 n 1 -'
again 'a run that fails by itself is not repeated' "1 3" 'run||cap=8 ' \
  run --retry 2 -j8 -- sh -c "$begun; exit 3" "$dir/count"
again 'a run that was killed has half of the slots' "1
dibs: sh was killed by signal 9; running it again with 1 slot, 1 of 2
2 0" 'run||cap=3 run||cap=1 ' run --retry 2 -j3 -- sh -c "$begun; [ \$n -gt 1 ] || kill -9 \$\$" "$dir/count"
again 'or one, at last' "1
dibs: sh ended with status 7; running it again with 1 slot, 1 of 2
2
dibs: sh ended with status 7; running it again with 1 slot, 2 of 2
3
dibs: sh failed 3 times, the last time with 1 slot; it is not run again 7" 'run||cap=2 run||cap=1 run||cap=1 ' \
  run --retry 2 --retry-on 6,7 -j2 -- sh -c "$begun; exit 7" "$dir/count"
again 'so have fixed ones' "1
2 0" 'run||width=1|cpus=1|min=2|max=2 run||width=1|cpus=1|min=1|max=1 ' \
  run -q --retry 2 --retry-on 7 --slots 2 -- sh -c "$begun; [ \$n -gt 1 ] || exit 7" "$dir/count"
again 'whoever is told to end is not repeated' "1 143" 'run||cap=2 ' run --retry 2 -j2 -- sh -c "$begun; kill \$\$" "$dir/count"
again 'zero times is not at all' "1 7" 'run||cap=2 ' run --retry 0 --retry-on 7 -j2 -- sh -c "$begun; exit 7" "$dir/count"
DIBS=off; export DIBS
again 'without dibs it is the command' "1 7" '' run --retry 3 --retry-on 7 -- sh -c "$begun; exit 7" "$dir/count"
again 'so is a job' "1 137" '' job --retry -- sh -c "$begun; kill -9 \$\$" "$dir/count"
rm -rf "$dir"
