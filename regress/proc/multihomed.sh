# A server with many addresses answers from the one that was asked, on
# "listen on *" and on an interface, in both families.

. "$(dirname "$0")/../lib.sh"

host server 1
host client 100
for a in 10.9.1.3/24 10.9.1.4/24 10.7.0.1/32; do
	ip -n server addr add $a dev eth0
done
for a in fd09:1::3/64 fd09:1::4/64 fd07::1/128; do
	ip -n server addr add $a dev eth0 nodad
done
ip route add 10.7.0.1 via 10.9.1.2
ip -6 route add fd07::1 via fd09:1::2
from()
{
	probe client "$@" | sed -n 's/^from=\([^ ]*\).*/\1/p'
}
for l in '*' 'interface eth0'; do
	conf server <<E
listen on $l
local stratum 3
E
	start server
	ready server
	for a in 10.9.1.2 10.9.1.3 10.9.1.4 10.7.0.1 \
	    fd09:1::2 fd09:1::3 fd09:1::4 fd07::1; do
		same "listen on $l: the source of an answer" "$(from $a)" $a
	done
	stop server
	rm "$T/server.log"
done
