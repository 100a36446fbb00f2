# shellcheck shell=sh
# Starting the daemon, finding a JDK, building: with a java and a mvn that are scripts.

. "${0%/*}/lib.sh"
unset DIBS DIBS_DIR JAVA_HOME
world=$SCRATCH/world.$$
mkdir -p "$world/home" "$world/jdk/bin" "$world/bin"
cp -R "$home/dibs" "$home/launcher" "$world/home"
home=$world/home
export DIBS_JAVA_HOME="$world/jdk" DIBS_DIR="$world/dir" WORLD="$world" UNDERSTUDY="$here/understudy.sh"
export PATH="$world/bin:$PATH"
echo 'JAVA_VERSION="25.0.1"' >"$world/jdk/release"

# The java is the understudy: it notes what it was given, and plays.
cat >"$world/jdk/bin/java" <<'J'
#!/bin/sh
[ ! -e "$0.fails" ] || { echo 'out of luck'; exit 1; }
printf '%s\n' "$*" >>"$0.calls"
env >"$0.env"
for fd in /proc/$$/fd/*; do readlink "$fd"; done >"$0.fds"
pwd >"$0.pwd"
while [ "$1" != --directory ]; do
  case $1 in -XX:AOTCacheOutput=*) : >"${1#*=}" ;; esac
  shift
done
dir=$2
mkdir "$dir/lock" 2>/dev/null || { sleep 0.3; exit 1; }
mkdir -p "$dir/r" "$dir/runs/7k2"
mkfifo "$dir/control" "$dir/runs/7k2/tokens" "$dir/runs/7k2/life" 2>/dev/null
echo 'g 7k2 1 n 1 -' >"$dir/answer"
real=$(readlink -f "$0")
echo $$ >>"${real%/*}/pids"
J
printf 'exec sh %s "$dir"\n' "'$UNDERSTUDY'" >>"$world/jdk/bin/java"
touch "$world/jdk/bin/javac"
# The mvn leaves jars, after a while.
cat >"$world/bin/mvn" <<'M'
#!/bin/sh
echo "$JAVA_HOME $*" >>"$WORLD/mvn.calls"
[ ! -e "$WORLD/mvn.fails" ] || { echo 'BUILD FAILURE'; exit 1; }
sleep 1
mkdir -p daemon/target/dist/lib && echo jar >daemon/target/dist/lib/dibs.jar
M
chmod +x "$world/jdk/bin/java" "$world/jdk/bin/javac" "$world/bin/mvn"
mkdir -p "$home/daemon/src/main"
touch "$home/pom.xml" "$home/daemon/pom.xml"

end_daemons() {
  while read -r pid; do kill "$pid"; done <"$world/jdk/bin/pids"
  : >"$world/jdk/bin/pids"
  rm -rf "$DIBS_DIR"
} 2>/dev/null
trap end_daemons EXIT

# says NAME PATTERN ARGUMENT...
says() {
  name=$1 pattern=$2
  shift 2
  like "$name" "$pattern" "$(dibs "$@" 2>&1; echo "=$?")"
}

touch "$world/mvn.fails"
says 'a build that fails shows the end of its log' '*BUILD FAILURE*building dibs failed; running without*build.log
done
=0' run -- echo 'done'
rm "$world/mvn.fails" "$world/mvn.calls"

for i in $(seq 12); do
  dibs run -- echo "done" >"$world/out.$i" 2>&1 &
  eval "starter_$i=\$!"
done
for i in $(seq 12); do eval "wait \$starter_$i"; done
is 'all of twelve at once ran' 12 "$(cat "$world"/out.* | grep -c '^done')"
is 'one of them built' 1 "$(wc -l <"$world/mvn.calls")"
is 'with the JDK that was found' "$world/jdk -B -q -Dquick -DskipTests -pl daemon -am package" "$(cat "$world/mvn.calls")"
like 'the others said so too' 1[012] "$(cat "$world"/out.* | grep -c 'first use: building')"
is 'nothing else was said' '' "$(cat "$world"/out.* | grep -v -e ^done -e 'first use')"
calls=$(grep -v AOTCacheOutput "$world/jdk/bin/java.calls")
is 'one of them started the daemon' 1 "$(printf '%s\n' "$calls" | wc -l)"
like 'as it is to be started' "-XX*-cp $home/target/dist/lib/\* dev.dibs.daemon.Main --directory $world/dir --home $home --supervisor [1-9]*" \
  "$calls"
is 'no claim is left' '' "$(ls "$home/target/building" "$DIBS_DIR/starting" 2>/dev/null)"
end_daemons

# The daemon is detached from whatever started it.
MAKEFLAGS=-j9 JAVA_TOOL_OPTIONS=-Dx XDG_STATE_HOME=/s DIBS_POOL_SIZE=3 DIBS_RUN=r SECRET=x \
  dibs run -- true 5>"$world/held" 9>"$world/held"
is 'its folder' / "$(cat "$world/jdk/bin/java.pwd")"
is 'its environment' 'DIBS_POOL_SIZE=3
XDG_STATE_HOME=/s' "$(grep -e DIBS -e XDG -e MAKE -e JAVA -e SECRET "$world/jdk/bin/java.env" | sort)"
if command -v bash >/dev/null; then
  end_daemons
  bash -c 'exec 77>"$WORLD/held"; exec "$@"' x $SHELL_UNDER_TEST "$home/dibs" run -- true
  is 'its descriptors' '' "$(grep held "$world/jdk/bin/java.fds")"
fi
read -r pid <"$world/jdk/bin/pids"
is 'its session is the supervisor'"'"'s' "$(sed 's/.*) //' "/proc/$pid/stat" | cut -d ' ' -f 2)" "$(sed 's/.*) //' "/proc/$pid/stat" | cut -d ' ' -f 4)"
is 'an edited source builds again' '2 jar' "$(touch "$home/daemon/src/main"; end_daemons
  sleep 0.1; touch "$home/daemon/src/main/New.java"; dibs run -- true 2>/dev/null
  echo "$(wc -l <"$world/mvn.calls") $(cat "$home/target/dist/lib/dibs.jar")")"
end_daemons

# Claims of the dead.
mkdir -m 700 "$DIBS_DIR"
echo 999999999 >"$DIBS_DIR/starting"
says 'a starter that was killed blocks nobody' 'done
=0' run -- echo 'done'
end_daemons
touch "$home/daemon/src/main/Newer.java"
echo 999999999 >"$home/target/building"
says 'nor a builder' '*first use*
done
=0' run -- echo 'done'
end_daemons
mkdir -m 700 "$DIBS_DIR"
: >"$DIBS_DIR/starting"
says 'nor an empty claim' 'done
=0' run -- echo 'done'
end_daemons

says 'a private pool' 'dibs-private.*
=0' run --private -j 3 -- sh -c 'echo "${DIBS_DIR##*/}"'
like 'its daemon' '*--private --slots 3 --supervisor [1-9]*' "$(tail -n 1 "$world/jdk/bin/java.calls")"
private=$(tail -n 1 "$world/jdk/bin/java.calls")
private=${private#*--directory }
rm -rf "${private%% *}"
end_daemons

# What can't be.
like 'hardly any descriptors' 'dibs: "ulimit -n" (50) is too small to start a daemon; running without*done*' \
  "$(ulimit -n 50 && dibs run -- echo 'done' 2>&1)"
touch "$world/jdk/bin/java.fails"
says 'a JVM that ends at once' 'dibs: the daemon ended at once (out of luck); running without dibs. See *
done
=0' run -- echo 'done'
says 'strictly' '*--strict*=125' run --strict -- echo 'done'
says 'private' '*ended at once*done
=0' run --private -j 2 -- echo 'done'
rm "$world/jdk/bin/java.fails"
echo 'JAVA_VERSION="17.0.9"' >"$world/jdk/release"
empty=$world/empty
mkdir "$empty"
sed "s|/usr/lib/jvm|$empty|; s|/opt|$empty|g; s|/usr/java|$empty|" "$home/launcher/java.sh" >"$world/java.sh"
cp "$world/java.sh" "$home/launcher/java.sh"
HOME=$empty says 'no JDK' 'dibs: no JDK 25 or newer was found; running without dibs. *apt install openjdk-25*DIBS_JAVA_HOME*
done
=0' run -- echo 'done'
mkdir -p "$empty/.sdkman/candidates/java/26.ea/bin"
echo 'JAVA_VERSION="26-ea"' >"$empty/.sdkman/candidates/java/26.ea/release"
ln -s "$world/jdk/bin/java" "$empty/.sdkman/candidates/java/26.ea/bin/java"
HOME=$empty says 'a later one, elsewhere' 'done
=0' run -- echo 'done'
end_daemons
touch "$home/daemon/src/main/Newest.java"
HOME=$empty says 'one without a compiler can not build' '*no JDK 25*
done
=0' run -- echo 'done'
end_daemons
