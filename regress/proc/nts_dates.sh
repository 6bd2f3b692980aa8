# The dates of NTS certificates when our clock is wrong by ten years: they
# are judged by what constraints say, by the time the server tells when there
# are none, and by the constraints once more when they are late.

. "$(dirname "$0")/../lib.sh"
. "$TOP/regress/nts.sh"

# day SECONDS: a day that far from the true date
day()
{
	date -u -d "@$(($(date +%s) + 315360000 + $1))" +%Y%m%d
}

# "fresh" is a good server; somebody has the key of "stale", which has
# expired, and shows the time our clock has, when it had not; "late" has
# expired, too, but tells the truth.
pki 7300
dated fresh "$(day -2592000)" "$(day 2592000)" fresh.test
dated stale "$(day -317952000)" "$(day -2592000)" stale.test
dated late "$(day -317952000)" "$(day -2592000)" late.test
host server 100
for a in 11 12 13; do
	ip -n server addr add "10.9.100.$a/24" dev eth0
done
names <<E
fresh.test A 10.9.100.11
stale.test A 10.9.100.12
late.test A 10.9.100.13
E
fake true 10.0.0.1 offset=315360000

# serve NAME ADDRESS: with its certificate; stdin says whence it has the time
serve()
{
	{
		cat <<E
nts certificate "$T/$1.crt" key "$T/$1.key"
nts keys "$T/$1.ntskeys"
listen on $2
nts listen on $2
E
		cat
	} | conf "$1"
	start "$1" server
	ready "$1"
}
echo "server 10.0.0.1" | serve fresh 10.9.100.11
echo "local stratum 5" | serve stale 10.9.100.12
echo "server 10.0.0.1" | serve late 10.9.100.13
synced fresh
synced late

# ask NAME: stdin are its constraints
ask()
{
	{
		cat <<E
nts-ca "$T/ca.pem"
require nts
cafile "$T/web.pem"
server fresh.test nts poll 2 3 aggressive
server stale.test nts poll 2 3 aggressive
server late.test nts poll 2 3 aggressive
E
		cat
	} | conf "$1"
	start "$1"
	ready "$1"
}

# jar NAME ADDRESS FILTER
jar()
{
	is "$1" nts ".servers[] | select(.address == \"10.9.100.$2\") | $3"
}

host with 101
host without 102
host behind 103
host mute 104
address 10.1.0.1 10.1.0.2
# 10.1.0.3 is there, but there is no way to it yet
echo 1 >/proc/sys/net/ipv4/ip_nonlocal_bind
spawn web net "$TOOLS/fakehttps.t" -t 315360000 "$T/web.pem" 10.1.0.1=chain \
    10.1.0.2=mute 10.1.0.3=chain
await 20 "the web" said web ready
echo 'constraint from "chain.test" 10.1.0.1' | ask with
ask without </dev/null
echo 'constraint from "chain.test" 10.1.0.3' | ask behind
echo 'constraint from "mute.test" 10.1.0.2' | ask mute

# constraints that are not to be had hold nobody up for long
await 20 "stale behind" jar behind 12 '.state == "keys"'
address 10.1.0.3

# one whose constraint answers: no server is believed before it has
await 30 "fresh with a constraint" jar with 11 '.state == "keys"'
for a in 12 13; do
	await 30 "10.9.100.$a to be refused" jar with "$a" \
	    '.state == "none" and (.reason | test("certificate has expired"))'
done
same "keys" "$(value with nts '[.servers[].established] | add')" 1
synced with
check "the right time" is with constraints \
    '.constraints[0].offset - 315360000 | fabs < 5'
check "nothing was asked of stale" peer_is with 10.9.100.12 '.received == 0'

# without any, who has a time that fits his certificate has his say
for a in 11 12; do
	await 30 "10.9.100.$a alone" jar without "$a" '.state == "keys"'
	await 30 "time of 10.9.100.$a" peer_is without "10.9.100.$a" \
	    '.accepted > 0'
done
await 30 "late, by what it tells" jar without 13 \
    '.reason | test("not valid at the time it tells")'
check "the time of late is not used" peer_is without 10.9.100.13 \
    '.accepted == 0'

await 40 "mute" jar mute 11 '.state == "keys"'

# and what the late one says counts for the keys there are
await 60 "stale to be found out" said behind \
    "stale.test.*certificate is not valid now"
await 20 "stale without keys" jar behind 12 \
    '.state == "none" and (.reason | test("not valid now|expired"))'
check "fresh keeps its own" jar behind 11 '.established == 1'
