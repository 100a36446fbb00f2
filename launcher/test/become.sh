# shellcheck shell=sh
# What a compiler makes of become.c does what descriptors.bash does: by itself, and where the launcher has it.

. "${0%/*}/lib.sh"
case $SHELL_UNDER_TEST in bash*) exit ;; esac # which needs nobody
for tool in cc bash; do
  command -v $tool >/dev/null || {
    echo "left out: $tool"
    exit
  }
done
bash=$(command -v bash)
become=$home/target/dist/become
dibs_home=$home dibs_dist=$home/target/dist
. "$home/launcher/build.sh"
is 'it is compiled without a word' '' "$(dibs_compile_become "$become" 2>&1 | grep -v '^/')"
mkdir -p "$SCRATCH/fs"
printf 'abc' >"$SCRATCH/fs/tokens"
printf 'abc' >"$SCRATCH/fifo"

# becomes R TOKENS LIFE ARGV0 PATH COUNT REST...: without what it was.
becomes() {
  r=$1 tokens=$2 life=$3
  shift 3
  "$become" "$bash" -p -c '. "$0"' "$home/launcher/descriptors.bash" "$home/launcher/repair.bash" "$r" "$tokens" "$life" \
    "${SHLVL-}${PWD+,}" "$@" 2>&1
}

two='head -c 1 <&187; head -c 1 <&188'
is 'one opening for both ends of the file system' ab "$(becomes 187 "$SCRATCH/fs/tokens" '' bash "$bash" 0 -c "$two")"
is 'two openings of a FIFO' aa "$(becomes 187 "$SCRATCH/fifo" '' bash "$bash" 0 -c "$two")"
is 'the life FIFO alone' "$SCRATCH/fifo" "$(becomes 187 '' "$SCRATCH/fifo" sh /bin/sh 0 -c \
  '[ ! -e /proc/self/fd/187 ] && [ ! -e /proc/self/fd/188 ] && readlink /proc/self/fd/189')"
is 'no descriptors at all, but a name' name "$(becomes '' '' '' name /bin/sh 0 -c 'echo "$0"')"
is 'assignments are for bash, and no arguments' '1 2|' "$(becomes '' '' '' sh /bin/sh 2 A=1 B=2 -c 'echo "$@|$A"' x 1 2)"
printf 'echo "script $1"\n' >"$SCRATCH/script"
chmod +x "$SCRATCH/script"
is 'a script without an interpreter' 'script 1' "$(becomes 187 "$SCRATCH/fifo" '' x "$SCRATCH/script" 0 1)"
like 'what is not there, bash says' '*No such file*127' "$(becomes '' '' '' x /no/such/file 0; echo $?)"
like 'descriptors that the limit allows' '*61,62' \
  "$(ulimit -n 64 && DIBS_FDS=187,188 becomes 187 "$SCRATCH/fifo" "$SCRATCH/fifo" sh /bin/sh 0 -c 'echo $DIBS_FDS')"
is 'too few arguments' 126 "$("$become" bash; echo $?)"

for again in descriptors transparency; do
  ( . "$here/$again.sh" )
done

# One that tells of itself and leaves the work to bash.
printf '#!/bin/sh\necho asked\nexec "$@"\n' >"$become"
answer 'g 7k2 1 pf 4 -'
is 'a run asks it' 'asked
done' "$(dibs run -- echo 'done')"
dibs_link=$(readlink "$DIBS_DIR/become")
ln -sf /bin/true "$DIBS_DIR/become"
is 'not where another checkout left its own' 'done' "$(dibs run -- echo 'done')"

ln -sf "$dibs_link" "$DIBS_DIR/become"
answer w n 'w because' 'g 7k2 1 pf 4 -'
is 'who waits waits as it is, and then asks it' 'dibs: because
asked
done' "$(dibs run -- echo 'done' 2>&1)"
rm "$become" # the other tests are for those who have none
