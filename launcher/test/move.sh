# shellcheck shell=sh
# A run that waits among the next becomes bash meanwhile: nobody can tell by what the command finds, or how the wait ends.

. "${0%/*}/lib.sh"
answer w n 'w because' 'g 7k2 1 pf 4 -'
dir=$DIBS_DIR life=$DIBS_DIR/runs/7k2/life

# same NAME ENVIRONMENT...: in an environment of just that, whether it had to wait or not.
same() {
  name=$1
  shift
  for lines in 'w;n;w because;g 7k2 1 pf 4 -' 'g 7k2 1 pf 4 -'; do
    old_ifs=$IFS
    IFS=';'
    # shellcheck disable=SC2086
    answer $lines
    IFS=$old_ifs
    # shellcheck disable=SC2086
    env -i DIBS_DIR="$dir" "$@" $SHELL_UNDER_TEST "$home/dibs" run -q -- /usr/bin/env 2>&1 | grep -v '^_=' | sort >"$SCRATCH/moved.$name"
    [ -n "${first-}" ] || first=$(cat "$SCRATCH/moved.$name")
  done
  is "environment: $name" "$(cat "$SCRATCH/moved.$name")" "$first"
  first=''
}

usual="HOME=/root PATH=$PATH USER=x PWD=$PWD SHLVL=2 LANG=C"
# shellcheck disable=SC2086
{
  same usual $usual
  same texts $usual "A=b c" "B='\"\$HOME\`x\`\\" "C=1
dibs_x y=2
dibs_z=3"
  same prompts $usual 'PS1=\u> ' PS2=... OLDPWD=/no/such
  same locale $usual LC_ALL=C.UTF-8
  same posix $usual POSIXLY_CORRECT=1
  same level $usual SHLVL=1
  case $SHELL_UNDER_TEST in
    busybox*) ;; # adds some by itself
    *) same empty "PATH=$PATH" ;;
  esac
}

# waits NAME PATTERN ARGUMENT...: output and status of a run
waits() {
  name=$1 pattern=$2
  shift 2
  like "$name" "$pattern" "$(dibs run "$@" 2>&1; echo "=$?")"
}
answer w n 'w because' 'g 7k2 1 pf 4 -'
waits 'arguments come through' 'dibs: because
<a b><><*><$x>
=3' -- sh -c 'printf "<%s>" "$@"; echo; exit 3' x 'a b' '' '*' '$x'
is 'the pid stays' same "$(SHELL_UNDER_TEST="$SHELL_UNDER_TEST" sh -c 'exec $SHELL_UNDER_TEST "$0" run -q -- sh -c '"'"'[ $$ = "$1" ] && echo same || echo other'"'"' x $$' "$home/dibs")"
like 'nothing is left open but what every run has' "*$life*" "$(dibs run -q -- ls -l /proc/self/fd)"
is 'no reply is left open' '' "$(dibs run -q -- ls -l /proc/self/fd | grep "$dir/r/")"
is 'what is open stays open' 'three four' "$(
  # shellcheck disable=SC2086
  printf 'three\n' >"$SCRATCH/3.$$"
  printf 'four\n' >"$SCRATCH/4.$$"
  dibs run -q -- sh -c 'read -r a <&3; read -r b <&4; echo $a $b' 3<"$SCRATCH/3.$$" 4<"$SCRATCH/4.$$"
)"
for line in 'b no slot within 2 s:=75' 'x no:=125' 'u not today:*running without dibs*
here
=0' 'nonsense:*running without dibs*
here
=0'; do
  answer w n "${line%%:*}"
  waits "it ends with ${line%%:*}" "*${line#*:}" -w 2 -- echo here
done
answer w n hold
for signal in TERM=143 INT=130 QUIT=131 HUP=129; do
  case $SHELL_UNDER_TEST$signal in bash*QUIT*) continue ;; esac # which every bash ignores
  # A shell has its children in the background ignore two of them.
  env --default-signal=INT,QUIT $SHELL_UNDER_TEST "$home/dibs" run -q -- sh -c : moved &
  waiter=$!
  moved() { case $(tr '\0' ' ' <"/proc/$waiter/cmdline") in *await.bash*dibs\ run\ --\ sh\ -c\ :*) ;; *) return 1 ;; esac }
  case $SHELL_UNDER_TEST in
    bash*) await [ -e "/proc/$waiter/fd/4" ] ;; # is one
    *) await moved ;;
  esac
  # Again and again: between its start and its trap a bash ignores SIGQUIT.
  while kill -"${signal%=*}" $waiter; do sleep 0.3; done 2>/dev/null &
  wait $waiter 2>/dev/null
  is "it is ended by ${signal%=*}" "${signal#*=}" $?
done
