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
refuses 'an option of stop' '*unknown option*' stop now

like 'help' 'dibs: one pool*0' "$(dibs --help; echo $?)"
like 'help by its name' 'dibs: one pool*0' "$(dibs help; echo $?)"
for topic in run job status stop; do
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
requests 'no waiting' 'run|1|pid=*|wait=0' run -n -- true
requests 'a plain job' 'job|1|pid=*' job -- true
requests 'all options of job' 'job|1|pid=*|wait=.5|min=2|max=2|kind=link|target=app' \
  job --kind link --target app --slots 2 -w.5 -- true
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
wide=$(printf 'ä%.0s' $(seq 300))
LC_ALL=C.UTF-8 dibs job --kind "$wide" --target "$wide" -- true
is 'also in letters of two bytes' y "$([ "$(tail -n 1 "$DIBS_DIR/requests" | wc -c)" -lt 510 ] && echo y)"
