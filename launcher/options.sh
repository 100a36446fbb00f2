# shellcheck shell=sh
# The options of `run` and `job`: takes them off "$@" and leaves what they say in variables. Sourced by dibs if there are any.

# dibs_whole VALUE LEAST MOST: checks a whole number and leaves it without leading zeros in dibs_value.
dibs_whole() {
  dibs_value=${1#"${1%%[!0]*}"}
  case $dibs_value in
    *[!0-9]* | ????????*) dibs_value='' ;;
    '') case $1 in 0*) dibs_value=0 ;; esac ;;
  esac
  [ -n "$dibs_value" ] && [ "$dibs_value" -ge "$2" ] && [ "$dibs_value" -le "$3" ] ||
    dibs_misuse "$dibs_option '$1': a whole number from $2 to $3 is wanted. See: dibs help $dibs_verb"
}

dibs_seconds() {
  case $1 in
    '' | . | *[!0-9.]* | *.*.* | ?????????????*)
      dibs_misuse "$dibs_option '$1': a number of seconds is wanted, such as 10 or 2.5. See: dibs help $dibs_verb"
      ;;
  esac
  dibs_wait=$1
}

dibs_text() {
  case $1 in
    *[[:cntrl:]]*) dibs_misuse "$dibs_option: the text has control characters in it. Leave them out." ;;
  esac
  dibs_value=$1
}

# dibs_range TEXT: N, MIN..MAX or, for runs, auto.
dibs_range() {
  dibs_slots=$1 dibs_least='' dibs_most=''
  case $dibs_verb$1 in runauto) return ;; esac
  dibs_least=${1%%..*} dibs_most=${1#*..}
  case $dibs_least.$dibs_most in
    .* | *. | *[!0-9.]* | *.*.*)
      dibs_misuse "$dibs_option '$1': something such as 4 or 1..4 is wanted. See: dibs help $dibs_verb"
      ;;
  esac
  dibs_whole "$dibs_least" 1 1000000
  dibs_least=$dibs_value
  dibs_whole "$dibs_most" 1 1000000
  dibs_most=$dibs_value
  [ "$dibs_least" -le "$dibs_most" ] ||
    dibs_misuse "$dibs_option '$1': the least is above the most. Turn them round: $dibs_most..$dibs_least"
}

dibs_pool_name() {
  case $1 in
    '' | [!0-9a-z]* | *[!0-9a-z_-]* | ?????????????????????????????????*)
      dibs_misuse "$dibs_option: a pool's name has 1 to 32 of a-z, 0-9, _ and -. There are: dibs pool"
      ;;
    cpu) dibs_pool='' ;;
    *) dibs_pool=$1 ;;
  esac
}

# dibs_memory TEXT: bytes, or with K, M, G or T; a fraction is for the daemon. More than the machine has is no mistake.
dibs_memory() {
  dibs_mem=$1 dibs_x=${1%[KMGT]}
  dibs_value=${dibs_x%%.*} dibs_rest=${dibs_x#"$dibs_value"}
  case $dibs_value${dibs_rest#.} in *[!0-9]*) dibs_value='' ;; esac
  case $dibs_value,$dibs_rest in
    , | ,* | ????????????????*,* | *,. | *,.????*)
      dibs_misuse "$dibs_option '$1': an amount such as 500M or 1.5G is wanted. See: dibs help $dibs_verb"
      ;;
  esac
  case $dibs_x in *[1-9]*) ;; *) dibs_misuse "$dibs_option '$1': nothing needs no memory. Leave it out if you don't know." ;; esac
  dibs_value=${dibs_value#"${dibs_value%%[!0]*}"}
  case ${dibs_value:-0}$1 in ????????????*T) dibs_value=99999999999 ;; *) dibs_value=${dibs_value:-0} ;; esac
  case $1 in
    *T) dibs_value=$((dibs_value * 1048576)) ;;
    *G) dibs_value=$((dibs_value * 1024)) ;;
    *M) ;;
    *K) dibs_value=$((dibs_value / 1024)) ;;
    *) dibs_value=$((dibs_value / 1048576)) ;;
  esac
  dibs_x=0
  { read -r dibs_key dibs_x dibs_rest </proc/meminfo; } 2>/dev/null
  case $dibs_x in '' | *[!0-9]*) return ;; esac
  dibs_x=$((dibs_x / 1024))
  [ "$dibs_value" -gt $dibs_x ] && [ $dibs_x -gt 0 ] || return 0
  if [ $dibs_x -ge 10240 ]; then dibs_x=$(((dibs_x + 512) / 1024))G; else dibs_x=${dibs_x}M; fi
  dibs_beyond="it asks for $1, the machine has $dibs_x: it will run alone"
}

