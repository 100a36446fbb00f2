# shellcheck shell=sh
# The shims of compilers: what they ask for, by the command line, and what the compiler finds.

. "${0%/*}/lib.sh"
answer 'g 7k2 1 - 1 -'
tools=$SCRATCH/compilers.$$
mkdir "$tools"
cat >"$tools/cc" <<'T'
#!/bin/sh
printf '<%s>' "$@"
printf ' %s' "${DIBS_JOB:+job}" "$PATH" >"$SAID"
[ ! -e "$FAIL" ] || { rm "$FAIL" && kill -9 $$; }
T
chmod +x "$tools/cc"
for tool in g++ ld rustc javac; do cp "$tools/cc" "$tools/$tool"; done
export SAID="$SCRATCH/compiler-said.$$" FAIL="$SCRATCH/compiler-fail.$$"
plain=$tools:$PATH
shims=$(PATH=$plain && export PATH && eval "$(dibs env --compilers --shell sh)" && printf '%s' "$PATH" | tr ':' '\n' | grep with-compilers)
like 'a folder of their own' "$DIBS_DIR/shims/with-compilers-*" "$shims"
is 'twice is once' 1 "$(PATH=$plain && export PATH && eval "$(dibs env --compilers --shell sh)" && eval "$(dibs env --compilers --shell sh)" &&
  printf '%s' "$PATH" | tr ':' '\n' | grep -c with-compilers)"
is 'it asks nobody' '' "$(cat "$DIBS_DIR/requests")"

# called TOOL ARGUMENT...: by way of the shim. Leaves what the tool said in said, and the request, if any, in request.
called() {
  tool=$1
  shift
  : >"$DIBS_DIR/requests"
  said=$(PATH=$shims:$plain && export PATH && $SHELL_UNDER_TEST "$shims/$tool" "$@" 2>&1)
  request=$(asked)
}

# The table says what the daemon makes of a line; whether it makes anything is decided here.
. "$home/launcher/compilers.sh"
while IFS= read -r row; do
  case $row in '#'* | '') continue ;; esac
  # shellcheck disable=SC2086 # words
  dibs_plan_compiler ${row%% => *}
  quick=${row#* => }
  case $quick in - | '') quick=y ;; *) quick='' ;; esac
  is "makes something or not: $row" "$quick" "$dibs_quick"
done <"$here/compilers.table"

for command in 'cc -c x.c' 'g++ -shared -o lib.so a.o' 'ld -o app a.o' 'rustc main.rs' 'javac A.java'; do
  # shellcheck disable=SC2086 # words
  called $command
  is "a job: $command" 'job|1|pid=*|retry=1' "$request"
done
for command in 'cc --version' 'cc' 'cc -c x.c -o /dev/null' 'ld -v' 'rustc -vV' 'javac -version'; do
  # shellcheck disable=SC2086 # words
  called $command
  is "nobody is asked: $command" '' "$request"
done
called cc -c -DX='a b' x.c
is 'words with blanks are words' 'job|1|pid=*|retry=1' "$request"

called cc -c 'a b.c' '' '*' '$x' -
is 'arguments stay' '<-c><a b.c><><*><$x><->' "$said"
is 'the compiler finds no such shims, and is a job' "job $plain" "$(sed 's/^ //' "$SAID")"
long=$(printf '%01000d' 0)
called cc -c "$long.c" -o "$long.o"
is 'a long name makes no long request' y "$([ "$(tail -n 1 "$DIBS_DIR/requests" | wc -c)" -lt 510 ] && echo y)"
called cc -c "$(printf 'a\tb\nc').c"
like 'odd letters go through' '<-c><a?b?c.c>' "$said"

: >"$DIBS_DIR/requests"
DIBS_JOB=$$ called cc -c x.c
is 'below a job nobody asks' '<-c><x.c> ' "$said $request"
answer 'u no'
called cc -c x.c
is 'no slots: nothing is said' '<-c><x.c>' "$said"
answer 'x no'
called cc -c x.c
is 'nor when refused' '<-c><x.c>' "$said"
answer 'g 7k2 1 - 1 -'

printf '%s\n' 'file 64' 'o 0' >"$DIBS_DIR/answer.ended"
: >"$FAIL"
called cc -c x.c
like 'killed, it runs again' "<-c><x.c>dibs: cc was killed, for memory ran out; running it again
<-c><x.c>" "$said"
is 'for more' 'job|1|pid=*|mem=64M|retry=1|attempt=2' "$request"

# A ccache that stands before the compiler looks for the next one of its name.
mkdir "$tools/wrapped"
printf '#!/bin/sh\nfor d in $(echo "$PATH" | tr : " "); do [ "$d/cc" -ef "$0" ] || [ ! -x "$d/cc" ] || exec "$d/cc" "$@"; done\n' >"$tools/wrapped/cc"
chmod +x "$tools/wrapped/cc"
is 'a wrapper finds the compiler itself' '<-c><x.c>' "$(PATH=$shims:$tools/wrapped:$plain && export PATH && $SHELL_UNDER_TEST "$shims/cc" -c x.c)"

answer 'g 7k2 1 n 1 -'
like 'a run may have them too' "*/shims/with-compilers-*:$plain" "$(PATH=$plain DIBS_COMPILERS=1 && export PATH DIBS_COMPILERS && dibs run -- sh -c 'echo "$PATH"')"
is 'or not' "$plain" "$(PATH=$plain && export PATH && dibs run -- sh -c 'echo "$PATH"')"

rm "$DIBS_DIR/daemon"
called cc -c x.c
is 'without a daemon it is the compiler' '<-c><x.c> ' "$said $request"
printf '4000000000 1 x\n' >"$DIBS_DIR/daemon"
called cc -c x.c
is 'also if that was killed' '<-c><x.c> ' "$said $request"
mv "$home/launcher/compiler.sh" "$SCRATCH/compiler-kept.$$"
is 'also if dibs is gone' '<-c><x.c>' "$(PATH=$shims:$plain && export PATH && $SHELL_UNDER_TEST "$shims/cc" -c x.c)"
mv "$SCRATCH/compiler-kept.$$" "$home/launcher/compiler.sh"
