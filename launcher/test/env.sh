# shellcheck shell=sh
# dibs env: what it prints, the folders it makes, and what its shims become. The tools are scripts that say how they were
# called.

. "${0%/*}/lib.sh"
answer 'g 7k2 1 n 2 -'
tokens=$DIBS_DIR/runs/7k2/tokens
tools=$SCRATCH/env-tools.$$
mkdir "$tools"
cat >"$tools/make" <<'T'
#!/bin/sh
printf '<%s>' "$@"
printf '%s' "${0##*/} run=${DIBS_RUN-} off=${DIBS-}" >"$SAID"
T
chmod +x "$tools/make"
for tool in ninja cmake ctest cargo pytest; do cp "$tools/make" "$tools/$tool"; done
export SAID="$SCRATCH/env-said.$$"

# A PATH on which nothing else builds.
usual=$SCRATCH/env-usual.$$
mkdir "$usual"
for tool in sh bash dash busybox env script mkfifo rmdir touch cut sleep rm cat mkdir mv cp ln ls chmod id sed tail tr seq sort head timeout readlink; do
  program=$(command -v $tool) && ln -s "$program" "$usual"
done
plain=$PATH PATH=$tools:$usual

# files FOLDER: their names.
files() {
  (cd "$1" && printf '%s ' *)
}

# evaluated [ARGUMENT...]: the PATH that a shell has after evaluating it.
evaluated() {
  (eval "$(dibs env "$@")" && printf '%s' "$PATH")
}

# --- what it prints ---

path=$(evaluated)
folder=${path%%:*}
like 'a folder comes first on the PATH' "$DIBS_DIR/shims/env-*:$PATH" "$path"
is 'twice is once' "$path" "$(eval "$(dibs env)" && eval "$(dibs env)" && printf '%s' "$PATH")"
is 'in a shell of a shell too' "$path" "$(eval "$(dibs env)" && export PATH && sh -c 'eval "$("$@")" && printf %s "$PATH"' x $SHELL_UNDER_TEST "$home/dibs" env --shell sh)"
is 'it asks nobody' '' "$(cat "$DIBS_DIR/requests")"
odd="$SCRATCH/it's \$x \`y\` \"z\" \\ *
"
is 'an odd PATH stays what it is' "$folder::$odd:$PATH" "$(PATH=:$odd:$PATH evaluated)"
is 'for fish a list' "set -gx PATH '$folder' '.' '/a\\'b\\\\c' '$tools' '$usual'" \
  "$(PATH=":/a'b\\c:$PATH" && export PATH && dibs env --shell fish)"
case $SHELL_UNDER_TEST in bash*) more=checkhash ;; *) more='' ;; esac
like 'the shell is known by its name' "export PATH='$path'*$more" "$(dibs env)"
like 'or by its program, if it runs a script' "export PATH='*'" "$(
  printf '#!/bin/sh\n%s "%s" env\n:\n' "$SHELL_UNDER_TEST" "$home/dibs" >"$tools/my-script"
  chmod +x "$tools/my-script"
  SHELL=/bin/fish my-script
)"
like 'else by SHELL' 'set -gx*' "$(SHELL=/usr/bin/fish timeout 20 $SHELL_UNDER_TEST "$home/dibs" env)"

# only in the private world; else where it outlives the daemon
says_root() {
  name=$1 wanted=$2
  shift 2
  like "$name" "export PATH='$wanted/env-*" "$(env -u DIBS_DIR "$@" $SHELL_UNDER_TEST "$home/dibs" env --shell sh)"
}
says_root 'usually in XDG_STATE_HOME' "$SCRATCH/state.$$/dibs/shims" XDG_STATE_HOME="$SCRATCH/state.$$"
says_root 'or below HOME' "$SCRATCH/home.$$/.local/state/dibs/shims" HOME="$SCRATCH/home.$$" XDG_STATE_HOME=relative
says_root 'inside a private run with its files' "$DIBS_DIR/shims" DIBS="$DIBS_DIR"
says_root 'off is no folder' "$SCRATCH/state.$$/dibs/shims" DIBS=off XDG_STATE_HOME="$SCRATCH/state.$$"

# --- what it makes ---

