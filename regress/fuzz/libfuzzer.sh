#!/bin/sh
# libFuzzer for every target, or those that are named, in a copy of the
# tree; SECONDS of it each.  What it finds stays there.  Needs clang.

cd "$(dirname "$0")/../.." || exit 1
TOP=$PWD
SECONDS=${SECONDS:-60}
command -v clang >/dev/null || { echo "needs clang"; exit 1; }
tree=${FUZZ_TREE:-$(mktemp -d "${TMPDIR:-/tmp}/ntpd-fuzz.XXXXXXXXXX")} ||
    exit 1
tar cf - --exclude='*.[oat]' --exclude=./.git --exclude=./regress/out . |
    (cd "$tree" && tar xf -)
cd "$tree" || exit 1
: >regress/fuzz/replay.c
flags="-O1 -g -fsanitize=fuzzer-no-link,address,undefined"
[ $# -gt 0 ] || set -- $(cd regress/fuzz && ls *.c | sed 's/\.c$//' |
    grep -v -e machine -e replay)
for t; do
	make -s CC=clang CFLAGS="$flags -Wno-empty-translation-unit" \
	    LDFLAGS="-fsanitize=fuzzer" "regress/fuzz/$t.t" || exit 1
	corpus=$TOP/regress/fuzz/corpus/$t
	[ "$t" != conf ] || corpus=$TOP/regress/conf
	mkdir -p "found/$t"
	echo "$t: $SECONDS s"
	"regress/fuzz/$t.t" -max_total_time="$SECONDS" -max_len=4096 \
	    -print_final_stats=1 -artifact_prefix="found/$t-" "found/$t" \
	    "$corpus" >"found/$t.log" 2>&1 || {
		tail -n 40 "found/$t.log"
		echo "$t: see $tree/found"
		exit 1
	}
	grep -E "number_of_executed_units|peak_rss" "found/$t.log"
done
[ -n "${FUZZ_TREE-}" ] || rm -rf "$tree"
