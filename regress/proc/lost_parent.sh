# The parent is killed outright: the children must not live on.

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
