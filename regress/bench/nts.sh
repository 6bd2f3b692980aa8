# What NTS costs: the CPU time of servers per authentic reply and per
# handshake, beside chronyd's, in one run; and what a flood of handshakes does
# to those who only want the time.  nts.sh [ROUNDS [SECONDS [CALM]]].
#
# 128 requests are under way, of one client or of 64, each with a cookie of
# its own that came by NTS-KE or with an earlier reply.

. "$(dirname "$0")/common.sh"
. "$TOP/regress/nts.sh"
RATE=10000		# requests/s, to see how long replies take
SESSIONS=64
address 10.9.0.1 10.9.0.2 10.9.0.3 10.9.0.4 10.9.0.5 10.9.0.7
on load ip route add local 10.128.0.0/9 dev lo
ip route add 10.128.0.0/9 via 10.9.1.2
pki

# what a server of ours has besides
nts()
{
	echo "limit off"
	echo "nts listen on $1"
	echo "nts certificate \"$T/ntp.crt\" key \"$T/ntp.key\""
	echo "nts keys \"$T/ntskeys.$1\""
}

spawn echo net "$BENCH/echo.t" 10.9.0.1
{ echo "local stratum 3"; nts 10.9.0.2; } | ours engine 10.9.0.2
{ echo "local stratum 3"; nts 10.9.0.3; } | ours worker 10.9.0.3 workers 1
chrony chronyd net <<E
local stratum 4
allow all
clientloglimit 16777216
bindaddress 10.9.0.4
ntsservercert $T/ntp.crt
ntsserverkey $T/ntp.key
ntsprocesses 1
E
await 20 "chronyd to answer" answers 10.9.0.4
host ntpsec 4
ntpsec ntpsec ntpsec <<E
nts enable
nts cert $T/ntp.crt
nts key $T/ntp.key
nts cookie $T/ntpsec.cookies
E
cat >"$T/servers" <<E
echo 10.9.0.1 $(pid echo)
engine 10.9.0.2 $(child engine ': engine')
worker 10.9.0.3 $(child worker ': server')
chronyd 10.9.0.4 $(pid chronyd)
E
cat >"$T/ke" <<E
engine 10.9.0.2 $(child engine ': nts')
chronyd 10.9.0.4 $(child chronyd chronyd)
ntpsec 10.9.4.2 $(pid ntpsec)
E
# shellcheck disable=SC2046
pinned $(awk '{ print $3 }' "$T/servers" "$T/ke")

gives_cookies()
{
	load "$1" 0 0 -n 1 >/dev/null
}

while read -r name a process; do
	await 20 "cookies of $name" gives_cookies "$a"
done <"$T/ke"

# replies NAME CLIENTS OPTION ...: a line of a round; in a flood a handshake may
# fail, and is tried again as any client would
replies()
{
	key=$1.$2 clients=$2
	shift 2
	tries=5
	until load "$a" "$process" "$SLICE" -w 128 -c "$clients" "$@" \
	    >"$T/line" </dev/null; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "$key: $(cat "$T/line")"
	done
	echo "$n $key $(cat "$T/line")"
}

n=0
while [ "$n" -lt "$ROUNDS" ]; do
	n=$((n + 1))
	turn "$T/servers"
	for clients in 1 $SESSIONS; do
		while read -r name a process; do
			case $name in
			echo)
				replies echo $clients -e -l 232
				;;
			*)
				replies $name $clients -n $clients
				replies $name.plain $clients
				;;
			esac
		done <"$T/servers"
	done
	turn "$T/ke"
	while read -r name a process; do
		echo "$n $name.ke $(load "$a" "$process" 0 -n 64)"
	done <"$T/ke"
done >"$T/rounds"

echo "| server | clients | CPU us per reply (quartiles)" \
    "| of chronyd | of the echo |"
echo "|---|---|---|---|---|"
for c in 1 $SESSIONS; do
	while read -r name title; do
		row "$title | $c" "$name.$c" per_reply "chronyd.$c" "echo.$c"
	done <<E
echo bare recvmmsg/sendmmsg echo of 232 octets
engine ntpd
worker ntpd, workers 1
chronyd chronyd
engine.plain ntpd, without NTS
worker.plain ntpd, workers 1, without NTS
chronyd.plain chronyd, without NTS
E
done
rows "$T/rounds"
echo
echo "| NTS-KE | CPU us per handshake (quartiles) | of chronyd |"
echo "|---|---|---|"
row ntpd engine.ke per_session chronyd.ke
row chronyd chronyd.ke per_session chronyd.ke
row ntpsec ntpsec.ke per_session chronyd.ke
rows "$T/rounds"

# Handshakes, things that are none, and connections that never say anything,
# each from other addresses all the time, against those who want the time.
# All of the server is on one processor; the flood is made on the other one
# while the load leaves it idle.
nts 10.9.0.7 | asker 10.9.0.7
a=10.9.0.7 process=$(child asker ': engine') ke=$(child asker ': nts')
pinned "$process" "$ke"
flooders="handshakes garbage slow"
flooder()
{
	name=$1
	shift
	spawn "$name" load chrt -i 0 taskset -c 1 "$TOOLS/ntsprobe.t" "$@" \
	    10.9.0.7
}
flooder handshakes -i 10.130.0.1 -h 100000000
flooder garbage -i 10.140.0.1 -f 100000000
flooder slow -i 10.150.0.1 -s 400

# flood STOP, CONT or TERM
flood()
{
	for name in $flooders; do
		kill -s "$1" "$(pid "$name")"
	done
}

accepted()
{
	value asker nts ".ke[0].accepted"
}

n=0
while [ "$n" -lt "$ROUNDS" ]; do
	n=$((n + 1))
	for when in rest flood; do
		[ $when = rest ] && flood STOP || flood CONT
		replies $when 64 -n 64
		replies $when.plain 64
		echo "$n $when.rate $(load $a "$process" "$SLICE" -r $RATE)"
		echo "$n $when.share $(load $a "$ke" "$SLICE" -w 128)"
	done
done >"$T/rounds"
flood STOP
echo
echo "| ntpd, nts on the same processor | | (quartiles) | of that at rest |"
echo "|---|---|---|---|"
while read -r key field title; do
	row "$title | at rest" "rest$key" "$field"
	row "$title | flooded" "flood$key" "$field" "rest$key"
done <<E
.64 per_reply CPU us per reply with NTS
.plain.64 per_reply CPU us per plain reply
.rate delay $RATE plain ones a second: us until the reply
.rate delay99 of 99 % of them
.rate unanswered unanswered, %
.share share plain ones as fast as can be: % of the processor used by nts
E
rows "$T/rounds"
[ "$CALM" -gt 0 ] || exit 0

echo
echo "| its own server, asked each 4 s | samples | RMS offset, us | delay, us |"
echo "|---|---|---|---|"
samples "at rest"
before=$(accepted)
flood CONT
samples "flooded"
echo
echo "flood: $((($(accepted) - before) / CALM)) connections/s"
flood TERM
for name in $flooders; do
	ended "$name" 10
	echo "$name: $(tail -n 1 "$T/$name.log")"
done
