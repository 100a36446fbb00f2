# shellcheck shell=sh
# Where locks are, and work that is done once. Sourced by lock.sh and once.sh.

# dibs_find_outer_directory: as dibs_find_directory. A private pool has neither of its own: what they are for is the same for
# all.
dibs_find_outer_directory() {
  dibs_find_directory
  case $dibs_dir in */dibs-private.*) if [ -n "${DIBS_OUTER-}" ]; then dibs_dir=$DIBS_OUTER; else dibs_default_directory; fi ;; esac
}
