# shellcheck shell=sh
# `dibs status --watch`: the status again and again, until it is interrupted. Sourced by control.sh; ends here.
#
# On a terminal each is drawn over the one before, on the terminal's other screen, and what is left of an old line is
# wiped behind the new one, so nothing flickers. The terminal itself cuts the lines. Elsewhere one follows the other.

case $dibs_watch in
  '' | *[!0-9.]* | *.*.* | ??????????* | 0.0* | .0*) dibs_watch='' ;;
  *[1-9]*) ;;
  *) dibs_watch='' ;;
esac
[ -n "$dibs_watch" ] || dibs_misuse 'status --watch: a number of seconds is wanted, 0.1 or more. See: dibs help status'
[ -z "$dibs_json" ] || dibs_json=line

# dibs_next_status: what there is to say now, in the file dibs_said or, if that is empty, in dibs_text.
dibs_next_status() {
  dibs_said=''
  if dibs_is_up && dibs_ask_status; then
    dibs_said=$dibs_reply.out
  elif ! dibs_is_up; then
    dibs_text=$(dibs_print_no_daemon)
  else
    dibs_text="dibs: $dibs_why. $dibs_mend"
  fi
}

dibs_print_status() {
  if [ -n "$dibs_said" ]; then
    cat "$dibs_said" && rm -f "$dibs_said"
  elif [ -n "$dibs_json" ] && dibs_is_up; then
    printf '%s\n' "$dibs_text" >&2 # which is no JSON
  else
    printf '%s\n' "$dibs_text"
  fi
}

# dibs_draw: as many lines of stdin as there is room for.
dibs_draw() {
  dibs_rows=$(stty size 2>/dev/null </dev/tty)
  dibs_rows=${dibs_rows%% *}
  [ "${dibs_rows:-0}" -gt 1 ] || dibs_rows=24
  dibs_screen=$dibs_escape'[H'
  while IFS= read -r dibs_line; do
    dibs_rows=$((dibs_rows - 1))
    [ $dibs_rows -gt 0 ] || {
      dibs_screen=$dibs_screen...
      break
    }
    dibs_screen="$dibs_screen$dibs_line${dibs_escape}[K
"
  done
  printf '%s' "$dibs_screen${dibs_escape}[J"
}

dibs_watch_terminal() {
  dibs_escape=$(printf '\033')
  trap 'dibs_end_watch INT' INT
  trap 'dibs_end_watch TERM' TERM
  trap 'dibs_end_watch HUP' HUP
  printf '\033[?1049h\033[?25l\033[?7l'
  while :; do
    dibs_next_status
    if [ -n "$dibs_said" ]; then
      dibs_draw <"$dibs_said"
      rm -f "$dibs_said"
    else
      dibs_draw <<TEXT
$dibs_text
TEXT
    fi
    sleep "$dibs_watch" &
    dibs_sleep=$!
    wait "$dibs_sleep" # which a signal interrupts
    dibs_sleep=''
  done
}

# dibs_end_watch SIGNAL: leaves the terminal as it was, then dies of the signal.
dibs_end_watch() {
  trap '' INT TERM HUP
  printf '\033[?7h\033[?25h\033[?1049l'
  rm -f "$dibs_dir/r/$$" "$dibs_dir/r/$$.out"
  [ -z "${dibs_sleep-}" ] || kill "$dibs_sleep" 2>/dev/null
  trap - "$1"
  kill -s "$1" $$
}

if [ -t 1 ] && [ -z "$dibs_json" ] && [ "${TERM:-dumb}" != dumb ]; then dibs_watch_terminal; fi
while :; do
  dibs_next_status
  dibs_print_status || exit
  sleep "$dibs_watch"
  [ -n "$dibs_json" ] || printf '\n' || exit
done
