# shellcheck shell=sh
# What the command finds is what was there: environment, descriptors, signals, limits, folder, pid. Only ours is added.

. "${0%/*}/lib.sh"
answer 'g 7k2 1 pf 4 -'
life=$DIBS_DIR/runs/7k2/life tokens=$DIBS_DIR/runs/7k2/tokens
dir=$DIBS_DIR

# without_ours: the environment on standard input, sorted. busybox ash counts SHLVL up and never down.
without_ours() {
  case $SHELL_UNDER_TEST in busybox*) grep -v '^SHLVL=' ;; *) cat ;; esac | grep -v -e '^DIBS' -e '^MAKEFLAGS=' -e '^CARGO_MAKEFLAGS=' -e '^_=' | sort
}

# same NAME ENVIRONMENT...: in an environment of just that.
same() {
  name=$1
  shift
  wanted=$(env -i "$@" env | without_ours)
  # shellcheck disable=SC2086
  is "run: $name" "$wanted" \
    "$(env -i DIBS_DIR="$dir" "$@" $SHELL_UNDER_TEST "$home/dibs" run -- /usr/bin/env 2>&1 | without_ours)"
  # shellcheck disable=SC2086
  is "job: $name" "$wanted" \
    "$(env -i DIBS_DIR="$dir" "$@" $SHELL_UNDER_TEST "$home/dibs" job -- /usr/bin/env 2>&1 | without_ours)"
}

usual="HOME=/root PATH=$PATH USER=x PWD=$PWD SHLVL=2 LANG=C"
# shellcheck disable=SC2086
{
  same 'the usual environment' $usual
  same 'blanks, quotes and line breaks' $usual "A=b c" "B='\"\$HOME\`x\`\\" "C=1
2"
  same 'an OLDPWD' $usual OLDPWD=/tmp
  same 'names that scripts like' $usual dir=1 line=2 i=3 x=4 answer=5 home=6 IFS_=7 REPLY=8 r=9
  same 'no variable is too many' $usual CDPATH=/tmp:/usr GLOBIGNORE='*' TMOUT=5 BASH_ENV=/no/such ENV=/no/such
  case $SHELL_UNDER_TEST in
    busybox*) ;; # adds SHLVL and PATH by itself
    *) same 'an empty environment' ;;
  esac
  same 'a level of shells' $usual SHLVL=1
}
case $SHELL_UNDER_TEST in
  dash)
    # shellcheck disable=SC2086
    same 'an OLDPWD that is gone' $usual OLDPWD=/no/such/folder
    # shellcheck disable=SC2086
    same 'a prompt' $usual 'PS1=\u@\h ' PS2='more '
    ;;
esac

# Names that a shell's variables can't have come from the daemon, which sees /proc/PID/environ.
answer "names set -- 'a.b=1 2' \"\$@\"" 'g 7k2 1 fe 4 -'
like 'run: names that a shell drops' '*a.b=1 2*' "$(dibs run -- env)"
like 'job: names that a shell drops' '*a.b=1 2*' "$(dibs job -- env)"
answer 'g 7k2 1 pf 4 -'

# descriptors: those of the shell that runs this, with what they are.
descriptors='for fd in /proc/$$/fd/*; do [ "$(readlink "$fd")" = "$0" ] || echo "${fd##*/} $(readlink "$fd")"; done'
wanted=$(sh -c "$descriptors" x 3</dev/null 4</etc/passwd 5>&1 9>"$SCRATCH/lock" | grep -v pipe:)
got=$(dibs job -- sh -c "$descriptors" x 3</dev/null 4</etc/passwd 5>&1 9>"$SCRATCH/lock" | grep -v pipe:)
is 'job: descriptors' "$wanted" "$got"
got=$(dibs run -- sh -c "$descriptors" x 3</dev/null 4</etc/passwd 5>&1 9>"$SCRATCH/lock" | grep -v -e pipe: -e "$dir")
is 'run: descriptors' "$wanted" "$got"
like 'run: its own are high' "187 $tokens
188 $tokens
189 $life" "$(dibs run -- sh -c "$descriptors" x | grep "$dir")"
for closed in 0 2; do
  # bash itself opens a script at the number of a closed descriptor.
  case $SHELL_UNDER_TEST in bash*) continue ;; esac
  is "closed stays closed: $closed" closed \
    "$(eval "dibs run -- sh -c '[ -e /proc/self/fd/$closed ] || echo closed' $closed>&-")"
