# shellcheck shell=sh
# The supervisor and its keeper: with a JVM that is a script, and whatever of them is killed.

. "${0%/*}/lib.sh"
world=$SCRATCH/world.$$
dir=$world/dir
mkdir -p "$world"

# The JVM notes what it was given, announces itself and lasts until it is told to end.
cat >"$world/java" <<'J'
#!/bin/sh
dir=$1
printf '%s\n' "$*" >>"$dir/../calls"
for fd in 3 4 5 6 7 8 9; do ! [ -e /proc/$$/fd/$fd ] || printf '%s %s\n' $fd "$(readlink /proc/$$/fd/$fd)"; done \
  2>/dev/null >"$dir/../fds"
[ ! -e "$dir/../fails" ] || exit 125
keeper=0
while [ $# -gt 0 ]; do
  case $1 in
    --supervisor) supervisor=$2 ;;
    --keeper) keeper=$2 ;;
  esac
  shift
done
trap 'rm -f "$dir/daemon"; kill $!; exit 0' TERM
sleep 1000 4>&- 5>&- &
echo $! >>"$dir/../sleeps"
while [ -e "$dir/../is_slow" ]; do sleep 0.05; done
printf '%-63s\n' "$$ 1 0.1 $supervisor $keeper fs" >"$dir/daemon"
wait
J
chmod +x "$world/java"

# supervise [NAME=VALUE...]: a world with a supervisor in it.
supervise() {
  rm -rf "$dir" "$world/calls"
  mkdir -m 700 "$dir" "$dir/r"
  # shellcheck disable=SC2086 # a shell is a command and its arguments
  env "$@" setsid $SHELL_UNDER_TEST "${script:-$home/launcher/supervise.sh}" "$dir" "$world/java" "$dir" \
    </dev/null >"$world/out" 2>&1 &
  await [ -s "$dir/daemon" ]
  look
}

look() {
  jvm='' supervisor='' keeper=''
  { read -r jvm _ _ supervisor keeper files <"$dir/daemon"; } 2>/dev/null
}

lives() { [ -e "/proc/${1:-0}/exe" ]; }
all_live() { look && lives "$jvm" && lives "$supervisor" && lives "$keeper"; }
all_are_gone() { ! lives "$jvm" && ! lives "$supervisor" && ! lives "$keeper"; }
are_other_than() { all_live && case " $* " in *" $jvm "* | *" $supervisor "* | *" $keeper "*) return 1 ;; esac; }
is_stopped() { case $(cat "/proc/$1/stat") in *') T '*) ;; *) return 1 ;; esac; }
runs() { ! is_stopped "$1"; }
starts() { wc -l <"$world/calls"; }

# end: by a signal, as whoever shuts down a machine does.
end() {
  look
  kill -TERM "$supervisor"
  await all_are_gone
}

if (: 4<>/dev/fuse) 2>/dev/null; then
  supervise
  is 'a keeper is announced' y "$(lives "$keeper" && echo y)"
  like 'what the JVM is told' "$dir --supervisor $supervisor --keeper $keeper --fuse 4 --locks 8" "$(cat "$world/calls")"
  is 'its descriptors' '4 /dev/fuse
5 pipe
8 ranges' "$(sed -n "/^[3-9]/{s|$dir/locks/||;s|$dir.*|pipe|;p;}" "$world/fds")"
  is 'the pipes have no names' 'control daemon locks r' "$(cd "$dir" && echo *)"

  old=$keeper
  kill -KILL "$keeper"
  await are_other_than "$old"
  is 'a keeper that was killed is replaced' "1 $supervisor" "$(starts) $(sed 's/) .*//; s/ .*//' "/proc/$supervisor/stat")"

  old=$jvm before="$supervisor $keeper"
  kill -KILL "$jvm"
  await are_other_than "$old"
  is 'a JVM that was killed, too' "2 $before" "$(starts) $supervisor $keeper"

  old=$supervisor before="$jvm $keeper"
  kill -KILL "$supervisor"
  await are_other_than "$old"
  is 'a supervisor that was killed, by its keeper' "2 $before" "$(starts) $jvm $supervisor"

  old=$keeper before="$jvm $supervisor"
  kill -KILL "$keeper"
  await are_other_than "$old"
  is 'who has a next one' "2 $before" "$(starts) $jvm $supervisor"
  is 'what else was announced stays' fs "$files"

  old=$jvm before="$supervisor $keeper"
  kill -KILL "$jvm"
  await are_other_than "$old"
  is 'and sees the end of a JVM that it did not start' "3 $before" "$(starts) $supervisor $keeper"

  old="$jvm $supervisor" before=$keeper
  kill -KILL "$supervisor" "$jvm"
  await are_other_than $old
  is 'JVM and supervisor at once' "4 $before" "$(starts) $supervisor"

  old="$jvm $keeper" before=$supervisor
  kill -KILL "$keeper" "$jvm"
  await are_other_than $old
  is 'JVM and keeper at once' "5 $before" "$(starts) $supervisor"

  : >"$world/is_slow"
  old="$jvm $keeper" before=$supervisor
  kill -KILL "$jvm"
  await eval '[ "$(starts)" = 6 ]'
  kill -KILL "$keeper"
  await eval '! lives "$keeper"'
  rm "$world/is_slow"
  await are_other_than $old
  is 'a keeper that was killed before the JVM announced it' "6 $before" "$(starts) $supervisor"

  old=$supervisor
  kill -KILL "$supervisor"
  await are_other_than "$old"
  kill -TERM "$jvm"
  await all_are_gone
  is 'a JVM that leaves ends them, though it was not theirs' 6 "$(starts)"

  # Between its last look and its waiting: the signal of such a death ends no waiting.
  script=$home/launcher/supervise.$$.sh
  sed '/^dibs_attend() {/a\
  [ ! -e "$dibs_dir/../holds" ] || : >"$dibs_dir/../is_held"\
  while [ -e "$dibs_dir/../holds" ]; do sleep 0.05; done
