# A name with an IPv6 address that cannot be reached and an IPv4 address
# that can; then IPv6 leaves a machine that used it.

. "$(dirname "$0")/../lib.sh"

host client 100
fake four 10.9.0.11
fake six fd09:0:1::12
names <<E
time.test AAAA fd09:dead::1
time.test A 10.9.0.11
E
ip -6 route add unreachable fd09:dead::/64
conf client <<E
server time.test
server fd09:0:1::12 poll 2 3
E
start client
synced client
await 60 "the IPv4 address to be used" \
    peer_is client 10.9.0.11 '.state == "valid"'
await 20 "the IPv6 server" peer_is client fd09:0:1::12 '.state == "valid"'
ip netns exec client sh -c 'echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6'
await 30 "its queries to fail" \
    peer_is client fd09:0:1::12 '.reach % 2 == 0'
check "it is synced by the other" is client status .synced
ip netns exec client sh -c 'echo 0 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6'
host_up client 100
await 60 "the IPv6 server to be back" \
    peer_is client fd09:0:1::12 '.reach % 4 == 3'
