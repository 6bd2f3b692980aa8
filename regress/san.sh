#!/bin/sh
# The whole suite again on a copy of the tree that was built with the
# address and undefined-behaviour sanitizers: see make test-san.
#
# The sanitizers' own system calls are no business of our sandbox, so
# seccomp and landlock stay off in what runs with -d.

set -eu
TOP=$(cd "$(dirname "$0")/.." && pwd)
SAN="-fsanitize=address,undefined -fno-sanitize-recover=all"

copy=$(mktemp -d "${TMPDIR:-/tmp}/ntpd-san.XXXXXXXXXX")
trap 'rm -rf "$copy"' EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$copy"
(cd "$TOP" && tar cf - --exclude=.git --exclude='*.[oat]' \
    --exclude=./regress/out/run .) | (cd "$copy" && tar xf -)
cd "$copy"
rm -f ntpd/ntpd ntpctl/ntpctl
make CFLAGS="-O1 -g -fno-omit-frame-pointer $SAN" LDFLAGS="$SAN" \
    all tests
NTPD_SANDBOX=off LIMIT=${LIMIT:-900} \
    UBSAN_OPTIONS=print_stacktrace=1 sh regress/run.sh
