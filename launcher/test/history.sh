# shellcheck shell=sh
# dibs history: its request, its misuse.

. "${0%/*}/lib.sh"
answer 'file all of it' 'o 0'

is 'the answer is printed' 'all of it' "$(dibs history)"
is 'all is asked for' 'history|1|pid=*' "$(asked)"
dibs history --json g++/link >/dev/null
is 'a key' 'history|1|pid=*|json=1|key=g++/link' "$(asked)"
dibs history --forget 'cc/compile/100%/a, b.o' >/dev/null
is 'a key of any text' 'history|1|pid=*|forget=1|key=cc/compile/100%/a, b.o' "$(asked)"
dibs history --forget=-x >/dev/null
is 'a key that looks like an option' 'history|1|pid=*|forget=1|key=-x' "$(asked)"
dibs history --json -- -x >/dev/null
is 'such a key behind --' 'history|1|pid=*|json=1|key=-x' "$(asked)"
answer 'file unknown' 'o 1'
is 'the status is the answer'\''s' 'unknown 1' "$(dibs history x) $(dibs history x >/dev/null || echo $?)"
like 'the help' 'dibs history *' "$(dibs history --help)"

# refuses NAME PATTERN ARGUMENT...
refuses() {
  name=$1 pattern=$2
  shift 2
  : >"$DIBS_DIR/requests"
  said=$(dibs history "$@" 2>&1)
  like "$name" "$pattern 125" "$said $?"
  is "$name: nobody is asked" '' "$(asked)"
}

refuses 'forgetting nothing' '*which? Add a KEY*' --forget
refuses 'an empty key' '*not nothing*' ''
refuses 'two keys' '*takes one KEY*' a b
refuses 'two keys behind --' '*takes one KEY*' -- a b
refuses 'an unknown option' '*unknown option*--all*' --all
refuses 'a key of two lines' '*control characters*' 'a
b'
refuses 'a long key' '*no KEY is that long*' "$(printf '%0400d' 1)"
