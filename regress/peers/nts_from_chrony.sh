# Our client is given keys and time by chronyd, by name and by address.

. "$(dirname "$0")/../peers.sh"
. "$TOP/regress/nts.sh"

host client 100
address 10.9.0.11
pki
names <<E
ntp.test A 10.9.0.11
E
chronyd_up()
{
	rm -rf "$T/chronyd.run"
	chrony chronyd net <<E
local stratum 4
allow all
bindaddress 10.9.0.11
ntsserverkey $T/ntp.key
ntsservercert $T/ntp.crt
ntsprocesses 0
ntsdumpdir $T/dump
$1
E
	await 10 "chronyd to answer" probe client -t 200 10.9.0.11
}
mkdir "$T/dump"
chronyd_up ""

conf client <<E
server ntp.test nts poll 2 3 aggressive
nts-ca "$T/ca.pem"
require nts
E
start client
synced client
same "our stratum" "$(value client status .stratum)" 5
jar()
{
	is client nts ".servers[0] | $1"
}
await 20 "a full jar" jar '.state == "keys" and .cookies == 8'
same "one NTS-KE" "$(value client nts .servers[0].established)" 1
same "chrony's cookies" "$(value client nts .servers[0].cookielen)" 100
