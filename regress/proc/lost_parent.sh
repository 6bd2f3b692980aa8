# The parent is killed outright, or ends and a child does not: the children
# must not live on, not even one that hears nothing any more.

. "$(dirname "$0")/../lib.sh"

host client 100
conf client <<E
server 10.9.0.11
E
start client
ready client
[ "$(alive ntpd | wc -l)" -eq 3 ] || fail "not three processes"
kill -KILL "$(pid client)"
await 5 "nothing to be left" vanished ntpd

# the socket it could not remove is no obstacle
start client
await 10 "a second start" said client "engine ready"
stop client

for how in KILL TERM; do
	for role in engine dns; do
		rm "$T/client.log"
		start client
		ready client
		kill -STOP "$(child client $role)"
		kill -$how "$(pid client)"
		await 10 "nothing to be left after SIG$how, $role hangs" \
		    vanished ntpd
	done
done
