#!/bin/sh
# Both makes build the same things from a clean tree, and every compiler
# there is has nothing to say about them.

TOP=$(cd "$(dirname "$0")/.." && pwd)
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
mkdir "$T/tree"
(cd "$TOP" && tar cf - --exclude='*.[oat]' --exclude=./.git \
    --exclude=./regress/out --exclude=./ntpd/ntpd \
    --exclude=./ntpctl/ntpctl .) | (cd "$T/tree" && tar xf -)
cd "$T/tree" || exit 1
fail=0

made=
for make in make gmake bmake; do
	command -v $make >/dev/null || continue
	$make -n all tests >"$T/commands.$make" 2>"$T/err" || {
		cat "$T/err"
		echo "$make cannot read the Makefile"
		exit 1
	}
	sed -n 's/.* -o \([^ ]*\) .*/\1/p' "$T/commands.$make" | sort -u \
	    >"$T/made.$make"
	[ "$(wc -l <"$T/made.$make")" -gt 50 ] || {
		echo "$make makes nothing"
		exit 1
	}
	[ -z "$made" ] || diff "$made" "$T/made.$make" || {
		echo "$make makes other things"
		fail=1
	}
	made=$T/made.$make
done

compilers=0
for cc in gcc clang; do
	command -v $cc >/dev/null || continue
	compilers=$((compilers + 1))
	make -n CC=$cc all tests | grep -v '^rm' |
	    sed -n 's/ -o [^ ]* \(.*\.c\) .*/ \1/p; s/ -c -o [^ ]*//p' |
	    sed 's/ -O2 / /; s/ -c / /; s/$/ -fsyntax-only -Werror/' |
	    sort -u >"$T/check.sh"
	[ "$(wc -l <"$T/check.sh")" -gt 50 ] || {
		echo "$cc would compile nothing"
		exit 1
	}
	sh -e "$T/check.sh" || fail=1
done
[ $compilers -gt 0 ] || echo "no compiler to ask"
exit $fail
