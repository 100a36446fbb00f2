# shellcheck shell=sh
# understudy.sh DIR: stands in for the daemon. Answers each request with the lines of DIR/answer, once the asker has its
# reply FIFO open at descriptor 4; or, if there is one, of DIR/answer.VERB. Some lines are stage directions: "silence" answers nothing, "die" ends the understudy
# in the middle of an answer, "hold" says nothing more while the asker lives, "file TEXT" writes the asker's .out file and "names TEXT" its .env file.

dir=$1
printf java >/proc/self/comm
exec 3<>"$dir/control"
printf '%s 1 understudy\n' $$ >"$dir/daemon"
while IFS= read -r line <&3; do
  [ -n "$line" ] || continue
  printf '%s\n' "$line" >>"$dir/requests"
  pid=${line#*pid=}
  pid=${pid%%[!0-9]*}
  [ "/proc/$pid/fd/4" -ef "$dir/r/$pid" ] || continue
  answer=$dir/answer.${line%%[!a-z]*}
  [ -e "$answer" ] || answer=$dir/answer
  read -r say <"$answer"
  [ "$say" != silence ] || continue
  {
    rm -f "$dir/r/$pid" # first: who has heard may ask anew by the same name
    while IFS= read -r say; do
      case $say in
        die)
          rm -f "$dir/daemon"
          exit
          ;;
        hold) while [ -e "/proc/$pid/exe" ]; do sleep 0.05; done ;;
        'file '*) printf '%s\n' "${say#file }" >"$dir/r/$pid.out" ;;
        'names '*) printf '%s\n' "${say#names }" >"$dir/r/$pid.env" ;;
        *) printf '%s\n' "$say" ;;
      esac
    done
  } <"$answer" >"$dir/r/$pid"
done
