#!/bin/sh
# The world itself: the same seed gives the same world to the last bit,
# chronyd has the figures it is known for, and what is broken is said to be
# broken.  Then a few scenarios that take no time; "make world" has them all.
# Not under sanitizers, which have to be preloaded first, as the world has.

set -u
HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$HERE/../.." && pwd)
PEERS=$TOP/regress/out/peers
NTPD=${NTPD:-$TOP/ntpd/ntpd}
CHRONYD=${CHRONYD:-$PEERS/chrony/usr/sbin/chronyd}
OPENNTPD=${OPENNTPD:-$PEERS/openntpd/usr/sbin/ntpd}
export NTPD CHRONYD OPENNTPD

[ "$(uname -s)" = Linux ] || { echo "skipped: Linux only"; exit 77; }
[ -x "$HERE/world" ] || { echo "make world-tools first"; exit 1; }
if ldd "$NTPD" | grep -q libasan; then
	echo "skipped: a sanitizer wants to be the first that is preloaded"
	exit 77
fi
T=$(mktemp -d /tmp/world.XXXXXX)
trap 'rm -rf "$T"' EXIT
trap 'exit 1' HUP INT TERM
bad=0

fail()
{
	echo "failed: $*"
	bad=1
}

# world DAEMON SEED DIRECTORY SCENARIO
world()
{
	"$HERE/world" -p -x "$HERE/shim.so" -N "$NTPD" -C "$CHRONYD" \
	    -O "$OPENNTPD" -P "$TOP/ntpctl:$HERE" -d "$1" -s "$2" \
	    -w "$T/$3" "$4"
}

# simulated LINE: its figures but those of memory
simulated()
{
	echo "$1" | sed 's/ rss=[^ ]* growth=[^ ]*//'
}

cat >"$T/short.world" <<'END'
run 20000s
settle 4000s
server s1 10.1.0.1
server s2 10.1.0.2
server s3 10.1.0.3 offset 70ms
server s4 fd00:1::4
name pool.example s1 s2 s3 s4
host client 10.0.0.1 fd00::1 clock -80ms freq 20ppm wander 1e-9
    rx 20us exp 5us expr '0.1ppm * sin(2*pi*t/1h)' pool pool.example
link * * delay 5ms exp 1ms loss 10% reorder 5% 10ms dup 2%
at 9000s server s2 silent
at 12000s link client s1 one-way delay 20ms
every 10min packet s1:123 client:* 24 random 47
at 5s run client 'tcpecho 7'
at 1h run client 'tcpecho 127.0.0.1 7 9000'
at 2h run ntpd client 'ntpctl -s all'
log "tcpecho: 9000 octets came back"
END
sed 's/^link .*/& down/' "$T/short.world" >"$T/nobody.world"
{
	cat "$T/short.world"
	echo "expect rms < 1ns"
} >"$T/strict.world"

for d in ntpd chronyd openntpd; do
	case $d in
	chronyd)	[ -x "$CHRONYD" ] || continue ;;
	openntpd)	[ -x "$OPENNTPD" ] || continue ;;
	esac
	for seed in 1 2; do
		one=$(world $d $seed a "$T/short.world") || fail "$d: $one"
		cp "$T/a/log" "$T/log"
		cp "$T/a/plot" "$T/plot"
		two=$(world $d $seed a "$T/short.world") || fail "$d: $two"
		# what memory is resident is the real kernel's affair
		if ! cmp "$T/a/log" "$T/log" || ! cmp "$T/a/plot" "$T/plot" ||
		    [ "$(simulated "$one")" != "$(simulated "$two")" ]; then
			echo "$one"
			echo "$two"
			fail "$d: seed $seed is not the same twice"
		fi
		[ $seed = 1 ] || ! cmp -s "$T/plot" "$T/plot.1" ||
		    fail "$d: another seed is the same world"
		mv "$T/plot" "$T/plot.1"
	done
	world $d 1 a "$T/nobody.world" >"$T/line" &&
	    fail "$d: fine figures without any answer"
	grep -q 'never had an answer' "$T/line" || fail "$(cat "$T/line")"
	world $d 1 a "$T/strict.world" >"$T/line" &&
	    fail "$d: an expectation that cannot hold did"
	grep -q 'not: rms < 1ns' "$T/line" || fail "$(cat "$T/line")"
done