done
like 'job: no standard error' 'done' "$(dibs job -- echo 'done' 2>&-)"
answer 'g 7k2 1 p 4 -'
if command -v bash >/dev/null; then
  like 'numbers that are taken stay' "*187 /etc/passwd*194 $tokens*" \
    "$(bash -c 'exec 187</etc/passwd; exec "$@"' x $SHELL_UNDER_TEST "$home/dibs" run -- sh -c "$descriptors" x | sort -n)"
  # A bash has its own script at the highest number.
  case $SHELL_UNDER_TEST in bash*) r=60 ;; *) r=61 ;; esac
  w=$((r + 1))
  like 'below a small limit lower ones' "$r $tokens $w $tokens $((r + 2)) $life DIBS_FDS=$r,$w MAKEFLAGS= -j4 --jobserver-auth=$r,$w " \
    "$(ulimit -n 64 && dibs run -- sh -c "$descriptors; env | grep -e ^DIBS_FDS -e ^MAKEFLAGS" x 2>&1 | grep -e "$dir" -e $r,$w | sort | tr '\n' ' ')"
fi
case $SHELL_UNDER_TEST in
  busybox*) ;; # ends by itself when it has no descriptor for what it saves
  *)
    for limit in 12 13 14 15 16 17 18 20 30; do
      like "hardly any descriptors: $limit" '*done' "$(ulimit -n $limit && dibs run -- echo 'done' 2>&1)"
      like "the same for a job: $limit" '*done' "$(ulimit -n $limit && dibs job -- echo 'done' 2>&1)"
    done
    ;;
esac
case $SHELL_UNDER_TEST in
  dash) like 'and strictly' '*Too many open files*125' "$(ulimit -n 12 && dibs run --strict -- echo 'done' 2>&1; echo $?)" ;;
esac

ignored='/bin/grep -e SigIgn -e SigBlk -e SigCgt /proc/self/status'
for signal in INT HUP TERM PIPE CHLD; do
  is "$signal ignored stays so" "$(trap '' $signal && /bin/sh -c "$ignored")" "$(trap '' $signal && dibs run -- /bin/sh -c "$ignored")"
done
is 'signals' "$(/usr/bin/env $ignored)" "$(dibs run -- $ignored)"
is 'signals of a job' "$(/usr/bin/env $ignored)" "$(dibs job -- $ignored)"
is 'limits' "$(cat /proc/self/limits)" "$(dibs run -- cat /proc/self/limits)"
is 'umask' 0137 "$(umask 0137 && dibs run -- sh -c umask)"
is 'standard input' 'line' "$(echo line | dibs run -- cat)"
like 'a child is not inherited' '' "$(dibs run -- sh -c 'read -r children </proc/$$/task/$$/children; echo "$children"')"
like 'nor by a job' '' "$(dibs job -- sh -c 'read -r children </proc/$$/task/$$/children; echo "$children"')"
is 'the pid stays' y "$(sh -c 'echo $$; exec "$@"' x $SHELL_UNDER_TEST "$home/dibs" run -- sh -c 'echo $$' | uniq | wc -l | sed s/1/y/)"
is 'the name stays' 'my-sh' "$(ln -s /bin/sh "$SCRATCH/my-sh" 2>/dev/null; PATH=$SCRATCH:$PATH; export PATH; dibs run -- my-sh -c 'tr "\0" "\n" </proc/$$/cmdline | head -n 1')"
is 'arguments' "<a b><><*><\$x><'><\\><-->" "$(dibs run -- printf '<%s>' 'a b' '' '*' '$x' "'" '\' --)"
is 'arguments of a job' "<a b><><*><\$x><'><\\><-->" "$(dibs job -- printf '<%s>' 'a b' '' '*' '$x' "'" '\' --)"

gone=$SCRATCH/gone.$$
mkdir "$gone"
like 'a folder that is gone' '*done' "$(cd "$gone" && rmdir "$gone" && dibs run -- echo 'done' 2>&1)"
odd="$SCRATCH/it's a \"home\" \$x.$$"
mkdir "$odd"
cp -R "$home/dibs" "$home/launcher" "$odd"
is 'an odd home' 'done' "$($SHELL_UNDER_TEST "$odd/dibs" run -- echo 'done' 2>&1)"
ln -s "$odd/dibs" "$SCRATCH/link.$$"
ln -s "link.$$" "$SCRATCH/link2.$$"
is 'through links' 'done' "$(cd /tmp && $SHELL_UNDER_TEST "$SCRATCH/link2.$$" run -- echo 'done' 2>&1)"
is 'by its bare name' 'done' "$(cd "$odd" && $SHELL_UNDER_TEST dibs run -- echo 'done' 2>&1)"
is 'from the PATH' 'done' "$(PATH=$odd:$PATH && cd / && export PATH && env dibs run -- echo 'done' 2>&1)"
is 'with CDPATH' 'done' "$(CDPATH=/tmp:/ && export CDPATH && dibs run -- echo 'done' 2>&1)"
is 'with -u and -e and -f and -C' 'done' "$($SHELL_UNDER_TEST -uefC "$home/dibs" run -j2 -- echo 'done' 2>&1)"
is 'a job with -u and -e' 'done' "$($SHELL_UNDER_TEST -ue "$home/dibs" job --kind x -- echo 'done' 2>&1)"
is 'options of the shell stay with it' 'no' "$($SHELL_UNDER_TEST -e "$home/dibs" run -- sh -c 'false; echo no' 2>&1)"
