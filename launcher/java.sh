# shellcheck shell=sh
# Finding a JDK that is new enough without starting one: the file `release` in its folder says.

dibs_java_needed=25

# dibs_find_jdk TOOL: a folder with bin/TOOL in dibs_jdk; else dibs_why and dibs_mend.
dibs_find_jdk() {
  dibs_jdk_tool=$1
  set +f
  for dibs_x in "${DIBS_JAVA_HOME-}" "${JAVA_HOME-}" "$(dibs_jdk_on_path)" /usr/lib/jvm/* \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* /opt/*jdk* /opt/*java* /usr/java/*; do
    dibs_is_jdk "$dibs_x" || continue
    dibs_jdk=$dibs_x
    return 0
  done
  dibs_jdk=''
  dibs_why="no JDK $dibs_java_needed or newer was found"
  dibs_mend="Debian, Ubuntu: apt install openjdk-$dibs_java_needed-jdk-headless; Fedora: dnf install \
java-$dibs_java_needed-openjdk-devel; others: https://adoptium.net; or set DIBS_JAVA_HOME to one."
  return 1
}

# dibs_is_jdk FOLDER: by its release file's JAVA_VERSION="25.0.1".
dibs_is_jdk() {
  [ -n "$1" ] && [ -x "$1/bin/$dibs_jdk_tool" ] && [ -r "$1/release" ] || return
  while read -r dibs_line; do
    case $dibs_line in
      JAVA_VERSION=*)
        dibs_line=${dibs_line#JAVA_VERSION=}
        dibs_line=${dibs_line#\"}
        dibs_line=${dibs_line%%[!0-9]*}
        [ "${dibs_line:-0}" -ge $dibs_java_needed ]
        return
        ;;
    esac
  done <"$1/release"
  return 1
}

# dibs_jdk_on_path: the home of the java on the PATH, through its links.
dibs_jdk_on_path() {
  dibs_x=$(command -v java) || return
  dibs_x=$(readlink -f "$dibs_x") || return
  printf '%s\n' "${dibs_x%/bin/java}"
}
