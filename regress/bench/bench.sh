# What an answer costs: the CPU time of servers per valid reply, in one run,
# beside a bare echo on the same sockets.  bench.sh [ROUNDS [SECONDS]].
#
# A window of requests is under way, from many addresses.

. "$(dirname "$0")/common.sh"
FLOOD=50000		# packets/s
address 10.9.0.1 10.9.0.2 10.9.0.3 10.9.0.4 10.9.0.5 10.9.0.6 10.9.0.7

# server NAME ADDRESS PID [OPTION ...]: something to be measured
server()
{
	echo "$*" >>"$T/servers"
	pinned "$3"
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
	turn "$T/servers"
	for clients in 100 100000; do
		while read -r name a process options; do
			# shellcheck disable=SC2086
			load "$a" "$process" "$SLICE" -c $clients $options \
			    >"$T/line" </dev/null || fail "$name: no answers"
			echo "$n $name.$clients $(cat "$T/line")"
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
		echo "$n $kind $(load 10.9.0.3 "$engine" "$SLICE" \
		    -r 20000 -j $kind)"
	done
done >>"$T/rounds"

echo "| server | clients | CPU us per valid reply (quartiles) | of the echo |"
echo "|---|---|---|---|"
for c in 100 100000; do
	while read -r name title; do
		row "$title | $c" "$name.$c" per_reply "echo.$c"
	done <<E
echo bare recvmmsg/sendmmsg echo
plain ntpd, limit off
full ntpd, 1000 rules, limit, counters
chronyd chronyd, limit off
chronylimit chronyd, limit on
openntpd OpenNTPD
E
done
rows "$T/rounds"
echo
echo "| packet, 20000/s | CPU us (quartiles) | of a request |"
echo "|---|---|---|"
while read -r kind title; do
	row "$title" "$kind" per_packet none
done <<E
none a request
short 47 octets
mode6 mode 6
mode7 mode 7
reply a reply
version version 7
long 1024 octets, zeros
fields 1024 octets of extension fields
random random octets
E
rows "$T/rounds"
[ "$CALM" -gt 0 ] || exit 0

# at rest and while it is flooded
asker 10.9.0.7 </dev/null
echo
echo "| its own server, asked each 4 s | samples | RMS offset, us | delay, us |"
echo "|---|---|---|---|"
samples "at rest"
load 10.9.0.7 "$(child asker ': engine')" "$CALM" -c 1000000 -r "$FLOOD" \
    >"$T/flood" &
samples "flooded by $FLOOD/s from 1000000 addresses"
wait $!
sed 's/^/flood: /' "$T/flood"
