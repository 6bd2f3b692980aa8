# Our client asks our server in interleaved mode, and a server that does not
# know of it; both are as good as without.

. "$(dirname "$0")/../lib.sh"

host server 1
host client 100
fake other 10.9.0.12
conf server <<E
listen on 10.9.1.2
local stratum 3
E
start server
ready server
await 20 "it to serve" probe client -s 10.9.1.2
conf client <<E
server 10.9.1.2 poll 2 2 xleave
server 10.9.0.12 poll 2 2 xleave
E
start client
synced client
for a in 10.9.1.2 10.9.0.12; do
	await 40 "eight samples of $a" peer_is client $a '.samples >= 8'
	check "$a is valid" peer_is client $a '.state == "valid"'
	check "its offset is small" peer_is client $a '.offset | fabs < 0.02'
	same "bogus replies" "$(peer client $a .bogus)" 0
done
n=$(value server server .server.interleaved)
[ "$n" -ge 6 ] || fail "only $n replies were interleaved"
