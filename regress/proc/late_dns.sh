# The resolver is silent, then fails, then does not know, then knows.

. "$(dirname "$0")/../lib.sh"

host client 100
fake one 10.9.0.11
names <<E
time.test silent
E
conf client <<E
server time.test
E
start client
ready client
await 10 "a lookup" said dns "time.test silent"
check "ntpctl shows it" \
    is client sources '.sources[0].state == "resolving"'
echo "time.test servfail" | names
await 60 "another lookup" said dns "A time.test rcode 2"
echo "time.test nxdomain" | names
await 60 "another lookup" said dns "A time.test rcode 3"
echo "time.test A 10.9.0.11" | names
synced client 120
same "its name" "$(peer client 10.9.0.11 .name)" time.test
