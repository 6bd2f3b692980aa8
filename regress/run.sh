#!/bin/sh
# Run everything under regress/ and count: run.sh [TEST ...].
#
# A test is a program, a script or a scenario of the world.  It ends 0
# (passed), 77 (skipped, with the reason on its last line) or otherwise
# (failed; its output is shown).
# Tests do not disturb each other: the process tests wait more than they
# work, so several run at once.

set -u
umask 022
TOP=$(cd "$(dirname "$0")/.." && pwd)
OUT=$TOP/regress/out/run
JOBS=${JOBS:-4}
# Seconds for one test; nothing takes a third of it, on a machine that has
# nothing else to do.  A world is given what the others leave over, and may
# have to wait for all of them.
LIMIT=${LIMIT:-600}
WORLD_LIMIT=$((LIMIT * 2))

# run.sh --one TEST: what each job does
if [ "${1-}" = --one ]; then
	test=$2
	name=${test#"$TOP/regress/"}
	log=$OUT/$(echo "$name" | tr / _)
	limit=$LIMIT
	began=$(date +%s)
	case $test in
	*.sh)	timeout -s KILL "$LIMIT" sh "$test" >"$log.log" 2>&1 ;;
	*.world) limit=$WORLD_LIMIT
		JOBS=1 LIMIT=$limit nice sh "$TOP/regress/world/run.sh" \
		    "$test" >"$log.log" 2>&1 ;;
	*)	timeout -s KILL "$LIMIT" "$test" >"$log.log" 2>&1 ;;
	esac </dev/null
	status=$?
	took=$(($(date +%s) - began))
	# as the tests with real peers, where these could not be fetched
	case $test$status in
	*.world2)
		status=77
		echo "skipped: $(tail -n 1 "$log.log")" >>"$log.log" ;;
	esac
	case $status in
	0)	echo "ok      $name (${took} s)" ;;
	77)	echo "skipped $name: $(sed -n 's/^skipped: //p' "$log.log")" ;;
	137)	echo "FAILED  $name: not done after $limit s" ;;
	*)	echo "FAILED  $name (${took} s)" ;;
	esac
	echo "$status" >"$log.status"
	exit 0
fi

rm -rf "$OUT"
mkdir -p "$OUT"
cd "$TOP" || exit 1

if [ $# -eq 0 ]; then
	set --
	# Linux only, and not with a sanitizer: see world/test.sh
	worlds='regress/world/scenarios/*.world'
	[ -x regress/world/world ] || worlds=
	! ldd ntpd/ntpd 2>/dev/null | grep -q libasan || worlds=
	for t in regress/peers/*.sh regress/proc/*.sh regress/ctl/*.sh \
	    regress/conf/*.sh regress/unit/*.t regress/sim/*.t \
	    regress/bench/test.sh regress/fuzz/run.sh regress/world/test.sh \
	    regress/layers.sh regress/man.sh regress/build.sh \
	    regress/install.sh $worlds; do
		case $t in
		*/lib.sh)	continue ;;
		esac
		[ -f "$t" ] && set -- "$@" "$t"
	done
fi

list()
{
	for t; do
		echo "$t"
	done | sed "s,^\./,,; s,^\([^/]\),$TOP/\1,"
}

# pool JOBS: run what is named on standard input, so many at once
pool()
{
	xargs -r -P "$1" -n 1 sh "$TOP/regress/run.sh" --one
}

# What only computes takes the processor that those who wait leave over.
list "$@" | grep '\.world$' | pool 1 &
list "$@" | grep -v '\.world$' | pool "$JOBS"
wait

passed=0 failed=0 skipped=0
for s in "$OUT"/*.status; do
	[ -e "$s" ] || continue
	case $(cat "$s") in
	0)	passed=$((passed + 1)) ;;
	77)	skipped=$((skipped + 1)) ;;
	*)	failed=$((failed + 1))
		echo "=== $(basename "$s" .status)"
		cat "${s%.status}.log"
		;;
	esac
done
# a test without a verdict is no success
[ $((passed + failed + skipped)) -eq $# ] ||
    failed=$((failed + $# - passed - failed - skipped))
[ "$skipped" -eq 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
