# shellcheck shell=sh
# Every answer, and everything that can go wrong between asking and the answer.

. "${0%/*}/lib.sh"
answer 'g 7k2 1 n 1 -'

# does NAME PATTERN ARGUMENT...: output and status
does() {
  name=$1 pattern=$2
  shift 2
  like "$name" "$pattern" "$(dibs "$@" 2>&1; echo "=$?")"
}

command='exit 3'
does 'the exit status is the command'"'"'s' '=3' run -- sh -c "$command"
does 'of a job too' '=3' job -- sh -c "$command"
does 'a signal is a signal' '*=143' run -- sh -c 'kill $$'
does 'not found' "*'no-such-program' was not found*=127" run -- no-such-program
does 'not found with a slash' '*=127' job -- ./no/such
does 'a folder' '*=126' run -- /tmp
touch "$SCRATCH/plain.$$"
does 'not executable' '*=126' run -- "$SCRATCH/plain.$$"
PATH="$SCRATCH:$PATH" does 'not executable on the PATH' '*=126' job -- "plain.$$"
does 'an empty name' '*=127' run -- ''
: >"$DIBS_DIR/requests"
dibs run -- no-such-program 2>/dev/null
is 'nobody asks for what can not run' '' "$(asked)"

answer 'w waiting for a slot: 2 of 2 in use' 'w still' 'g 7k2 1 n 1 -'
does 'waiting says why' 'dibs: waiting for a slot: 2 of 2 in use
dibs: still
done
=0' run -- echo 'done'
does 'quiet does not' 'done
=0' job -q -- echo 'done'
answer 'b no slot within 2 s'
does 'the time ran out' 'dibs: no slot within 2 s
=75' run -w 2 -- echo 'done'
does 'with a status of its own' '*=9' job -w 2 -E 9 -- echo 'done'
answer 'x no'
does 'misuse' 'dibs: no
=125' run -- echo 'done'
answer 'u pid 5 lives in another world'
does 'not served' 'dibs: pid 5 lives in another world; running without dibs*
done
=0' run -- echo 'done'
does 'not served, strictly' '*--strict*=125' run --strict -- echo 'done'
for nonsense in hello 'g' 'g 7k2' 'g 7k2 x y z -' 'g ../.. 1 - 1 -' ''; do
  answer "$nonsense"
  does "nonsense: $nonsense" '*running without dibs*
done
=0' run -- echo 'done'
done
answer silence
does 'silence ends after 5 s' '*does not answer within 5 s*
done
=0' run -- echo 'done'

: >"$DIBS_DIR/requests"
DIBS=off dibs run -- true
is 'off asks nobody' '' "$(asked)"
kill -STOP "$understudy"
head -c 65536 /dev/zero 1<>"$DIBS_DIR/control"
does 'so does a daemon that hangs, with its FIFO full' '*does not answer within 5 s*
done
=0' job -- echo 'done'
is 'no reply FIFO is left behind' '' "$(ls "$DIBS_DIR/r")"
dd if="$DIBS_DIR/control" of=/dev/null bs=65536 count=1 iflag=nonblock 2>/dev/null
kill -CONT "$understudy"

answer 'g 7k2 1 n 1 -'
DIBS_JOB=$$ dibs job -- true
DIBS_JOB=$$ dibs run -- true
is 'below a living job nobody asks' '' "$(asked)"
DIBS_JOB=999999999 dibs job -- true
is 'a dead job covers nobody' 'job|1|pid=*' "$(asked)"

# Jobs of other pools.
echo_pools='echo "${DIBS_JOB+job} $DIBS_POOLS $DIBS_SLOTS"'
answer 'g 7k2 3 - 1 -'
like 'a job of another pool is one job to cpu' 'job link:*:3 1' "$(dibs job --pool link -- sh -c "$echo_pools")"
like 'in a job of cpu it is part of that' " link:*:3 4" \
  "$(DIBS_JOB=$$ DIBS_SLOTS=4 dibs job --pool link -- sh -c 'test $DIBS_JOB != $$ && unset DIBS_JOB; '"$echo_pools")"
like 'pools add up, those of dead jobs go' "job gpu:$$:1 link:*:3 1" \
  "$(DIBS_POOLS="a:999999999:1 gpu:$$:1" DIBS_JOB=$$ DIBS_SLOTS=1 dibs job --pool link -- sh -c "$echo_pools")"
