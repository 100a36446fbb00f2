# shellcheck shell=sh disable=SC2034,SC2154
# The jobs with slots of other pools that live and have us below them: the second part of dibs_find_jobs (ask.sh).

case $DIBS_POOLS in *[!0-9a-z_:\ -]*) ;; *)
  for dibs_x in $DIBS_POOLS; do
    dibs_pid=${dibs_x#*:}
    dibs_pid=${dibs_pid%%:*}
    case $dibs_pid in '' | *[!0-9]*) continue ;; esac
    dibs_lives "$dibs_pid" || continue
    dibs_covered=y dibs_after=${dibs_x%%:*}
    dibs_jobs_around=${dibs_jobs_around:+$dibs_jobs_around }$dibs_x
    [ "$dibs_after" != "${dibs_pool-}" ] || dibs_has_pool=y
  done
  ;;
esac
