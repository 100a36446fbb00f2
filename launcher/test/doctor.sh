# shellcheck shell=sh
# What the doctor makes of what it hears. Its pools can't start here, for there is no JVM (the system tests have one).

. "${0%/*}/lib.sh"
answer 'file {"version":1,"daemon":{"pid":1,"files":null,"files_missing":"No file system at /x/fs: it is \"old\". Mend it."}}' 'o 0'

said=$(dibs doctor 2>&1)
is 'what is degraded is an exit status' 1 "$(dibs doctor >/dev/null 2>&1; echo $?)"
like 'a daemon that answers is well' "*ok        daemon       pid $understudy answers*" "$said"
like 'why there are no files is said in its words' '*degraded  file system  it is "old". Mend it.*' "$said"
like 'so is what fails' '*degraded  pool *' "$said"
like 'and what becomes of builds' '*Builds run without dibs.*' "$said"
is 'the answer is removed' '' "$(ls "$DIBS_DIR/r")"
is 'the daemon is asked for its status' 'status|1|pid=*|json=line' "$(grep status "$DIBS_DIR/requests" | tail -n 1 | tr '\037' '|' | sed 's/pid=[0-9]*/pid=*/')"
if command -v python3 >/dev/null; then
  is 'programs can read it' 'False none it is "old". Mend it.' "$(dibs doctor --json 2>/dev/null | python3 -c '
import json, sys
said = json.load(sys.stdin)
print(said["healthy"], said["endpoint"], [f["text"] for f in said["findings"] if f["way"] == "files"][0])')"
fi

like 'what is watched of memory' '* memory *MiB are available*' "$said"
like 'and what was declared' '*available, DIBS_MEMORY is 900M*' "$(DIBS_MEMORY=900M dibs doctor 2>&1)"
case $SHELL_UNDER_TEST in
  bash*) like 'bash can run again what ran out of it' '*ok *retry *by bash*' "$said" ;;
  *)
    like 'so can other shells with env' '*ok *retry *with */env*' "$said"
    none=$SCRATCH/no-env.$$
    mkdir "$none"
    printf '#!/bin/sh\nexit 1\n' >"$none/env"
    chmod +x "$none/env"
    like 'and not without' '*degraded *retry *Install coreutils*' "$(PATH=$none:$PATH dibs doctor 2>&1)"
    ;;
esac

tools=$SCRATCH/doctored.$$
mkdir "$tools"
for tool in make ninja ctest; do
  printf '#!/bin/sh\necho "%s version $VERSION"\n' "$tool" >"$tools/$tool"
  chmod +x "$tools/$tool"
done
like 'tools are named with their versions' "*make   4.9.1 *($tools/make)*" "$(VERSION=4.9.1 PATH=$tools:$PATH dibs doctor 2>&1)"

is 'help' "$(cat "$home/launcher/help/doctor.txt")" "$(dibs doctor --help)"
is 'the same by its name' "$(cat "$home/launcher/help/doctor.txt")" "$(dibs help doctor)"
like 'an unknown option' '*unknown option*125' "$(dibs doctor --frob 2>&1; echo $?)"
printf '%s 2 0.9\n' $$ >"$DIBS_DIR/daemon"
like 'a daemon of another protocol' '*degraded  daemon *another protocol*dibs stop*' "$(dibs doctor 2>&1)"
if command -v flock >/dev/null; then
  printf '%s 1 0.9 0\n' 999999999 >"$DIBS_DIR/daemon"
  like 'nor does anybody start another one beside it' '*another pid namespace; running without dibs. Share*here' \
    "$(flock "$DIBS_DIR/lock" $SHELL_UNDER_TEST "$home/dibs" run -- echo here 2>&1)"
  like 'a daemon that is not to be seen' '*degraded  daemon *another pid namespace*--pid=host*' \
    "$(flock "$DIBS_DIR/lock" $SHELL_UNDER_TEST "$home/dibs" doctor 2>&1)"
fi
