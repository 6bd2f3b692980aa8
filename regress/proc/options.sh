# What the options of a server mean when it runs: noselect, prefer, port,
# inet and inet6, query from, minsources.

. "$(dirname "$0")/../lib.sh"

host client 100
ip -n client addr add 10.9.100.9/24 dev eth0
ip -n client -6 addr add fd09:100::9/64 dev eth0 nodad
fake one 10.9.0.11
fake two 10.9.0.12 rootdisp=0.01
address 10.9.0.13 10.9.0.14 fd09:0:1::14
spawn three net "$TOOLS/fakentp.t" -v -p 1123 10.9.0.13 offset=-0.2
spawn four net "$TOOLS/fakentp.t" -v 10.9.0.14
spawn six net "$TOOLS/fakentp.t" -v fd09:0:1::14
names <<E
four.test A 10.9.0.14
four.test AAAA fd09:0:1::14
six.test A 10.9.0.14
six.test AAAA fd09:0:1::14
E
conf client <<E
listen on 127.0.0.1
minsources 2
server 10.9.0.11
server 10.9.0.12 prefer
server 10.9.0.13 port 1123 noselect
query from 10.9.100.9
query from fd09:100::9
server four.test inet
server six.test inet6
E
start client
synced client
for a in 10.9.0.11 10.9.0.12 10.9.0.14 fd09:0:1::14; do
	await 20 "$a to be valid" peer_is client $a '.state == "valid"'
done
await 20 "the preferred one to be selected" \
    peer_is client 10.9.0.12 '.tally == "*"'
await 20 "noselect to be measured" \
    peer_is client 10.9.0.13 '.offset < -0.19 and .tally == "-"'
same "its port" "$(peer client 10.9.0.13 .port)" 1123
serves client 127.0.0.1 0
same "of four.test" "$(value client sources \
    '.sources[] | select(.name == "four.test").address')" 10.9.0.14
same "of six.test" "$(value client sources \
    '.sources[] | select(.name == "six.test").address')" fd09:0:1::14

# sources of queries, by server
from()
{
	sed -n 's/^query .* from \(.*\):[0-9]* len.*/\1/p' "$T/$1.log" |
	    sort -u
}
same "source of queries to one" "$(from one)" 10.9.100.2
same "source of queries to four" "$(from four)" 10.9.100.9
same "source of queries to six" "$(from six)" "[fd09:100::9]"

# two sources are wanted, one answers
conf client <<E
minsources 2
server 10.9.0.11
server 10.9.0.99
E
stop client
rm "$T/client.log"
start client
await 20 "the one source to have samples" \
    peer_is client 10.9.0.11 '.samples >= 4'
check "one is not enough" is client status '.synced | not'
check "and that is its reason" peer_is client 10.9.0.11 '.reason != ""'
