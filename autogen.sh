#!/bin/sh
# autogen.sh - makes ./configure from configure.ac and Makefile.am; run once after a checkout
set -e
cd "$(dirname "$0")"
for tool in autoconf automake pkg-config; do
    command -v "$tool" >/dev/null 2>&1 || { echo "autogen.sh: $tool is missing; install the Debian package of that name" >&2; exit 1; }
done
exec autoreconf --install --force
