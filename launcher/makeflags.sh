# shellcheck shell=sh
# Reading and rewriting MAKEFLAGS, which is a command line of make in one string: "ks -j8 --jobserver-auth=3,4 -- V=1".
# The first word may lack its hyphen, blanks may be escaped, and behind " -- " come variables.

command -v dibs_plan_make >/dev/null || . "$dibs_home/launcher/tools.sh"

# dibs_limit_makeflags: the N of its -jN goes to dibs_limit.
dibs_limit_makeflags() {
  dibs_with_makeflags_words :
  dibs_limit=$dibs_flags_limit
}

# dibs_rewrite_makeflags FLAGS: takes out every -j and jobserver and puts FLAGS behind the other flags. A -j without a
# number in them takes over the number that was there.
dibs_rewrite_makeflags() {
  dibs_new_flags=$1
  dibs_with_makeflags_words dibs_rewrite_words
}

# dibs_with_makeflags_words FUNCTION: calls it with the words before " -- ". The plan for the command line is kept.
dibs_with_makeflags_words() {
  dibs_kept_plan=$dibs_drop dibs_kept_limit=$dibs_limit dibs_kept_taken=$dibs_taken dibs_kept_tool=$dibs_tool
  dibs_drop=' ' dibs_limit='' dibs_i=1
  dibs_split_makeflags "$1"
  dibs_flags_limit=$dibs_limit
  dibs_drop=$dibs_kept_plan dibs_limit=$dibs_kept_limit dibs_taken=$dibs_kept_taken dibs_tool=$dibs_kept_tool
}

dibs_split_makeflags() {
  dibs_function=$1
  case " $MAKEFLAGS " in
    *' -- '*)
      dibs_head=" $MAKEFLAGS "
      dibs_tail=" -- ${dibs_head#* -- }"
      dibs_tail=${dibs_tail% }
      dibs_head=${dibs_head%% -- *}
      ;;
    *) dibs_head=$MAKEFLAGS dibs_tail='' ;;
  esac
  set -f
  # shellcheck disable=SC2086 # split into words
  set -- $dibs_head
  set +f
  case ${1-} in
    '' | -* | *=*) ;;
    *)
      dibs_x=-$1
      shift
      set -- "$dibs_x" "$@"
      ;;
  esac
  dibs_joined=''
  for dibs_x in "$@"; do
    shift
    dibs_joined=$dibs_joined$dibs_x
    case $dibs_joined in
      *\\\\) ;;
      *\\)
        dibs_joined="$dibs_joined "
        continue
        ;;
    esac
    set -- "$@" "$dibs_joined"
    dibs_joined=''
  done
  dibs_plan_make "$@"
  $dibs_function "$@"
}

dibs_rewrite_words() {
  case $dibs_new_flags in '-j '*) dibs_new_flags="-j$dibs_limit ${dibs_new_flags#-j }" ;; esac
  dibs_i=0
  dibs_head=''
  for dibs_x in "$@"; do
    dibs_i=$((dibs_i + 1))
    case $dibs_x in --jobserver-auth=* | --jobserver-fds=*) continue ;; esac
    case $dibs_drop in
      *" $dibs_i "*) continue ;;
      *" $dibs_i="*)
        dibs_x=${dibs_drop#*" $dibs_i="}
        dibs_x=${dibs_x%% *}
        ;;
    esac
    dibs_head="$dibs_head $dibs_x"
  done
  export MAKEFLAGS="$dibs_head${dibs_new_flags:+ $dibs_new_flags}$dibs_tail"
}