is 'shims for the tools that are there' 'cargo cmake ctest make ninja ' "$(files "$folder")"
cp "$tools/make" "$tools/gmake"
is 'for others when they are there' 'cargo cmake ctest gmake make ninja ' "$(files "$(evaluated | sed 's/:.*//')")"
rm "$tools/gmake"
is 'for none no folder' "$usual" "$(PATH=$usual && evaluated)"
rm -r "$DIBS_DIR/shims"
for i in $(seq 20); do
  evaluated >"$SCRATCH/at-once.$$.$i" 2>&1 &
  racers="${racers-} $!"
done
wait $racers
is 'twenty at once agree' "$path" "$(for i in $(seq 20); do cat "$SCRATCH/at-once.$$.$i"; echo; done | sort -u)"
is 'and leave one whole folder' "${folder##*/} cargo cmake ctest make ninja " "$(ls -A "$DIBS_DIR/shims") $(files "$folder")"
path=$(evaluated --with pytest,nothing.like+it 2>"$SCRATCH/note.$$")
like '--with has a folder of its own' "$DIBS_DIR/shims/env-*:$DIBS_DIR/shims/with-pytest-*:$PATH" "$path"
like 'what is missing is named' 'dibs: env: --with nothing.like+it: it is not on the PATH*' "$(cat "$SCRATCH/note.$$")"
is '--with goes when it is no longer asked for' "$folder:$PATH" "$(eval "$(dibs env --with pytest)" && eval "$(dibs env)" && printf '%s' "$PATH")"
is 'a build tool needs no --with' "$(evaluated)" "$(evaluated --with make --with=,cargo,)"

refuses() {
  name=$1 pattern=$2
  shift 2
  like "$name" "$pattern=125" "$(dibs env "$@" 2>&1; echo "=$?")"
  is "$name: and prints nothing to evaluate" '' "$(dibs env "$@" 2>/dev/null)"
}
refuses 'an unknown shell' "*--shell 'vim' is unknown; there are sh, bash, zsh, fish*" --shell vim
refuses 'csh' '*nothing is printed for csh*' --shell csh
refuses 'no value' '*wants a value*' --with
refuses 'an unknown option' "*unknown option '-x'*" -x
refuses 'a name with a slash' "*--with 'a/b'*" --with a/b
refuses 'a name like an option' "*--with '-x'*" --with make,-x
refuses 'a name that is a folder' "*--with '..'*" --with ..
refuses 'a name with a quote' "*can't be a tool's name*" --with "it's"
refuses 'a long name' "*can't be a tool's name*" --with "$(printf '%065d' 0)"
refuses 'what dibs needs' '*dibs itself needs mkfifo*' --with mkfifo
refuses 'more than fifty' '*50 tools at most*' --with "$(seq 51 | tr '\n' ,)"
touch "$SCRATCH/plain-file.$$"
like 'a place that can not be' '*no shims could be made in*=125' \
  "$(env -u DIBS_DIR XDG_STATE_HOME="$SCRATCH/plain-file.$$" $SHELL_UNDER_TEST "$home/dibs" env 2>&1; echo "=$?")"

# --- what the shims become ---

PATH=$(evaluated --with pytest)
shim=$folder/make

# called TOOL ARGUMENT...: as a shell would call it, but under the shell to be tested. What the tool said goes to said and
# state, what was asked to asked.
called() {
  : >"$DIBS_DIR/requests"
  rm -f "$SAID"
  tool=$1
  shift
  said=$($SHELL_UNDER_TEST "$(command -v "$tool")" "$@" 2>&1)
  state=$(cat "$SAID" 2>/dev/null)
  asked=$(asked)
}

called make -j8 'a b'
is 'make is a run' 'run|1|pid=*|cap=8' "$asked"
is 'of which nothing is said' '<a b>' "$said"
is 'it is make, in the run' "make run=7k2 off=$DIBS_DIR" "$state"
big=$(printf '%0100000d' 0)
called make '' -- '*' '$x `y`' "it's" '-' '
' '\' "$big"
is 'every argument is passed on' "<><--><*><\$x \`y\`><it's><-><
><\\><$big>" "$said"
called pytest -x 'a b' '{slots}'
like 'a tool of --with is a run' 'run|1|pid=\**<-x><a b><{slots}>' "$asked$said"
like 'that learns how many slots it needs' '*|learn=pytest a b' "$asked"
is 'it leads to the real one' 'pytest run=7k2' "${state% off=*}"

