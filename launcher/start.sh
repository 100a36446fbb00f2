# shellcheck shell=sh
dibs_start() { dibs_why="no daemon runs in $dibs_dir" dibs_mend=''; return 1; }
