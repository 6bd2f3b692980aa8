# What an answer costs: the CPU time of servers per valid reply, in one run,
# beside a bare echo on the same sockets.  bench.sh [ROUNDS [SECONDS]].
#
# All is in a network namespace; the load comes from another one over a veth
# pair: a window of requests under way, from many addresses.  Servers are
# pinned to one processor, the load to another.  A round measures each for a
# moment, one after the other, so that what disturbs the machine disturbs
# them all; a ratio is the median of the rounds' ratios.

. "$(dirname "$0")/../peers.sh"
BENCH=$TOP/regress/bench
ROUNDS=${1-20}
SLICE=${2-0.2}
FLOOD=50000		# packets/s
WARM=${WARM-3}		# s
CALM=${3-24}		# s of measuring a clock, without and with a flood
[ "$(nproc)" -ge 2 ] || skip "needs two processors"

host load 1
on load ip route add local 10.64.0.0/10 dev lo
ip route add 10.64.0.0/10 via 10.9.1.2
address 10.9.0.1 10.9.0.2 10.9.0.3 10.9.0.4 10.9.0.5 10.9.0.6 10.9.0.7

# load ADDRESS PROCESS SECONDS [OPTION ...]
load()
{
	to=$1 process=$2 seconds=$3
	shift 3
	on load taskset -c 1 "$BENCH/load.t" -P "$process" -t "$seconds" \
	    "$@" "$to"
}

answers()
{
	on load "$BENCH/load.t" -u -t 0.05 -w 1 "$1" >/dev/null
}

# server NAME ADDRESS PID [OPTION ...]: something to be measured
server()
{
	echo "$*" >>"$T/servers"
	taskset -p -c 0 "$3" >/dev/null
}

# ours NAME ADDRESS: a server of ours, stdin its configuration
ours()
{
	{
		echo "listen on $2"
		cat
	} | conf "$1"
	start "$1" net
	ready "$1"
	await 20 "$1 to answer" answers "$2"
}

# so many prefixes to look among, a table for all clients; "leak 1" so that
# who asks as often as a load does is answered as well
rules()
{
	echo "local stratum 3"
	echo "limit on leak 1 clients 131072"
	i=0
	while [ $i -lt 1000 ]; do
		echo "deny from 10.$((200 + i / 256)).$((i % 256)).0/24"
		i=$((i + 1))
	done
}

spawn echo net "$BENCH/echo.t" 10.9.0.1
server echo 10.9.0.1 "$(pid echo)" -e
ours plain 10.9.0.2 <<E
local stratum 3
limit off
E
server plain 10.9.0.2 "$(child plain ': engine')"
rules | ours full 10.9.0.3
server full 10.9.0.3 "$(child full ': engine')"
for limit in '' 'ratelimit interval -19'; do
	name=chronyd a=10.9.0.4
	[ -z "$limit" ] || name=chronylimit a=10.9.0.5
	chrony $name net <<E
local stratum 4
allow all
clientloglimit 16777216
$limit
bindaddress $a
E
	await 20 "chronyd to answer" answers $a
	server $name $a "$(pid $name)"
done
openntpd openntpd net <<E
listen on 10.9.0.6
E
await 20 "OpenNTPD to answer" answers 10.9.0.6
server openntpd 10.9.0.6 "$(child openntpd 'ntp engine')" -u

# every client has been there before
while read -r name a process options; do
	# shellcheck disable=SC2086
	load "$a" "$process" "$WARM" -c 100000 $options </dev/null >/dev/null
done <"$T/servers"

n=0
while [ "$n" -lt "$ROUNDS" ]; do
	n=$((n + 1))
	# another one is the first each time
	{ sed 1d "$T/servers"; sed -n 1p "$T/servers"; } >"$T/order"
	mv "$T/order" "$T/servers"
	for clients in 100 100000; do
		while read -r name a process options; do
			# shellcheck disable=SC2086
			load "$a" "$process" "$SLICE" -c $clients $options \
			    >"$T/line" </dev/null || fail "$name: no answers"
			echo "$n $name $clients $(cat "$T/line")"
		done <"$T/servers"
	done
done >"$T/rounds"

