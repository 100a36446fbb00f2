# shellcheck shell=sh
# Merging MAKEFLAGS: from => flags to add => to.

. "${0%/*}/lib.sh"
dibs_home=$home dibs_drop=' 1 ' dibs_limit=7 dibs_taken=x dibs_tool=ninja
. "$home/launcher/makeflags.sh"

merges() {
  export MAKEFLAGS="$2"
  dibs_rewrite_makeflags "$3"
  is "$1" "$4" "$MAKEFLAGS"
}

new='-j4 --jobserver-auth=fifo:/x'
merges 'flags are added' 'k' "$new" " -k $new"
merges 'hyphens are kept' '-k --no-print-directory' "$new" " -k --no-print-directory $new"
merges '-jN goes' '-j8' "$new" " $new"
merges '-j N goes' '-j 8 -k' "$new" " -k $new"
merges 'j8 without a hyphen goes' 'j8' "$new" " $new"
merges 'j in a cluster goes' 'kj8' "$new" " -k $new"
merges '--jobs=8 goes' '--jobs=8 -s' "$new" " -s $new"
merges 'another jobserver goes' ' -j8 --jobserver-auth=3,4' "$new" " $new"
merges 'an old jobserver goes' 'w -j --jobserver-fds=3,4' "$new" " -w $new"
merges 'variables stay behind --' 'ks -j8 -- V=1 W=a\ b' "$new" " -ks $new -- V=1 W=a\\ b"
merges 'what looks like -j there stays' '-- X=-j8 Y=a\ -j9' "$new" " $new -- X=-j8 Y=a\\ -j9"
merges 'an escaped blank splits no word' 'X=a\ -j9 -j8' "$new" " X=a\\ -j9 $new"
merges 'an escaped backslash does' 'X=a\\ -j8' "$new" " X=a\\\\ $new"
merges 'a variable first' 'V=1 -j8' "$new" " V=1 $new"
merges 'no file names are made of it' '-I * -j8' "$new" " -I * $new"
merges 'an argument that looks like -j stays' '-I -j8' "$new" " -I -j8 $new"
merges 'nothing to add' 'k -j8 --jobserver-auth=3,4 -- V=1' '' ' -k -- V=1'
merges 'the number stays if there is no new one' 'k -j8 --jobserver-auth=3,4' '-j --jobserver-auth=5,6' \
  ' -k -j8 --jobserver-auth=5,6'
merges 'serial' '-j8' -j1 ' -j1'

is 'the plan of the command line is kept' ' 1 7xninja' "$dibs_drop$dibs_limit$dibs_taken$dibs_tool"

MAKEFLAGS='ks -j6 -- V=1'
dibs_limit_makeflags
is 'its number bounds the run' 6 "$dibs_limit"
MAKEFLAGS='-j'
dibs_limit_makeflags
is 'no number bounds nothing' '' "$dibs_limit"
