# shellcheck shell=sh
# Misuse is a line and 125; help and version are fast; what the options become in the request.

. "${0%/*}/lib.sh"
answer 'g 7k2 1 n 1 -'

# refuses NAME PATTERN ARGUMENT...
refuses() {
  name=$1 pattern=$2
  shift 2
  said=$(dibs "$@" 2>&1)
  like "$name" "$pattern 125" "$said $?"
  is "$name: in one line" 1 "$(printf '%s\n' "$said" | wc -l)"
}

printf '#!/bin/sh\n' >"$SCRATCH/cc"
chmod +x "$SCRATCH/cc"

refuses 'nothing to do' '*what shall it do*'
refuses 'an unknown command' "*no command 'make'*dibs run -- make*" make -j
refuses 'an unknown option' "*unknown option '--frobnicate'*dibs help run*" run --frobnicate -- true
refuses 'an option with a value that takes none' '*unknown option*' run --quiet=yes -- true
refuses 'no command' '*no command given*' run
refuses 'no command after --' '*no command given*' job --
refuses 'a value is missing' '*-w wants a value*' run -w
refuses 'a bad number' "*-j 'x'*whole number*" run -j x -- true
refuses 'a number out of range' '*from 1 to 10000*' run --weight 10001 -- true
refuses 'zero slots' '*whole number*' job --slots 0 -- true
for range in x 1.. ..2 1...3 1..2..3 1.2 '' -1 ' 1' 1,2 auto..2; do
  refuses "a range that is none: '$range'" "*--slots '$range'*such as 4 or 1..4*" run --slots "$range" -- true
done
refuses 'a range the wrong way round' '*--slots '\''9..3'\''*3..9*' run --slots 9..3 -- true
refuses 'a range from zero' '*whole number from 1*' run --slots 0..3 -- true
refuses 'a milliard of slots' '*from 1 to 1000000*' run --slots 1000000000 -- true
refuses 'a job learns nothing' '*--slots '\''auto'\''*' job --slots auto -- true
refuses 'a cap and slots at once' '*-j bounds*--slots takes*' run -j 2 --slots 2 -- true
refuses 'a job does not step back' '*unknown option*' job --background -- true
refuses 'a long number' '*whole number*' run -j 99999999999999999999 -- true
refuses 'a negative number' '*whole number*' run -j -1 -- true
refuses 'an exit status beyond 255' '*from 0 to 255*' run -E 256 -- true
refuses 'seconds that are none' '*seconds*' run -w 1.2.3 -- true
refuses 'seconds that are a dot' '*seconds*' run -w . -- true
refuses 'control characters' '*control characters*' job --target "$(printf 'a\tb')" -- true
refuses 'a line break in a name' '*control characters*' run --name 'a
b' -- true
refuses 'private without a number' '*Add -j N*' run --private -- true
refuses 'a help page that is not there' '*no page*' help frobnicate
refuses 'an option of status' '*unknown option*' status --frobnicate
refuses 'a watch without time' '*number of seconds*' status --watch=0
refuses 'a watch too often' '*0.1 or more*' status --watch=0.01
refuses 'a watch that is no number' '*number of seconds*' status --watch=1.2.3
refuses 'a pool of no slots' '*pool link: a pool has 1 to 4096 slots, not 0. *remove*' pool link size 0
refuses 'a pool of less' '*1 to 4096 slots, not -1.*' pool cpu size -1
refuses 'a pool of a billion' '*1 to 4096 slots, not 1000000000.*' pool cpu size 1000000000
refuses 'a pool of 4097' '*1 to 4096 slots, not 4097.*' pool cpu size 4097
refuses 'a size that is no number' "*'10^9': a number*auto*" pool cpu size 10^9
refuses 'no size' '*how many*' pool cpu size
refuses 'a size too many' '*NAME size N*' pool cpu size 1 2
refuses 'what pools can not do' '*NAME size N*' pool cpu grow
refuses 'a bad name of a pool' '*1 to 32 of a-z*' pool Link size 2
refuses 'a long name of a pool' '*1 to 32 of a-z*' pool aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa size 2
refuses 'a bad name after --pool' '*1 to 32 of a-z*' job --pool a/b -- true
refuses 'a pool for a run' "*unknown option '--pool*" run --pool=link -- true
for size in x 0 0.0G -1 '' G 1e9 1.G .5G 4X 4GB 1.2345G 1234567890123456; do
  refuses "an amount of memory that is none: '$size'" "*--mem '$size'*" job --mem "$size" -- true
done
refuses 'a run has no amount' "*unknown option '--mem*" run --mem 4G -- true
refuses 'how often a run is repeated' '*whole number from 0 to 100*' run --retry x -- true
refuses 'a status that is none' '*whole number from 1 to 255*' run --retry 1 --retry-on 1,x -- true
refuses 'a status of success' '*whole number from 1 to 255*' run --retry 1 --retry-on 0 -- true
refuses 'statuses without a number of times' '*Add --retry N*' run --retry-on 1 -- true
refuses 'an option of stop' '*unknown option*' stop now

like 'help' 'dibs: one pool*0' "$(dibs --help; echo $?)"
like 'help by its name' 'dibs: one pool*0' "$(dibs help; echo $?)"
for topic in run job env status pool stop; do
  like "help for $topic" "dibs $topic *0" "$(dibs help $topic; echo $?)"
  like "$topic --help" "dibs $topic *0" "$(dibs $topic --help; echo $?)"
done
like 'version' 'dibs [0-9]*0' "$(dibs --version; echo $?)"