# What makes no good request, as fast as it comes, against good ones.
engine=$(child full ': engine')
n=0
while [ "$n" -lt "$ROUNDS" ]; do
	n=$((n + 1))
	for kind in none short mode6 mode7 reply version long fields random
	do
		echo "$n $kind junk $(load 10.9.0.3 "$engine" "$SLICE" \
		    -r 20000 -j $kind)"
	done
done >>"$T/rounds"

awk '
function value(name,	i, a) {
	for (i = 4; i <= NF; i++) {
		split($i, a, "=")
		if (a[1] == name)
			return a[2]
	}
}
function sorted(list, a,	n, i, j, t) {
	n = split(list, a, " ")
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && a[j] + 0 < a[j - 1] + 0; j--) {
			t = a[j]; a[j] = a[j - 1]; a[j - 1] = t
		}
	return n
}
# the i-th of q parts of the sorted list
function part(list, i, q,	a, n) {
	n = sorted(list, a)
	return a[1 + int((n - 1) * i / q + 0.5)]
}
{
	key = $2 " " $3
	cost[$1 " " key] = c = value($3 == "junk" ? "per_packet" : "per_reply")
	costs[key] = costs[key] " " c
	if ($1 > rounds)
		rounds = $1
}
# the median of what it is of the other one, round by round
function ratio(name, clients,	base, i, list) {
	base = clients == "junk" ? "none" : "echo"
	for (i = 1; i <= rounds; i++)
		list = list " " cost[i " " name " " clients] / \
		    cost[i " " base " " clients]
	return part(list, 1, 2)
}
function row(title, name, clients,	k) {
	k = name " " clients
	printf "| %s | %s | %.2f (%.2f-%.2f) | %.2f |\n", title,
	    clients == "junk" ? "" : clients, part(costs[k], 1, 2),
	    part(costs[k], 1, 4), part(costs[k], 3, 4),
	    ratio(name, clients)
}
END {
	print "| server | clients | CPU us per valid reply (quartiles)" \
	    " | of the echo |"
	print "|---|---|---|---|"
	for (c = 100; c <= 100000; c *= 1000) {
		row("bare recvmmsg/sendmmsg echo", "echo", c)
		row("ntpd, limit off", "plain", c)
		row("ntpd, 1000 rules, limit, counters", "full", c)
		row("chronyd, limit off", "chronyd", c)
		row("chronyd, limit on", "chronylimit", c)
		row("OpenNTPD", "openntpd", c)
	}
	print ""
	print "| packet, 20000/s | | CPU us (quartiles) | of a request |"
	print "|---|---|---|---|"
	row("a request", "none", "junk")
	row("47 octets", "short", "junk")
	row("mode 6", "mode6", "junk")
	row("mode 7", "mode7", "junk")
	row("a reply", "reply", "junk")
	row("version 7", "version", "junk")
	row("1024 octets, zeros", "long", "junk")
	row("1024 octets of extension fields", "fields", "junk")
	row("random octets", "random", "junk")
}' "$T/rounds"
[ "$CALM" -gt 0 ] || exit 0

# A server that asks another one, at rest and while it is flooded.
host upstream 2
conf upstream <<E
listen on 10.9.2.2
local stratum 2
E
start upstream
ready upstream
mkdir -m 777 "$T/statistics"
ours asker 10.9.0.7 <<E
server 10.9.2.2 poll 2 2
statistics "$T/statistics"
E
synced asker

# samples TITLE: those of the next while
samples()
{
	: >"$T/before"
	cat "$T"/statistics/peerstats* >"$T/before"
	sleep "$CALM"
	cat "$T"/statistics/peerstats* | tail -n "+$(($(wc -l <"$T/before") +
	    1))" | awk -v title="$1" '
	    { n++; sum += $5 * $5; mean += $5; delay += $6 }
	    END { printf "| %s | %d | %.1f | %.1f |\n", title, n,
		n ? sqrt(sum / n) * 1e6 : 0, n ? delay / n * 1e6 : 0 }'
}

echo
echo "| its own server, asked each 4 s | samples | RMS offset, us | delay, us |"
echo "|---|---|---|---|"
samples "at rest"
load 10.9.0.7 "$(child asker ': engine')" "$CALM" -c 1000000 -r "$FLOOD" \
    >"$T/flood" &
samples "flooded by $FLOOD/s from 1000000 addresses"
wait $!
sed 's/^/flood: /' "$T/flood"