# What is wrong in a scenario is said, with its line, and nothing runs.
while IFS= read -r line; do
	printf 'server s1 10.1.0.1\nhost c 10.0.0.1\n%s\n' "$line" \
	    >"$T/bad.world"
	world ntpd 1 a "$T/bad.world" >"$T/line" 2>&1
	[ $? -eq 2 ] && grep -q 'bad.world:3: ' "$T/line" ||
	    fail "accepted: $line: $(cat "$T/line")"
done <<-'END'
	nonsense
	run
	run 10 parsecs
	settle
	start yesterday
	host c 10.0.0.2
	host d 10.0.0.256
	host d 10.0.0.2 expr '1ppm *'
	host d 10.0.0.2 expr 'sine(t)'
	host d 10.0.0.2 curve 0s,1ppm,2s
	host d 10.0.0.2 curve /nonexistent
	host d 10.0.0.2 rx
	host d 10.0.0.2 runs timed
	server s2 10.1.0.2 slow
	link c s2 delay 1ms
	link c s1 delay fast
	link c s1 table 1ms,x
	link c s1 reorder 5%
	monitor m 10.9.0.1 nobody
	config timed 'x'
	expect rms = 3
	every 0s signal c HUP
	at 5s
	at 5s sing
END

if NTPD=/bin/false world ntpd 1 a "$T/short.world" >"$T/line" 2>&1; then
	fail "a daemon that does not live has figures"
fi
grep -q BROKEN "$T/line" || fail "$(cat "$T/line")"

# Nor have the figures of several runs anything of one that broke, be it that
# nothing came out of it (there is no place for its files) or that the daemon
# died: a clock that nobody adjusts may well be a good one.
mkdir "$T/out"
sed '/^run /s/.*/run 6000s/' "$T/short.world" >"$T/some.world"
{
	cat "$T/some.world"
	echo "at 5000s signal client KILL"
} >"$T/dies.world"
mkdir "$T/out/some.ntpd.2.err"
line=$(OUT=$T/out sh "$HERE/run.sh" -q -n 2 "$T/some.world" 2>"$T/err")
[ $? -eq 3 ] && grep -q '^run.sh: broken: some ntpd, seed 2: ' "$T/err" ||
    fail "one run broke, and: $line, $(cat "$T/err")"
rmdir "$T/out/some.ntpd.2.err"
one=$(OUT=$T/out sh "$HERE/run.sh" -q -n 1 "$T/some.world")
[ "$line" = "$one" ] || fail "not the other run's: $line, not $one"
line=$(OUT=$T/out sh "$HERE/run.sh" -q -f 7 -n 1 "$T/dies.world" 2>"$T/err")
[ $? -eq 3 ] && [ "${line#dies ntpd nan nan }" != "$line" ] &&
    grep -q '^run.sh: broken: dies ntpd, seed 7: .* ended$' "$T/err" ||
    fail "the daemon died, and: $line, $(cat "$T/err")"

# The figures of research into chrony 4.8, from the median of ten seeds in
# another simulator; a median of three has this spread.
if [ -x "$CHRONYD" ]; then
	while read -r s low high; do
		line=$(OUT=$T/out sh "$HERE/run.sh" -q -d chronyd -n 3 "$s")
		echo "$line" | awk -v l="$low" -v h="$high" \
		    '{ exit !($3 > l && $3 < h) }' ||
		    fail "chronyd: $line, expected $low to $high"
	done <<-END
	lan 25 65
	wan 400 800
	wander 110 300
	false 250 500
	END
fi

# The pure core in its own world (regress/sim) and the whole daemon in this
# one agree: medians of a few seeds, each with a spread of about a third.
if [ -x "$TOP/regress/sim/sim" ]; then
	for s in lan wander; do
		core=$("$TOP/regress/sim/sim" -s 5 $s |
		    awk -v s=$s '$1 == s { print $2 }')
		line=$(OUT=$T/out sh "$HERE/run.sh" -q -n 3 $s)
		echo "$core $line" |
		    awk '{ exit !($4 < 1.7 * $1 && $1 < 1.7 * $4) }' ||
		    fail "the core alone: $core us RMS, the daemon: $line"
	done
fi

OUT=$T/out sh "$HERE/run.sh" lan start1000 start+20y leapvote leapfalse \
    kill-engine kill-dns kill-parent step0.2 suspend liar2of5 era || bad=1
exit $bad