# Who builds nothing asks nobody; in doubt it is a run.
while read -r verdict line; do
  # shellcheck disable=SC2086 # words
  called $line
  is "$line" "$verdict" "$([ -n "$asked" ] && echo run || echo quick)"
done <<'L'
run make
run make -n
run make -q
run make -p
run make -t
quick make -v
quick make --version
quick make -h
quick make -j8 --help
run ninja -n
run ninja
quick ninja -t clean
quick ninja --version
quick ninja -h
run cmake --build .
run cmake --workflow --preset x
quick cmake
quick cmake --version
quick cmake -S . -B build
quick cmake -E env make
quick cmake -P x.cmake
quick cmake --install .
run ctest
run ctest -S x
run ctest --build-and-test a b
quick ctest -N
quick ctest --version
run cargo build
run cargo nextest run
run cargo my-own
run cargo test -- --help
quick cargo build --help
quick cargo
quick cargo --version
quick cargo +nightly metadata
quick cargo fmt
run pytest
run pytest -h
run pytest --version x
quick pytest --version
L
is 'cmake that configures finds no shims' "$tools:$usual" "$(
  printf '#!/bin/sh\necho "$PATH"\n' >"$tools/cmake"
  cmake -S . -B b
)"

DIBS=off called make -j8 x
is 'DIBS=off goes round it' '<-j8><x>make run= off=off' "$said$state$asked"
called "$tools/make" -j8
is 'a path too' '<-j8>' "$said$asked"
DIBS_RUN=7k2 DIBS_FIFO=$tokens DIBS=$DIBS_DIR called make -j8
is 'inside a run that lives it is a member' 'run|1|pid=*|within=7k2<>' "$asked$said"
DIBS_RUN=7k2.m3 DIBS_FIFO=$tokens MAKELEVEL=1 called make -j8
is 'below a make of ours nobody asks' '<>' "$asked$said"
DIBS_RUN=gone DIBS_FIFO=/no/such/fifo MAKEFLAGS=' -j7 --jobserver-auth=3,4' called make -j3
is 'a run that is over is none' 'run|1|pid=*|cap=3<>' "$asked$said"
DIBS_JOB=$$ called make -j8
is 'below a job nobody asks' '<-j1>' "$asked$said"
answer 'w waiting for a slot: 2 of 2 in use' 'g 7k2 1 n 2 -'
called make x
is 'where there is no terminal a waiting make says nothing' '<x>' "$said"
if command -v script >/dev/null; then
  like 'on a terminal it says why' '*waiting for a slot: 2 of 2 in use*<x>*' "$(script -qec 'make x' /dev/null </dev/null)"
else
  echo 'left out: script'
