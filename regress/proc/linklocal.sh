# IPv6 addresses of a link: a server asked at one, clients answered at one,
# with the name of the interface wherever it is shown, and nothing that the
# sandbox has to refuse for that.

. "$(dirname "$0")/../lib.sh"

host client 100
ip -6 addr add fe80::1/64 dev toclient nodad
ip -n client -6 addr add fe80::2/64 dev eth0 nodad
conf one <<E
listen on fe80::1%toclient
local stratum 3
E
spawn one net "$NTPD" -d -x -f "$T/one.conf"
ready one
conf client <<E
listen on fe80::2%eth0
listen on ::1
server fe80::1%eth0
E
start client
synced client
# the name of an interface is that of the host where it is asked for
same "its address" "$(on client "$NTPCTL" -c "$T/client.sock" -jn -s sources |
    jq -r '.sources[0].address')" fe80::1%eth0
said client "listening on \[fe80::2%eth0\]:123" || fail "the listener"
said client "peer fe80::1%eth0 now valid" || fail "the peer"
check "query of the client" on net "$NTPCTL" query fe80::2%toclient
if said client "sandbox: .* refused" || said one "sandbox: .* refused"; then
	fail "the sandbox is in the way"
fi

check "a client of the link" is one clients \
    '.clients[0].address == "fe80::/64"'