# dibs_statuses LIST: exit statuses, with commas or blanks between; several lists add up.
dibs_statuses() {
  dibs_rest=$1,
  while [ -n "$dibs_rest" ]; do
    dibs_x=${dibs_rest%%[, ]*}
    dibs_rest=${dibs_rest#*[, ]}
    [ -n "$dibs_x" ] || [ -n "$dibs_rest" ] || break
    dibs_whole "$dibs_x" 1 255
    dibs_retry_on="$dibs_retry_on $dibs_value "
  done
}

dibs_take_value() {
  case $dibs_option in
    -j) dibs_whole "$1" 1 9999999 && dibs_cap=$dibs_value ;;
    --weight) dibs_whole "$1" 1 10000 && dibs_weight=$dibs_value ;;
    --slots) dibs_range "$1" ;;
    --mem) dibs_memory "$1" ;;
    --retry) dibs_whole "$1" 0 100 && dibs_retry=$dibs_value ;;
    --retry-on) dibs_statuses "$1" ;;
    -E) dibs_whole "$1" 0 255 && dibs_timeout_status=$dibs_value ;;
    -w) dibs_seconds "$1" ;;
    --pool) dibs_pool_name "$1" ;;
    --name) dibs_text "$1" && dibs_name=$dibs_value ;;
    --kind) dibs_text "$1" && dibs_kind=$dibs_value ;;
    --target) dibs_text "$1" && dibs_target=$dibs_value ;;
  esac
}

while [ $# -gt 0 ]; do
  case $1 in
    --) shift && break ;;
    --*=*) dibs_option=${1%%=*} dibs_attached=y dibs_value=${1#*=} ;;
    -[jwE]?*) dibs_value=${1#-?} dibs_option=${1%"$dibs_value"} dibs_attached=y ;;
    -?*) dibs_option=$1 dibs_attached='' ;;
    *) break ;;
  esac
  case $dibs_verb$dibs_option in
    run-j | run--weight | run--name | run--slots | job--kind | job--target | job--slots | job--pool | \
      job--mem | run--retry | run--retry-on | ???-w | ???-E)
      if [ -z "$dibs_attached" ]; then
        [ $# -ge 2 ] || dibs_misuse "$dibs_option wants a value. See: dibs help $dibs_verb"
        dibs_value=$2
        shift
      fi
      dibs_take_value "$dibs_value"
      shift
      continue
      ;;
  esac
  case $dibs_attached$dibs_verb$dibs_option in
    job--retry) dibs_retry=y ;;
    run--private) dibs_private=y ;;
    run--background) dibs_background=y ;;
    run--tcp) dibs_tcp=y ;;
    ???-n) dibs_wait=0 ;;
    ???-q | ???--quiet) dibs_quiet=y ;;
    ???--strict) dibs_strict=y ;;
    ???-h | ???--help) exec cat "$dibs_home/launcher/help/$dibs_verb.txt" ;;
    *) dibs_misuse "$dibs_verb: unknown option '$1'. Options come before the command; see: dibs help $dibs_verb" ;;
  esac
  shift
done
[ -z "$dibs_retry_on" ] || [ -n "$dibs_retry" ] || dibs_misuse 'run --retry-on: how many times? Add --retry N.'
[ -z "$dibs_beyond" ] || [ -n "$dibs_quiet" ] || printf 'dibs: %s\n' "$dibs_beyond" >&2
