#!/bin/sh
# Every fuzz target over its seeds and variants of them.  The configuration's
# seeds are the golden tests'.  "make fuzz" has libFuzzer look for more.

cd "$(dirname "$0")/../.." || exit 1
fail=0
for t in regress/fuzz/*.t; do
	name=$(basename "$t" .t)
	case $name in
	conf)	set -- -n 20 regress/conf/*.conf ;;
	control) set -- -n 100 "regress/fuzz/corpus/$name"/* ;;
	keys)	set -- -n 1000 "regress/fuzz/corpus/$name"/* ;;
	parent)	set -- -n 20 "regress/fuzz/corpus/$name"/* ;;
	imsg)	set -- -n 2000 "regress/fuzz/corpus/$name"/* ;;
	ntsring) set -- -n 20000 "regress/fuzz/corpus/$name"/* ;;
	*)	set -- -n 5000 "regress/fuzz/corpus/$name"/* ;;
	esac
	"$t" "$@" 2>/tmp/fuzz.$$ || {
		echo "FAILED: $name"
		tail -n 20 /tmp/fuzz.$$
		fail=1
	}
done
rm -f /tmp/fuzz.$$
exit $fail
