# Our client is given keys by ntpsec's ntpd, which knows the time from a
# reference of the test.  When ntpsec has forgotten its keys it says nothing
# of it, unlike others: our client has to find out.

. "$(dirname "$0")/../peers.sh"
. "$TOP/regress/nts.sh"

host client 100
fake reference 10.9.0.10 refid=GPS
address 10.9.0.11
pki
names <<E
ntp.test A 10.9.0.11
E
ntpsec_up()
{
	: >"$T/ntpsec.log"
	ntpsec ntpsec net <<E
server 10.9.0.10 iburst minpoll 3
interface ignore wildcard
interface listen 10.9.0.11
nts enable
nts cert $T/ntp.crt
nts key $T/ntp.key
nts cookie $T/ntpsec.cookies
E
}
ntpsec_up
conf client <<E
server ntp.test nts poll 2 3 aggressive
nts-ca "$T/ca.pem"
require nts
E
start client
# jar FILTER
jar()
{
	is client nts ".servers[0] | $1"
}
await 60 "a full jar" jar '.state == "keys" and .cookies == 8'
same "ntpsec's cookies" "$(value client nts .servers[0].cookielen)" 104
same "nothing forged" "$(value client nts .servers[0].rejected)" 0
await 60 "authentic replies" peer_is client 10.9.0.11 '.received > 2'

stop ntpsec
rm -f "$T/ntpsec.cookies"
ntpsec_up
await 90 "other keys" jar '.established > 1 and .cookies == 8'
same "no NTSN" "$(value client nts .servers[0].naks)" 0
