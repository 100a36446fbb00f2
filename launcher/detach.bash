# Becomes the command with every descriptor above 2 closed. Run with bash -p, for sh can close those of one digit only.

for dibs_fd in /proc/self/fd/*; do
  dibs_fd=${dibs_fd##*/}
  case $dibs_fd in
    0 | 1 | 2 | 255) ;;
    *) eval "exec $dibs_fd>&-" ;;
  esac
done
exec -- "$@"