fi
answer 'g 7k2 1 n 2 -'
is 'what --with is for stays in a run' "$(PATH=$path; printf '%s' "${PATH#*:}")" \
  "$(printf '#!/bin/sh\necho "$PATH"\n' >"$tools/ninja" && ninja)"

# --- which tool ---

# finds NAME: make finds the real one by this PATH.
finds() {
  : >"$DIBS_DIR/requests"
  is "$1" '<x>' "$(timeout 20 $SHELL_UNDER_TEST "$(command -v make)" x 2>&1)"
}
(PATH=$folder:$folder:$PATH finds 'the folder twice on the PATH')
ln -s "$folder" "$SCRATCH/link-to-shims.$$"
(PATH=$SCRATCH/link-to-shims.$$:$PATH finds 'the folder by a link')
mkdir "$SCRATCH/copy-1.$$" "$SCRATCH/copy-2.$$" "$SCRATCH/links.$$"
ln -s "$shim" "$SCRATCH/links.$$/make"
(PATH=$SCRATCH/links.$$:$PATH finds 'a shim by a link')
(PATH=$folder:$SCRATCH/links.$$:$tools:$usual finds 'a link to itself behind it')
cp "$shim" "$SCRATCH/copy-1.$$"
cp "$shim" "$SCRATCH/copy-2.$$"
(PATH=$folder:$SCRATCH/copy-1.$$:$SCRATCH/copy-2.$$:$tools:$usual finds 'two copies')
mkdir "$SCRATCH/other.$$"
cp -R "$home/dibs" "$home/launcher" "$SCRATCH/other.$$"
other=$(eval "$($SHELL_UNDER_TEST "$SCRATCH/other.$$/dibs" env --shell sh)" && printf '%s' "${PATH%%:*}")
(PATH=$other:$PATH finds 'those of another dibs before ours')
(PATH=$folder:$other:$tools:$usual finds 'those of another dibs behind ours')
answer "g 7k2 1 n 2 $folder"
for way in exec ''; do
  mkdir "$SCRATCH/wrapper$way.$$"
  printf '#!/bin/sh\n%s make "$@"\n' "$way" >"$SCRATCH/wrapper$way.$$/make"
  chmod +x "$SCRATCH/wrapper$way.$$/make"
  (PATH=$folder:$SCRATCH/wrapper$way.$$:$tools:$usual finds "a wrapper that ${way:-call}s the next make on the PATH")
done
mkdir "$SCRATCH/multi.$$"
printf '#!/bin/sh\necho "I am ${0##*/}"\n' >"$SCRATCH/multi.$$/box"
chmod +x "$SCRATCH/multi.$$/box"
ln -s box "$SCRATCH/multi.$$/make"
is 'a program of many names is called by the right one' 'I am make' "$(PATH=$folder:$SCRATCH/multi.$$:$usual && export PATH && make)"
if [ -x /usr/bin/make ]; then
  like 'without a PATH the usual places count' 'GNU Make*' "$(PATH='' "$shim" --version)"
else
  echo 'left out: make'
fi
like 'no tool at all' "*'make' was not found*127" "$(PATH=$folder:/nonexistent && export PATH && make 2>&1; echo $?)"
gone=$SCRATCH/gone-folder.$$
mkdir "$gone"
is 'called in a folder that is gone' '<x>' "$(cd "$gone" && rmdir "$gone" && make x 2>/dev/null)"
cp -R "$folder" "$DIBS_DIR/shims/env-gone"
is 'its folder may go' '<x><x>' "$(PATH=$DIBS_DIR/shims/env-gone:$tools:$usual && export PATH && sh -c 'make x; rm -r "$0"; make x' "$DIBS_DIR/shims/env-gone")"

# --- without dibs ---

cp "$DIBS_DIR/daemon" "$SCRATCH/env-daemon.$$"
printf '%s 2 0.9\n' $$ >"$DIBS_DIR/daemon"
called make -j8 x
like 'another protocol: it runs as typed, after a line' 'dibs: the daemon * another protocol; running without dibs.*
<-j8><x>' "$said"
is 'nobody below tries again' 'make run= off=off' "$state"
called make --version
is 'what asks nobody says nothing' '<--version>' "$said"
cp "$SCRATCH/env-daemon.$$" "$DIBS_DIR/daemon"
DIBS=/no/such/world called make x
like 'a DIBS that is gone' 'dibs: /no/such/world, * is gone; running without dibs. Unset DIBS.
<x>' "$said"
is 'is not made' no "$([ -e /no/such/world ] || echo no)"
if [ "$(id -u)" = 0 ]; then # as sudo -E would have it, inside a run
  mkdir "$SCRATCH/theirs.$$"
  (PATH=$plain && chown 1 "$SCRATCH/theirs.$$")
  DIBS=$SCRATCH/theirs.$$ called make x
  like "somebody else's DIBS" 'dibs: * belongs to somebody else; running without dibs. Unset DIBS.
<x>' "$said"
  is 'where nothing is made' '' "$(ls "$SCRATCH/theirs.$$")"
fi
(
  unset DIBS_DIR
  DIBS_DIR=$SCRATCH/plain-file.$$ && export DIBS_DIR
  like 'a DIBS_DIR that is a file' 'dibs: *; running without dibs.*
<x>' "$($SHELL_UNDER_TEST "$shim" x 2>&1)"
)
mv "$SCRATCH/other.$$" "$SCRATCH/moved.$$"
is 'dibs was removed' '<a b><>' "$(PATH=$other:$PATH && export PATH && make 'a b' '' 2>&1)"
like 'with no such tool' '*make: not found*127' "$(PATH=$other:/nonexistent && export PATH && make 2>&1; echo $?)"
PATH=$plain
