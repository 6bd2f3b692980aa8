# We ask chronyd in interleaved mode, which it does, beside a plain question
# to it; and all is as exact as before.

. "$(dirname "$0")/../peers.sh"

host client 100
address 10.9.0.11 10.9.0.12
chrony chronyd net <<E
local stratum 4
allow all
bindaddress 10.9.0.11
E
chrony chronyp net <<E
local stratum 4
allow all
bindaddress 10.9.0.12
E
for a in 10.9.0.11 10.9.0.12; do
	await 10 "chronyd to answer" probe client -t 200 $a
done
conf client <<E
server 10.9.0.11 poll 2 2 xleave
server 10.9.0.12 poll 2 2
E
start client
synced client
for a in 10.9.0.11 10.9.0.12; do
	await 45 "ten samples of $a" peer_is client $a '.samples >= 10'
	await 40 "a small offset to $a" \
	    peer_is client $a '.offset | fabs < 0.001'
	await 40 "its jitter to be small" peer_is client $a '.jitter < 0.001'
done
interleaved()
{
	"$PEERS/chrony/usr/bin/chronyc" -h "$T/$1.run/sock" serverstats |
	    sed -n 's/^Interleaved NTP packets *: //p'
}
[ "$(interleaved chronyd)" -ge 6 ] ||
    fail "chronyd interleaved only $(interleaved chronyd)"
same "the other" "$(interleaved chronyp)" 0