is 'the daemon is told which comes before' 'job|1|pid=*|pool=link|after=gpu' "$(asked)"
: >"$DIBS_DIR/requests"
DIBS_POOLS=link:$$:1 dibs job --pool link -- true
is 'below a living job of the pool nobody asks' '' "$(asked)"
DIBS_POOLS=link:$$:1 dibs job -- true
is 'nor for cpu' '' "$(asked)"
DIBS_POOLS=link:$$:1 dibs run -- true
is 'nor does a run' '' "$(asked)"
DIBS_JOB=$$ dibs job --pool link -- true
is 'below a job of cpu another pool is asked' 'job|1|pid=*|pool=link' "$(asked)"
for garbage in '*' 'link' ':' 'link:x:1' '../..:1:1' "link:999999999:1"; do
  DIBS_POOLS=$garbage dibs job --pool link -- true
  is "garbage in DIBS_POOLS: $garbage" 'job|1|pid=*|pool=link' "$(asked)"
done

# What pools say.
answer 'file POOL SIZE' 'o 0'
does 'pools are listed' 'POOL SIZE
=0' pool
is 'all of them' 'pool|1|pid=*' "$(asked)"
does 'or one' '*=0' pool link
is 'by its name' 'pool|1|pid=*|pool=link' "$(asked)"
does 'a pool gets a size' '*=0' pool link size 002
is 'as a number' 'pool|1|pid=*|pool=link|size=2' "$(asked)"
does 'cpu gets its own' '*=0' pool cpu size auto
is 'which is auto' 'pool|1|pid=*|pool=cpu|size=auto' "$(asked)"
does 'a pool is removed' '*=0' pool link remove
is 'by its name too' 'pool|1|pid=*|pool=link|remove=1' "$(asked)"
answer "x no pool 'lnk'; there are cpu, link"
does 'a pool may be refused' "dibs: no pool 'lnk'; there are cpu, link
=125" pool lnk

# A daemon that speaks another protocol.
cp "$DIBS_DIR/daemon" "$SCRATCH/daemon.$$"
printf '%s 2 0.9\n' $$ >"$DIBS_DIR/daemon"
does 'another protocol' 'dibs: the daemon (pid *, version 0.9) speaks another protocol; running without dibs. End it with: dibs stop
done
=0' run -- echo 'done'
does 'status with another protocol' '*speaks another protocol*=125' status
cp "$SCRATCH/daemon.$$" "$DIBS_DIR/daemon"

answer 'file two lines' 'o 0'
does 'status prints what the daemon wrote' 'two lines
=0' status
does 'and in JSON' 'two lines
=0' status --json
is 'json is asked for' 'status|1|pid=*|json=1' "$(asked)"
is 'the answer is removed' '' "$(ls "$DIBS_DIR/r")"
watched=$SCRATCH/watched.$$
# shellcheck disable=SC2086
{ $SHELL_UNDER_TEST "$home/dibs" status --watch 0.1 & } >"$watched" 2>&1
watcher=$!
two_statuses() { [ "$(grep -c '^two lines$' "$watched")" -ge 2 ]; }
await two_statuses
like 'a watched status comes again' 'two lines

two lines*' "$(cat "$watched")"
{ kill $watcher && wait $watcher; } 2>/dev/null
answer 'file a run lives' 'o 1'
does 'stop may be refused' 'a run lives
=1' stop
does 'or forced' '*=1' stop --force
is 'force is asked for' 'stop|1|pid=*|force=1' "$(asked)"

answer die
does 'a daemon that dies is missed' '*ended at once (no daemon today)*running without dibs*
done
=0' run -- echo 'done'
does 'status without a daemon' 'No daemon is running*=0' status
does 'in JSON' '{*"daemon" : null*}
=0' status --json
does 'stop without a daemon' 'No daemon is running*=0' stop
is 'no file was made of the missing FIFO' '' "$(find "$DIBS_DIR" -name control -type f)"

# Directories that can't be.
unset DIBS_DIR
DIBS_DIR=/proc/dibs does 'a directory that can not be made' '*could not be made*running without dibs*
done
=0' run -- echo 'done'
DIBS_DIR=/proc/dibs does 'strictly' '*--strict*=125' run --strict -- echo 'done'
DIBS_DIR=/$(printf '%04000d' 0) does 'a path that is too long' '*too long*
done
=0' run -- echo 'done'
touch "$SCRATCH/file.$$"
DIBS_DIR=$SCRATCH/file.$$ does 'a file' '*running without dibs*
done
=0' job -- echo 'done'
if [ "$(id -u)" = 0 ]; then
  mkdir "$SCRATCH/theirs.$$"
  chown 1 "$SCRATCH/theirs.$$"
  DIBS_DIR=$SCRATCH/theirs.$$ does 'a directory of somebody else' '*belongs to somebody else*
done
=0' run -- echo 'done'
fi
DIBS_DIR=/proc/dibs does 'without dibs the command is what was typed' '*-j8 --frob*
=0' run -q -- echo -j8 --frob
