# shellcheck shell=sh
# What dibs_plan and dibs_rewrite make of command lines: tools.table, and what depends on the environment.

. "${0%/*}/lib.sh"
dibs_home=$home
. "$home/launcher/tools.sh"

words() {
  printf '<%s>' "$@"
}

dibs_become() {
  rewritten=$(words "$@")
}

rewrite() {
  dibs_width=''
  dibs_plan "$@"
  cap=${dibs_limit:--}
  [ -z "$dibs_serial" ] || cap=serial
  dibs_rewrite "$@"
}

while IFS= read -r row; do
  case $row in '#'* | '') continue ;; esac
  input=${row%% => *} rest=${row#* => }
  eval "rewrite $input"
  eval "wanted=\$(words ${rest%% => *})"
  # A tool that builds nothing has no cap, whatever it was told.
  [ -n "$dibs_tool" ] || cap=-
  is "$input" "$wanted ${rest#* => }" "$rewritten $cap"
done <"$here/tools.table"

CMAKE_BUILD_PARALLEL_LEVEL=6 rewrite cmake --build .
is 'a level in the environment is a -j' '<cmake><--build><.> 6' "$rewritten $cap"
CARGO_BUILD_JOBS=6 rewrite cargo build -j2
is 'the command line comes before the environment' '<cargo><build> 2' "$rewritten $cap"

mkdir "$SCRATCH/ninja build.$$"
printf '%s\n' '# x' 'CMAKE_GENERATOR:INTERNAL=Ninja Multi-Config' >"$SCRATCH/ninja build.$$/CMakeCache.txt"
rewrite cmake --build "$SCRATCH/ninja build.$$" -j2 -- -j0 -v
is 'behind -- the generator says how to read' "<cmake><--build><$SCRATCH/ninja build.$$><--><-v> -" "$rewritten $cap"

# version NAME TEXT: a tool that says it is that version.
version() {
  printf '#!/bin/sh\necho "%s"\n' "$2" >"$SCRATCH/$1.$$"
  chmod +x "$SCRATCH/$1.$$"
}

# width VERSION COMMAND...: what becomes of the command with 3 slots granted.
width() {
  version tool "$1"
  shift
  dibs_plan "$@"
  dibs_find_width "$SCRATCH/tool.$$"
  dibs_granted=3
  dibs_rewrite "$@"
}

width 1.11.1 ninja -C b -j8 all
is 'an old ninja gets a number' '<ninja><-j3><-C><b><all> y' "$rewritten $dibs_width"
width 1.11.1 ninja
is 'an old ninja without -j too' '<ninja><-j3> y' "$rewritten $dibs_width"
width 1.9 ninja -j1
is 'a serial ninja stays alone' '<ninja><-j1> ' "$rewritten $dibs_width"
width 1.13.0.git.kitware ninja -j8
is 'a new ninja takes tokens' '<ninja> ' "$rewritten $dibs_width"
width 2.0 ninja -j8
is 'a newer one too' '<ninja> ' "$rewritten $dibs_width"
width nonsense ninja -j8
is 'a version that nobody can read is an old one' '<ninja><-j3> y' "$rewritten $dibs_width"
width 'ctest version 3.25.1' ctest -V -j 8
is 'an old ctest gets a number' '<ctest><-j3><-V> y' "$rewritten $dibs_width"
width 'ctest version 3.25.1' ctest -V
is 'a ctest without -j is serial' '<ctest><-V> ' "$rewritten $dibs_width"
width 'ctest version 3.29.0' ctest -j 8
is 'a new ctest takes tokens below its own -j' '<ctest><-j><8> 8' "$rewritten $dibs_width$dibs_limit"

version ninja 1.10
printf '%s\n' "CMAKE_MAKE_PROGRAM:FILEPATH=$SCRATCH/ninja.$$" >>"$SCRATCH/ninja build.$$/CMakeCache.txt"
width 'cmake version 3.25' cmake --build "$SCRATCH/ninja build.$$" -j8 -v
is 'cmake hands the number to an old ninja' "<cmake><--build><$SCRATCH/ninja build.$$><-j3><-v> y" \
  "$rewritten $dibs_width"
