# Somebody between our NTS client and its server changes a bit, cuts, pads,
# is faster than the server, or says that new keys are needed: see
# nts_onpath.sh.  Nothing of his is believed, and what is the server's is.

. "$(dirname "$0")/../lib.sh"
. "$TOP/regress/nts.sh"

command -v python3 >/dev/null || skip "no python3"
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
spawn onpath net python3 "$TOOLS/onpath.py" 10.9.0.11 10.9.100.2
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
for how in flip cut pad; do
	before=$(rejected)
	good=$(peer client 10.9.0.11 .accepted)
	tell onpath $how
	await 40 "$how: it is noticed" is client nts \
	    ".servers[0].rejected >= $before + 2"
	same "$how: nothing is believed" \
	    "$(peer client 10.9.0.11 .accepted)" "$good"
	bound $how
	tell onpath pass
	await 30 "time goes on" peer_is client 10.9.0.11 ".accepted > $good"
done

# the server's own reply counts, even when it is not the first
before=$(rejected)
good=$(peer client 10.9.0.11 .accepted)
tell onpath race
await 30 "race: replies" peer_is client 10.9.0.11 ".accepted > $good + 1"
await 10 "race: it is noticed" is client nts \
    ".servers[0].rejected >= $before + 4"
bound race

# kisses make it ask for keys, with patience, and nothing else
asked=$(value client nts .servers[0].established)
tell onpath nak
await 40 "nak: keys" is client nts ".servers[0].established > $asked and
    .servers[0].naks > 1"
check "nak: in doubt, with keys" is client nts \
    '.servers[0].state == "doubt" or .servers[0].state == "keys"'
bound nak
good=$(peer client 10.9.0.11 .accepted)
tell onpath pass
await 30 "time goes on" peer_is client 10.9.0.11 ".accepted > $good"
same "it did not ask again and again" "$(value client nts \
    ".servers[0].established < $asked + 5")" true
