# shellcheck shell=sh disable=SC1090,SC2154
# Sourced with the command as "$@": puts `env NAME=VALUE...` in front of it for names that no variable of a shell can
# have. A command with = in its name would be taken for one of them, so it goes without.

dibs_count=$#
case $1 in *=*) ;; *) . "$dibs_reply.env" ;; esac
[ $# -eq $dibs_count ] || set -- env "$@"
