# Addresses and interfaces come and go under "listen on *" and "listen on
# interface NAME", and nobody restarts anything.

. "$(dirname "$0")/../lib.sh"

host server 1
conf server <<E
listen on *
listen on interface late0 port 1123
local stratum 3
E
start server
ready server
check "the first address answers" probe net 10.9.1.2

ip -n server addr add 10.9.1.9/24 dev eth0
ip -n server -6 addr add fd09:1::9/64 dev eth0 nodad
await 15 "a new address to answer" probe net -t 200 10.9.1.9
await 15 "a new IPv6 address to answer" probe net -t 200 fd09:1::9
same "from that address" "$(probe net 10.9.1.9 |
    sed 's/^from=\([^ ]*\).*/\1/')" 10.9.1.9

ip link add late1 type veth peer name late0 netns server
ip addr add 10.8.0.1/24 dev late1
ip link set late1 up
ip -n server addr add 10.8.0.2/24 dev late0
ip -n server link set late0 up
await 15 "the new interface to answer" probe net -t 200 -p 1123 10.8.0.2
if probe net -t 300 -p 1123 10.9.1.2; then
	fail "another interface answers on that port"
fi

ip -n server addr del 10.9.1.9/24 dev eth0
ip -n server link del late0
check "the first address still answers" probe net 10.9.1.2
ip link add late1 type veth peer name late0 netns server
ip addr add 10.8.0.1/24 dev late1
ip link set late1 up
ip -n server addr add 10.8.0.2/24 dev late0
ip -n server link set late0 up
await 15 "the interface that is back to answer" \
    probe net -t 200 -p 1123 10.8.0.2
