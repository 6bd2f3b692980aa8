# ntpctl -s clients: who asks most, whoever serves them, and only to those
# who may know.

. "$(dirname "$0")/../lib.sh"

host one 1
address 10.9.0.21 10.9.0.22 10.9.0.23 fd09:0:0:5::1 fd09:0:0:5::2
chmod 755 "$T"

# ask ADDRESS TIMES TO: requests from that address
ask()
{
	"$PYTHON" -c '
import socket, sys
me, times, to = sys.argv[1], int(sys.argv[2]), sys.argv[3]
family = socket.AF_INET6 if ":" in me else socket.AF_INET
s = socket.socket(family, socket.SOCK_DGRAM)
s.bind((me, 0))
for i in range(times):
    s.sendto(b"\x23" + bytes(39) + i.to_bytes(8, "big"), (to, 123))
' "$1" "$2" "$3"
}
# client ADDRESS FILTER
client()
{
	value one "clients" ".clients[] | select(.address == \"$1\") | $2"
}

# shows CONFIG: everything once, by the engine or by workers
shows()
{
	conf one <<X
local stratum 2
$1
X
	start one
	await 20 "one to answer" is one status "true"
	check "before anybody asked" ctl one -s clients
	same "nobody yet" "$(cat "$T/check.out")" "no clients"
	probed()
	{
		probe net -s 10.9.1.2
	}
	await 30 "one to serve" probed
	ask 10.9.0.21 40 10.9.1.2
	ask 10.9.0.22 5 10.9.1.2
	ask 10.9.0.23 2 10.9.1.2
	ask fd09:0:0:5::1 3 fd09:1::2
	ask fd09:0:0:5::2 4 fd09:1::2
	counted()
	{
		is one server ".server.packets >= 54"
	}
	await 20 "all to be counted" counted

	same "who asks most" "$(value one clients ".clients[0].address")" \
	    10.9.0.21
	same "its requests" "$(client 10.9.0.21 .requests)" 40
	check "its drops" is one clients '.clients[0].dropped > 10'
	same "limited" "$(client 10.9.0.21 .limited)" true
	same "another's" "$(client 10.9.0.22 .requests)" 5
	same "another's" "$(client 10.9.0.22 .limited)" false
	same "a network is one client" \
	    "$(client fd09:0:0:5::/64 .requests)" 7
	check "the last one" is one clients \
	    '.clients[0].last >= 0 and .clients[0].last < 60'

	check "text" ctl one -n -s clients 2
	same "two of them" "$(wc -l <"$T/check.out")" 3
	grep -q "^10\.9\.0\.21 .* 40 .*  limited$" "$T/check.out" || {
		cat "$T/check.out"
		fail "the first line"
	}
	check "no address in the metrics" ctl one metrics
	if grep -q "10\.9\.0\.2[123]" "$T/check.out"; then
		fail "the metrics name a client"
	fi
	if setpriv --reuid=65534 --regid=65534 --clear-groups "$NTPCTL" \
	    -c "$T/one.sock" -s clients >"$T/check.out" 2>&1; then
		fail "anybody may know"
	fi
	stop one
}

shows "listen on *
limit on"
shows "listen on * workers 2
limit on"

# nothing is served, nobody is known
conf one <<X
local stratum 2
X
start one
await 20 "one to answer" is one status "true"
check "text" ctl one -s clients
same "nobody" "$(cat "$T/check.out")" "no clients"
