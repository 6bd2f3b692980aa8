# Our NTS client: who is believed and who is not, what a reload keeps, a
# server that has forgotten its keys, a process that is lost.

. "$(dirname "$0")/../lib.sh"
. "$TOP/regress/nts.sh"

host server 100
host client 101
pki
dated old 20200101 20210101 old.test
for a in 11 12 13 14 15 16; do
	ip -n server addr add "10.9.100.$a/24" dev eth0
done
names <<E
ntp.test A 10.9.100.11
other.test A 10.9.100.12
old.test A 10.9.100.16
E

# serve NAME CERTIFICATE ADDRESS ...
serve()
{
	name=$1 cert=$2
	shift 2
	{
		for a; do
			echo "listen on 10.9.100.$a"
			echo "nts listen on 10.9.100.$a"
		done
		cat <<E
local stratum 5
nts certificate "$T/$cert.crt" key "$T/$cert.key"
nts keys "$T/$name.ntskeys"
E
	} | conf "$name"
	: >"$T/$name.log"
	start "$name" server
	ready "$name"
	await 10 "the cookie keys of $name" test -s "$T/$name.ntskeys"
}
serve all ntp 11 12 13 14
serve old old 16

config()
{
	conf client <<E
query from 10.9.101.9
nts-ca "$T/ca.pem"
require nts
server ntp.test nts poll 2 3 aggressive $1
server other.test nts
server 10.9.100.13 nts nts-pin $(pin ntp) poll 2 3
server 10.9.100.14 nts nts-pin $(pin old) poll 2 3
server old.test nts poll 2 3 aggressive
E
}

# jar ADDRESS FILTER
jar()
{
	is client nts ".servers[] | select(.address == \"$1\") | $2"
}

# why ADDRESS REGEX
why()
{
	await 30 "$1: $2" jar "$1" \
	    "(.state == \"none\") and (.reason | test(\"$2\"))"
	check "$1 is not asked for the time" peer_is client "$1" \
	    '.received == 0 and .state != "valid"'
}

# NTS-KE, too, is asked from the address that is said
ip -n client addr add 10.9.101.9/24 dev eth0
config ""
start client
synced client
await 20 "a full jar" jar 10.9.100.11 '.state == "keys" and .cookies == 8'
grep -q "nts: client 10.9.101.9:" "$T/all.log" ||
    await 5 "NTS-KE from there" said all "nts: client 10.9.101.9:"
await 20 "a pin is enough" jar 10.9.100.13 '.pinned and .cookies == 8'
why 10.9.100.12 "hostname mismatch"
why 10.9.100.14 "not the pinned one"
# its server is asked, and judged by the time it tells
await 30 "an expired certificate" jar 10.9.100.16 \
    '.failed > 0 and (.reason | test("certificate.*expired|not valid"))'
check "its time is not used" peer_is client 10.9.100.16 '.accepted == 0'

# an unchanged statement keeps its keys
before=$(peer client 10.9.100.11 .accepted)
config "weight 2"
check "reload" ctl client reload
check "the keys are still there" jar 10.9.100.11 \
    '.established == 1 and .cookies > 0'
await 15 "replies go on" peer_is client 10.9.100.11 ".accepted > $before"

# CAs in a damaged file are said to be, and those there are stay
cp "$T/ca.pem" "$T/ca.good"
sed 's/^[^-].../****/' "$T/ca.good" >>"$T/ca.pem"
check "reload" ctl client reload
grep -q "CAs .*ca.pem: certificate 2 in it is damaged.*, the old ones stay" \
    "$T/check.out" || fail "a damaged file: $(cat "$T/check.out")"
cp "$T/ca.good" "$T/ca.pem"
check "the keys are still there" jar 10.9.100.11 \
    '.established == 1 and .cookies > 0'

# new cookie keys: the old cookies cannot be read any more
stop all
rm "$T/all.ntskeys"
before=$(peer client 10.9.100.11 .accepted)
serve all ntp 11 12 13 14
await 60 "other keys" jar 10.9.100.11 \
    '.established > 1 and .state == "keys" and .naks > 0'
await 30 "replies go on" peer_is client 10.9.100.11 ".accepted > $before"

# the process that speaks TLS may be lost: keys are elsewhere
before=$(peer client 10.9.100.11 .accepted)
kill -9 "$(child client nts)"
await 10 "it to be started again" sh -c "grep -q 'nts.*signal 9' $T/client.log"
await 30 "replies go on" peer_is client 10.9.100.11 ".accepted > $before + 1"