' "$home/launcher/supervise.sh" >"$script"
  supervise
  : >"$world/holds"
  old="$jvm $keeper" before=$supervisor
  kill -KILL "$jvm"
  await [ -e "$world/is_held" ]
  kill -KILL "$keeper"
  await eval '! lives "$keeper"'
  rm "$world/holds"
  await are_other_than $old
  is 'a keeper that was killed before anybody waited for it' "2 $before" "$(starts) $supervisor"
  end
  rm "$script"
  script=''

  supervise
  kill -KILL "$supervisor" "$keeper"
  old=$supervisor
  await eval '! lives $old'
  is 'without both the JVM lives on' y "$(lives "$jvm" && echo y)"
  kill -TERM "$jvm"
  await all_are_gone

  supervise
  kill -KILL "$supervisor"
  await are_other_than "$supervisor"
  kill -STOP "$jvm"
  await is_stopped "$jvm"
  await runs "$jvm"
  end
  is 'a signal ends them, though the JVM was not theirs' 1 "$(starts)"
else
  echo 'left out: the right to open /dev/fuse'
fi

supervise DIBS_ENDPOINT=fifo
is 'the user may want no file system' "$dir --supervisor $supervisor --locks 8 0" "$(cat "$world/calls") $keeper"
old=$jvm
kill -STOP "$jvm"
await is_stopped "$jvm"
await runs "$jvm"
is 'a JVM that was stopped is continued' "1 $old" "$(starts) $jvm"
kill -KILL "$jvm"
await eval 'look && lives "$jvm" && [ "$jvm" != "$old" ]'
is 'without a keeper a JVM that was killed is replaced' 2 "$(starts)"
end

# Where there is no such device, and where what is there is something else.
script=$home/launcher/supervise.$$.sh
sed "s|/dev/fuse|$world/none|g" "$home/launcher/supervise.sh" >"$script"
supervise
is 'without a device' "$dir --supervisor $supervisor --locks 8 0" "$(cat "$world/calls") $keeper"
is 'none is made' '' "$(ls "$world/none" 2>/dev/null)"
end
rm "$script"
script=''

: >"$world/fails"
rm -rf "$dir"
mkdir -m 700 "$dir"
# shellcheck disable=SC2086 # a shell is a command and its arguments
$SHELL_UNDER_TEST "$home/launcher/supervise.sh" "$dir" "$world/java" "$dir" </dev/null >"$world/out" 2>&1
is 'a JVM that can not start ends them' 125 $?
is 'and leaves nothing' 'control
locks' "$(ls "$dir")"
rm "$world/fails"

supervise
mkfifo "$dir/r/4711"
exec 8<>"$dir/r/4711"
mkdir "$dir/fs"
before="$supervisor $keeper"
for i in 1 2 3 4 5; do
  old=$jvm
  kill -KILL "$jvm"
  await eval '[ -e "$dir/given-up" ] || { look && lives "$jvm" && [ "$jvm" != "$old" ]; }'
done
await all_are_gone
is 'after five quick deaths it gives up' 5 "$(starts)"
is 'who waits is told' a "$(read -r x <&8 && echo "$x")"
is 'and nobody is asked any more' '' "$(ls "$dir/control" "$dir/daemon" 2>/dev/null)"
like 'it says so' '[0-9]* 5' "$(cat "$dir/given-up")"
for pid in $before; do ! lives "$pid" || echo "not ok $pid of supervisor and keeper lives"; done
rm -rf "$dir"
# What JVMs left that were killed.
while read -r pid; do
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != sleep ] || kill "$pid"
done <"$world/sleeps"
