# An nts process that is slow to start: what the engine wants meanwhile waits
# until there are the certificates to judge by, and is no failure.

. "$(dirname "$0")/../lib.sh"
. "$TOP/regress/nts.sh"

host server 1
host client 100
pki
conf server <<E
listen on 10.9.1.2
nts listen on 10.9.1.2
local stratum 5
nts certificate "$T/ntp.crt" key "$T/ntp.key"
nts keys "$T/server.ntskeys"
E
start server
ready server
await 10 "the cookie keys" test -s "$T/server.ntskeys"

names <<E
ntp.test A 10.9.1.2
E
conf client <<E
nts-ca "$T/ca.pem"
server ntp.test nts poll 2 4 aggressive
E
start client
halted()
{
	nts=$(child client "nts")
	[ -n "$nts" ] && kill -STOP "$nts"
}
await 5 "nts to be there" halted
await 20 "the engine to want keys" said dns "A ntp.test"
sleep 1
kill -CONT "$nts"
await 30 "keys" is client nts '.servers[0].state == "keys"'
same "failures" "$(value client nts '.servers[0].failed')" 0
