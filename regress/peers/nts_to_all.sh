# chrony and ntpsec are NTS clients of our server: keys by TLS, replies
# sealed; then all cookies become worthless at once, and both fetch others.

. "$(dirname "$0")/../peers.sh"
. "$TOP/regress/nts.sh"

pki
host server 100
host chrony 101
host ntpsec 102
hosts
fake reference 10.9.0.10 refid=GPS
conf server <<E
listen on 10.9.100.2
server 10.9.0.10
nts listen on 10.9.100.2
nts certificate "$T/ntp.crt" key "$T/ntp.key"
nts keys "$T/server.ntskeys"
E
start server
ready server
synced server

chrony chronyd chrony <<E
server ntp.test nts iburst minpoll 2 maxpoll 2
ntstrustedcerts $T/ca.pem
E
ntpsec ntpsecd ntpsec <<E
server ntp.test nts iburst minpoll 3 maxpoll 3
nts ca $T/ca.pem
interface ignore wildcard
interface listen 10.9.102.2
E

chronyc()
{
	"$PEERS/chrony/usr/bin/chronyc" -h "$T/chronyd.run/sock" -c -n "$@"
}
chrony_uses()
{
	chronyc sources | grep -q '^^,\*,10.9.100.2,'
}
await 60 "chronyd to select us" chrony_uses
set -- $(chronyc authdata | tr ',' ' ')
echo "authdata: $*"
sleep 20
cat $T/chronyd.log $T/ntpsecd.log
ctl server -s server
