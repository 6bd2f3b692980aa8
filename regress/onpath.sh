# Somebody between our NTS client and its server, for tests that tell him what
# to do: a server, a client that is synced to it, and onpath.py.  Instead of
# lib.sh:
#
#	bound WHAT		the clock is where it should be
#	rejected		how many replies were not authentic
#	unbelieved HOW ...	what he does in these ways is not believed

. "$(dirname "$0")/../lib.sh"
. "$TOP/regress/nts.sh"

command -v "$PYTHON" >/dev/null || skip "no python3"
host server 100
host client 101
pki
address 10.9.0.11
names <<E
ntp.test A 10.9.0.11
E
conf server <<E
listen on 10.9.100.2 limit off
local stratum 5
nts listen on 10.9.100.2
nts certificate "$T/ntp.crt" key "$T/ntp.key"
nts keys "$T/server.ntskeys"
E
start server
ready server
await 10 "its cookie keys" test -s "$T/server.ntskeys"
spawn onpath net "$PYTHON" "$TOOLS/onpath.py" 10.9.0.11 10.9.100.2
await 10 "the stranger" said onpath "onpath ready"

conf client <<E
nts-ca "$T/ca.pem"
require nts
server ntp.test nts poll 2 2 aggressive
E
start client
synced client

# The same machine, the same clock: the truth is no offset at all.
bound()
{
	check "$1: the clock is within its error bound" is client status \
	    '(.clock_offset | fabs) <= .maxerror and
	    (.clock_offset | fabs) < 0.2'
}
rejected()
{
	value client nts .servers[0].rejected
}
unbelieved()
{
	for how; do
		before=$(rejected)
		good=$(peer client 10.9.0.11 .accepted)
		tell onpath $how
		await 40 "$how: it is noticed" is client nts \
		    ".servers[0].rejected >= $before + 2"
		same "$how: nothing is believed" \
		    "$(peer client 10.9.0.11 .accepted)" "$good"
		bound $how
		tell onpath pass
		await 30 "time goes on" peer_is client 10.9.0.11 \
		    ".accepted > $good"
	done
}
