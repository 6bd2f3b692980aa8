# ntpctl -s server: every packet of a client is counted once, where it
# belongs, and stays counted when its listener goes.

. "$(dirname "$0")/../lib.sh"

host client 100
host one 1
conf one <<E
local stratum 2
listen on 10.9.1.2
listen on fd09:1::2
E
start one
synced_or_local()
{
	probe client -s 10.9.1.2
}
await 20 "one to serve" synced_or_local

# send ADDRESS HEX: a datagram, whatever it is
send()
{
	on client "$PYTHON" -c '
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
s = socket.socket(family, socket.SOCK_DGRAM)
s.sendto(bytes.fromhex(sys.argv[2]), (sys.argv[1], 123))' "$1" "$2"
}
server()
{
	value one server ".server.$1"
}
zeros=$(printf '%094d' 0)

packets=$(server packets) replies=$(server replies)
six=$(server ipv6) in=$(server octets_in) out=$(server octets_out)
for i in 1 2 3; do
	check "a request" probe client 10.9.1.2
done
check "a request" probe client fd09:1::2
send 10.9.1.2 23
send 10.9.1.2 "16$zeros"	# readvar
send 10.9.1.2 "2b$zeros"	# version 5
send fd09:1::2 "24$zeros"	# a reply

await 10 "all to be counted" is one server ".server.packets == $packets + 8"
same "replies" "$(server replies)" $((replies + 4))
same "IPv6" "$(server ipv6)" $((six + 2))
# 48 octets and 28 or 48 of headers; one of 1 octet
same "octets" "$(server octets_in)" $((in + 5 * 76 + 2 * 96 + 29))
same "octets" "$(server octets_out)" $((out + 3 * 76 + 96))

# list NAME KEY VALUE: the packets of it
list()
{
	value one server ".$1[] | select(.$2 == \"$3\") | .packets"
}
same "short" "$(list drops reason short)" 1
same "control, reply" "$(list drops reason mode)" 2
same "version 5" "$(list drops reason version)" 1
same "version 5" "$(list versions version 5)" 1
same "readvar" "$(list modes mode control)" 1
check "packets are replies and drops" is one server \
    '.server.packets == .server.replies + ([.drops[].packets] | add)'
check "each has a version and a mode" is one server \
    '.server.packets == ([.versions[].packets] | add) and
    .server.packets == ([.modes[].packets] | add)'
check "each reply has a latency" is one server \
    '.server.replies == ([.latency[].replies] | add) and .server.latency > 0'
check "listeners make up the server" is one server \
    '.server.packets == ([.listeners[].packets] | add) and
    (.listeners | length) == 2'

# rates: of the last minute, which holds all of it
await 10 "the rates" is one server ".rates[1].packets * .rates[1].over > 7.9"
check "text" ctl one -s server
grep -q "^serving on 2 sockets, .* packets/s" "$T/check.out" ||
    fail "the first line: $(cat "$T/check.out")"

# one listener goes, its counters do not
conf one <<E
local stratum 2
listen on 10.9.1.2
E
check "reload" ctl one reload
check "one listener is left" is one server '(.listeners | length) == 1'
same "packets" "$(server packets)" $((packets + 8))
same "IPv6" "$(server ipv6)" $((six + 2))

# nothing to listen on is said, too
conf one <<E
local stratum 2
E
check "reload" ctl one reload
check "text" ctl one -s server
grep -q "^not serving" "$T/check.out" ||
    fail "the first line: $(cat "$T/check.out")"
