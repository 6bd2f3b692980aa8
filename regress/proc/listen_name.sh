# "listen on" a host name: served as soon as the resolver knows it, at all
# its addresses, and not before.

. "$(dirname "$0")/../lib.sh"

host client 100
names <<E
time.test servfail
E
conf client <<E
listen on time.test
local stratum 5
E
start client
ready client
await 10 "a lookup" said dns "time.test rcode 2"
await 20 "the log to say that it waits" \
    said client "listen on time.test port 123: not there yet"
if probe client -t 300 10.9.100.2; then
	fail "served before the name is known"
fi
names <<E
time.test A 10.9.100.2
time.test AAAA fd09:100::2
E
answers()
{
	probe client 10.9.100.2 && probe client fd09:100::2
}
await 30 "an answer at both addresses" answers
said client "listen on time.test port 123: works now" ||
    fail "the log does not say that it works"

# a reload of the same line keeps the sockets, a new name gets its own
cat >>"$T/client.conf" <<E
listen on localhost inet
E
check "reload" ctl client reload
await 15 "an answer on the loopback" probe client 127.0.0.1
check "the first still answers" answers
same "how often the first listened" \
    "$(grep -c "listening on 10.9.100.2" "$T/client.log")" 1

# another name takes the place of both
names <<E
other.test A 10.9.100.2
E
cat >"$T/client.conf" <<E
control "$T/client.sock"
driftfile "$T/client.drift"
listen on other.test port 1123
local stratum 5
E
check "reload" ctl client reload
await 20 "an answer at the new port" probe client -p 1123 10.9.100.2
if probe client -t 300 10.9.100.2; then
	fail "served at a name that is gone"
fi
