#!/usr/bin/env bash
# quickstart.sh - Guizhang on one machine, from nothing: build, start, look at it, test it
#
#   ./quickstart.sh            install what is missing, build, start everything, seed the demo, say what to try
#   ./quickstart.sh check      install what the tests need and run them all; ends with "N passed, N failed"
#   ./quickstart.sh stop | status | logs | reset
#
# Everything lives in one private folder (GUIZHANG_HOME, /var/lib/guizhang-demo for root), runs as an
# unprivileged user, listens on loopback or unix sockets only, and is stopped by recorded pid.
set -euo pipefail

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ "$(id -u)" = 0 ]; then
    RUN_USER=${GUIZHANG_USER:-guizhang}
    GZ_HOME=${GUIZHANG_HOME:-/var/lib/guizhang-demo}
else
    RUN_USER=$(id -un)
    GZ_HOME=${GUIZHANG_HOME:-$HOME/.guizhang-demo}
fi
HTTP_PORT=${GUIZHANG_HTTP_PORT:-8080}
HTTPS_PORT=${GUIZHANG_HTTPS_PORT:-8443}
LDAPS_PORT=${GUIZHANG_LDAPS_PORT:-8636}
DEMO_PASSWORD=${GUIZHANG_DEMO_PASSWORD:-Guizhang-2026}
unset GUIZHANG_DEMO_PASSWORD # not into the environment of every server
BUILD=${GUIZHANG_BUILD:-$TOP/build}
APP=$GZ_HOME/app
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

umask 022
cd / # the unprivileged user may not be able to enter the folder of the checkout
# shellcheck source=tests/quickstart/lib.sh
. "$TOP/tests/quickstart/lib.sh"

case "${1:-start}" in
start) cmd_start ;;
stop) cmd_stop ;;
status) cmd_status ;;
reset) cmd_reset ;;
logs) cmd_logs ;;
part) cmd_part "${2:-}" "${3:-}" ;; # one server alone: the tests' handle on bad days
check) shift; exec "$TOP/tests/quickstart/check.sh" "$@" ;;
*) sed -n '2,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
