# Our client takes its time from ntpsec's ntpd, which takes it from a
# reference of the test.

. "$(dirname "$0")/../peers.sh"

host client 100
fake reference 10.9.0.10 refid=GPS
address 10.9.0.11
ntpsec ntpsec net <<E
server 10.9.0.10 iburst minpoll 3
interface ignore wildcard
interface listen 10.9.0.11
E
# it begins with a root dispersion of a second, no time to follow
sure()
{
	probe client 10.9.0.11 | grep 'stratum=2 .*rootdisp=0\.[0-3]'
}
await 90 "ntpsec to be sure of its time" sure
follows 10.9.0.11 3
