# Our client takes its time from chronyd, over IPv4 and IPv6.

. "$(dirname "$0")/../peers.sh"

host client 100
address 10.9.0.11 fd09:0:1::11
chrony chronyd net <<E
local stratum 4
allow all
bindaddress 10.9.0.11
bindaddress fd09:0:1::11
E
await 10 "chronyd to answer" probe client -t 200 10.9.0.11

conf client <<E
server 10.9.0.11
server fd09:0:1::11
E
start client
synced client
same "our stratum" "$(value client status .stratum)" 5
for a in 10.9.0.11 fd09:0:1::11; do
	await 20 "$a to be valid" peer_is client $a '.state == "valid"'
	check "the offset to $a is small" \
	    peer_is client $a '.offset | fabs < 0.05'
done
