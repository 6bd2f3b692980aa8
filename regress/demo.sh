#!/bin/sh
# The daemon's main job, in a private world: four real servers, one of them
# lying by 300 ms, behind one name; one client that finds them by the name,
# synchronises, and finds the liar.  See make demo.
#
# The machine's clock is not touched, and nothing is left behind: network,
# names, files and processes are in namespaces that end with this script.
# Without the right to make namespaces, 127.0.0.x and high ports have to do.

TOP=$(cd "$(dirname "$0")/.." && pwd)
WORLD=optional
. "$TOP/regress/lib.sh"

LIMIT=50			# s, for the client

# servers ADDRESS1..4 UPSTREAM LISTEN_OPTIONS: a true one just says that its
# clock is right (it is the machine's), the liar believes a wrong upstream
servers()
{
	n=0
	for a in "$1" "$2" "$3" "$4"; do
		n=$((n + 1))
		{
			echo "listen on $a$6"
			if [ $n -eq 4 ]; then
				echo "server $5$6"
			else
				echo "local stratum 2"
			fi
		} | conf "server$n"
		start "server$n"
	done
}

status()
{
	ctl client -n -s status 2>/dev/null | head -n 1
}

# The view over its last self: up, clear, no wrapping of long lines.
live()
{
	[ ! -s "$T/view" ] || printf '\033[%dA\033[J' "$(wc -l <"$T/view")"
	{
		echo
		echo "$now s: $(status)"
		ctl client -n -s sources
		echo
	} >"$T/view" 2>/dev/null
	printf '\033[?7l'
	cat "$T/view"
	printf '\033[?7h'
}

# No jq here: it is not needed to build and run.
is_done()
{
	ctl client -j -s all >"$T/json" 2>/dev/null &&
	    tr -d ' \n' <"$T/json" >"$T/flat" &&
	    grep -q '"synced":true' "$T/flat" &&
	    tr '{' '\n' <"$T/flat" | grep "\"$liar\"" |
	    grep -q '"tally":"x"'
}

if [ -n "${REGRESS_WORLD-}" ]; then
	echo "A private network: four servers, a resolver, a client."
	for n in 1 2 3 4; do
		host server$n $n
	done
	host client 100
	liar=10.9.4.2 port=
	fake upstream 10.9.0.11 offset=0.3
	servers 10.9.1.2 10.9.2.2 10.9.3.2 10.9.4.2 10.9.0.11 ""
	names <<-E
	pool.demo A 10.9.1.2 10.9.2.2 10.9.3.2 10.9.4.2
	E
	conf client <<-E
	pool pool.demo
	E
else
	echo "No namespaces here ($why): loopback addresses and high ports."
	liar=127.0.0.14 port=" port 11123"
	spawn upstream net "$TOOLS/fakentp.t" -p 11123 127.0.0.10 offset=0.3
	servers 127.0.0.11 127.0.0.12 127.0.0.13 127.0.0.14 127.0.0.10 \
	    "$port"
	conf client <<-E
	server 127.0.0.11$port
	server 127.0.0.12$port
	server 127.0.0.13$port
	server 127.0.0.14$port
	E
fi
echo "Three servers are right; $liar will be 300 ms ahead, and sure of it."
# shellcheck disable=SC2086
await 30 "the liar to believe its upstream" \
    probe client ${port:+-p ${port##* }} -s "$liar"
echo "The client's ntpd.conf:"
grep -E '^(pool|server)' "$T/client.conf" | sed 's/^/	/'
start client

began=$(clock)
last=
until is_done; do
	now=$(($(clock) - began))
	[ "$now" -lt "$LIMIT" ] || fail "not synced after $LIMIT s"
	line=$(status)
	if [ -t 1 ]; then
		live
	elif [ -n "$line" ] && [ "$line" != "$last" ]; then
		echo "$now s: $line"
		last=$line
	fi
	sleep 0.2
done
[ ! -t 1 ] || live
echo "Synced after $(($(clock) - began)) s, and $liar is a falseticker."
echo "$ ntpctl -s all"
ctl client -s all