# requests NAME REQUEST ARGUMENT...
requests() {
  name=$1 wanted=$2
  shift 2
  dibs "$@" 2>/dev/null
  is "$name" "$wanted" "$(asked)"
}

requests 'a plain run' 'run|1|pid=*' run -- true
requests 'the -- may be left out' 'run|1|pid=*' run true
requests 'a cap' 'run|1|pid=*|cap=3' run -j 3 -- true
requests 'a cap in one word' 'run|1|pid=*|cap=3' run -j3 -- true
requests 'leading zeros' 'run|1|pid=*|cap=8' run -j 008 -- true
requests 'all options of run' 'run|1|pid=*|wait=2.5|cap=3|weight=7|name=my build' \
  run -j 3 -w 2.5 --weight=7 --name 'my build' -q -E 3 --strict -- true
requests 'clients by TCP' 'run|1|pid=*|tcp=1' run --tcp -- true
requests 'no waiting' 'run|1|pid=*|wait=0' run -n -- true
requests 'a plain job' 'job|1|pid=*' job -- true
requests 'all options of job' 'job|1|pid=*|wait=.5|min=2|max=2|kind=link|target=app' \
  job --kind link --target app --slots 2 -w.5 -- true
requests 'a range for a job' 'job|1|pid=*|min=1|max=4' job --slots=1..4 -- true
requests 'several slots' 'run|1|pid=*|width=1|cpus=1|min=2|max=2' run --slots 002 -- true
requests 'a range of slots' 'run|1|pid=*|wait=0|width=1|cpus=1|min=1|max=3|weight=7|name=x' \
  run --slots 1..3 --weight 7 --name x -n -- true
requests 'the last one counts' 'run|1|pid=*|width=1|cpus=1|min=3|max=3' run --slots auto --slots 3 -- true
requests 'what is learned' 'run|1|pid=*|width=1|cpus=1|learn=true' run --slots auto -- true
requests 'it has the name of the program and of its first argument' \
  'run|1|pid=*|width=1|cpus=1|name=n|learn=true test' run --slots auto --name n -- /bin/true -v '' test more
requests 'unless that could not be written' 'run|1|pid=*|width=1|cpus=1|learn=-' run --slots auto -- true 'a
b'
requests 'no matter what make is given' 'run|1|pid=*|width=1|cpus=1|min=2|max=2' run --slots 2 -- make -j5 --version=x
requests 'the background' 'run|1|pid=*|background=1' run --background -- true
requests 'the background with slots' 'run|1|pid=*|width=1|cpus=1|min=2|max=2|weight=20|background=1' \
  run --background --slots 2 --weight 20 -- true
requests 'a job of another pool' 'job|1|pid=*|pool=link|min=2|max=2' job --pool link --slots 2 -- true
requests 'a job of cpu' 'job|1|pid=*' job --pool=cpu -- true
requests 'an amount of memory' 'job|1|pid=*|mem=1.5G' job --mem 1.5G -- true
requests 'more than any machine has' 'job|1|pid=*|mem=999999999999999T' job -q --mem=999999999999999T -- true
like 'which is said' '*asks for 4096G, the machine has *: it will run alone' "$(dibs job --mem 4096G -- true 2>&1)"
requests 'a job that may be repeated' 'job|1|pid=*|mem=5M|retry=1|kind=k' job --retry --mem 5M --kind k -- true
requests 'what a compiler makes the daemon reads off it' 'job|1|pid=*|retry=1' job --retry -- "$SCRATCH/cc" -c x.c
requests 'a run that may be repeated is a run' 'run|1|pid=*|wait=5|cap=3|weight=7|name=a b' \
  run --retry 2 --retry-on 4 -j 3 -w 5 --weight 7 --name 'a b' -- true
requests 'percent and backslash are text' 'job|1|pid=*|target=100%s \037x' job --target '100%s \037x' -- true
requests 'an empty name is none' 'run|1|pid=*' run --name '' -- true
requests 'the cap of make' 'run|1|pid=*|cap=5' run -- make -j5 --version=x
requests 'the lesser cap counts' 'run|1|pid=*|cap=2' run -j2 -- make -j5 -f /dev/null
export MAKEFLAGS='k -j6'
requests 'a cap in MAKEFLAGS' 'run|1|pid=*|cap=6' run -- true
requests 'the command line counts more' 'run|1|pid=*|cap=3' run -- make -j3 -f /dev/null
unset MAKEFLAGS
DIBS_RUN=7k2 requests 'a run in a run' 'run|1|pid=*|within=7k2' run -- true
DIBS_RUN='a b' requests 'a run that can not be' 'run|1|pid=*' run -- true

long=$(printf '%0600d' 0)
dibs job --kind "$long" --target "$long" -- true
like 'long texts are cut' '*' "$(asked)"
is 'the request fits into one write' y "$([ "$(tail -n 1 "$DIBS_DIR/requests" | wc -c)" -lt 510 ] && echo y)"
dibs run --slots auto --background --weight 10000 -w 1000000000 --name "$long" -- true "$long" 2>/dev/null
is 'so does the longest there is' y "$([ "$(tail -n 1 "$DIBS_DIR/requests" | wc -c)" -lt 510 ] && echo y)"
wide=$(printf 'ä%.0s' $(seq 300))
LC_ALL=C.UTF-8 dibs job --kind "$wide" --target "$wide" -- true
is 'also in letters of two bytes' y "$([ "$(tail -n 1 "$DIBS_DIR/requests" | wc -c)" -lt 510 ] && echo y)"
