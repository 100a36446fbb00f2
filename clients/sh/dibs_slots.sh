# shellcheck shell=sh disable=SC3025 # /dev/tcp is for bash
# Slots of dibs, the machine's build coordinator, for shell scripts. Copy this file, change it, keep no notice of it.
#
#     . ./dibs_slots.sh
#     dibs_acquire            # waits until this machine has room for one more job
#     ...
#     dibs_release
#
# In bash it uses /dev/tcp inside `dibs run --tcp`. Elsewhere, and in every other shell, it needs socat, and mkfifo. The
# slots are returned when the script ends, however it ends. Without any of these, or without dibs, dibs_acquire returns 1
# at once: go on all the same. Descriptors 8 and 9 are taken. The bytes are described in docs/protocol.md of dibs.
#
# A script that only wants to bound its jobs needs none of this: dibs job -- COMMAND.

dibs_connect() {
  dibs_connected=no
  if [ -n "${DIBS_TCP-}" ] && [ -n "${BASH_VERSION-}" ]; then
    dibs_connect_tcp
  else
    dibs_connect_by_socat
  fi
}

dibs_connect_tcp() {
  dibs_port=${DIBS_TCP#*:}
  { exec 8<>"/dev/tcp/${DIBS_TCP%%:*}/${dibs_port%%:*}"; } 2>/dev/null || return
  exec 9>&8
  printf '%s\n' "${DIBS_TCP##*:}" >&9
  dibs_connected=yes
}

# socat goes between two FIFOs, which have no names any more once they are open.
dibs_connect_by_socat() {
  dibs_to=UNIX-CONNECT:$(dibs_directory)/socket
  if [ -n "${DIBS_TCP-}" ]; then dibs_to=TCP:${DIBS_TCP%:*}; fi
  command -v socat >/dev/null && dibs_pipes=$(mktemp -d) || return
  mkfifo "$dibs_pipes/in" "$dibs_pipes/out"
  socat "$dibs_to" - <"$dibs_pipes/in" >"$dibs_pipes/out" 2>/dev/null &
  exec 9>"$dibs_pipes/in" 8<"$dibs_pipes/out"
  rm -r "$dibs_pipes"
  if [ -n "${DIBS_TCP-}" ]; then printf '%s\n' "${DIBS_TCP##*:}" >&9; fi
  dibs_connected=yes
}

dibs_directory() {
  dibs_uid=$(id -u)
  if [ -n "${DIBS:-${DIBS_DIR-}}" ]; then
    echo "${DIBS:-$DIBS_DIR}"
  elif [ -d "/run/user/$dibs_uid" ] && [ -O "/run/user/$dibs_uid" ]; then
    echo "/run/user/$dibs_uid/dibs"
  else
    echo "/tmp/dibs-$dibs_uid"
  fi
}

# Status 0 with a slot, 1 without dibs.
dibs_acquire() {
  [ -n "${dibs_connected-}" ] || dibs_connect
  [ "$dibs_connected" = yes ] || return 1
  dibs_answer=$(
    trap '' PIPE
    printf + >&9 && dd bs=1 count=1 <&8
  ) 2>/dev/null
  [ "$dibs_answer" = + ] || dibs_connected=no
  [ "$dibs_connected" = yes ]
}

# Only after dibs_acquire returned 0.
dibs_release() {
  [ "$dibs_connected" != yes ] || (
    trap '' PIPE
    printf - >&9
  ) 2>/dev/null
}
