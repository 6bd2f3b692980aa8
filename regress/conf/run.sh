#!/bin/sh
# Golden tests of the configuration: NN-name.conf is
#	accepted, with NN-name.ok as its canonical form, which must parse to
#	itself, and NN-name.warn (or nothing) as what is warned about; or
#	refused, with NN-name.err as the exact messages.
# @DIR@ in them is the directory they are copied to, @DRIFTFILE@ and
# @CONTROL@ the paths this ntpd was built with.  run.sh -u writes the
# answers anew: look at the diff.

set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd)
SRC=$TOP/regress/conf
CHECK=${CONFCHECK:-$SRC/confcheck.t}
NTPD=${NTPD:-$TOP/ntpd/ntpd}
update=${1-}
dir=$(mktemp -d /tmp/ntpd-conf.XXXXXX) || exit 1
trap 'rm -rf "$dir"' EXIT

[ -x "$CHECK" ] || { echo "$CHECK is not there: make tests"; exit 1; }
global() { "$CHECK" /dev/null 2>/dev/null | sed -n "s/^$1 \"\(.*\)\"/\1/p"; }
umask 022
# where an unprivileged user can run it, too
chmod 755 "$dir"
cp "$CHECK" "$dir/confcheck" && CHECK=$dir/confcheck
driftfile=$(global driftfile)
control=$(global control)

fill()	{ LC_ALL=C sed "s,@DIR@,$dir,g" "$1" >"$2"; }
plain()	{
	LC_ALL=C sed -e "s,$dir,@DIR@,g" -e "s,$driftfile,@DRIFTFILE@,g" \
	    -e "s,$control,@CONTROL@,g" "$1" >"$1.plain"
	mv "$1.plain" "$1"
}
passed=0 failed=0
bad() {
	echo "$1: $2"
	verdict=bad
}
count() {
	case $verdict in
	good)	passed=$((passed + 1)) ;;
	*)	failed=$((failed + 1)) ;;
	esac
}
# same NAME WHAT WANTED GOT; no file is an empty one
same() {
	[ -e "$3" ] || set -- "$1" "$2" /dev/null "$4"
	diff -u "$3" "$4" >"$dir/diff" && return
	bad "$1" "$2"
	cat "$dir/diff"
}

cp -r "$SRC/inc" "$dir"
for f in "$dir"/inc/*; do
	fill "$f" "$f.new" && mv "$f.new" "$f"
done
cd "$dir" || exit 1
for conf in "$SRC"/[0-9]*.conf "$TOP/ntpd.conf.sample"; do
	name=$(basename "$conf" .conf)
	verdict=good
	fill "$conf" "$name.conf"
	"$CHECK" "$name.conf" >out 2>err
	status=$?
	cp out canonical
	plain out
	plain err
	if [ "$update" = -u ]; then
		rm -f "$SRC/$name.ok" "$SRC/$name.warn" "$SRC/$name.err"
		if [ $status -eq 0 ]; then
			cp out "$SRC/$name.ok"
			[ ! -s err ] || cp err "$SRC/$name.warn"
		else
			cp err "$SRC/$name.err"
		fi
	fi
	if [ -e "$SRC/$name.ok" ]; then
		[ $status -eq 0 ] || bad "$name" "status $status"
		same "$name" "wrong canonical form" "$SRC/$name.ok" out
		same "$name" "wrong warnings" "$SRC/$name.warn" err
		"$CHECK" canonical >again 2>/dev/null ||
		    bad "$name" "canonical form does not parse"
		same "$name" "canonical form is not stable" canonical again
	elif [ -e "$SRC/$name.err" ]; then
		[ $status -eq 1 ] || bad "$name" "status $status"
		same "$name" "wrong messages" "$SRC/$name.err" err
		# and the daemon itself says just that
		"$NTPD" -n -f "$name.conf" >/dev/null 2>err
		[ $? -eq 1 ] || bad "$name" "ntpd -n has another status"
		plain err
		same "$name" "ntpd -n differs" "$SRC/$name.err" err
	else
		bad "$name" "neither .ok nor .err"
	fi
	count
done

# What no file in the tree can be: refused NAME MESSAGE, with or without root.
refused() {
	verdict=good
	$as "$CHECK" "$1" </dev/null >out 2>err
	status=$?
	[ $status -eq 1 ] || bad "$1" "status $status"
	echo "$2" >wanted
	same "$1" "wrong message" wanted err
	count
}
as=
refused nosuch.conf "nosuch.conf: cannot read it: No such file or directory"
refused inc "inc: cannot read it: it is a directory"
head -c 16777217 /dev/zero | tr '\0' '#' >big.conf
refused big.conf \
    "big.conf: cannot read it: the configuration is larger than 16 MB"
head -c 33554432 /dev/zero | tr '\0' a >bigger.conf
refused bigger.conf \
    "bigger.conf: cannot read it: the configuration is larger than 16 MB"
: >secret.conf
chmod 0 secret.conf
[ "$(id -u)" -ne 0 ] || as="setpriv --reuid=65534 --clear-groups"
refused secret.conf "secret.conf: cannot read it: Permission denied"

as= verdict=good
echo "server a.example.org" | "$CHECK" - 2>/dev/null | tail -n 1 >out
echo "server a.example.org" >wanted
same "-" "standard input is not read" wanted out
count
echo "conf: $passed passed, $failed failed"
[ $failed -eq 0 ]
