# A pool with NTS whose servers are named by SRV records: who is asked for
# keys, at which port and by which name, and what becomes of answers that
# are wrong, huge or missing.

. "$(dirname "$0")/../lib.sh"
. "$TOP/regress/nts.sh"

host server 100
host client 101
pki
for a in 11 12 13 14 15 16; do
	ip -n server addr add "10.9.100.$a/24" dev eth0
done
leaf a a.pool.test
leaf b b.pool.test
leaf c c.other.test
leaf d pool.test
leaf e e.pool.test

# serve NAME ADDRESS PORT: keys at that port
serve()
{
	conf "$1" <<E
listen on $2
nts listen on $2 port $3
local stratum 5
nts certificate "$T/$1.crt" key "$T/$1.key"
nts keys "$T/$1.ntskeys"
E
	start "$1" server
	ready "$1"
}
serve a 10.9.100.11 4460
serve b 10.9.100.12 4470
serve c 10.9.100.13 4480
serve d 10.9.100.14 4460
serve e 10.9.100.15 4460

hosts="a.pool.test A 10.9.100.11
b.pool.test A 10.9.100.12
c.other.test A 10.9.100.13
e.pool.test A 10.9.100.15
pool.test A 10.9.100.14"

# zone: stdin are the pool's records
zone()
{
	{
		echo "$hosts"
		sed 's/^/_ntske._tcp.pool.test /'
	} | names
}

# pool OPTION ...: a client anew
pool()
{
	conf client <<E
nts-ca "$T/ca.pem"
require nts
pool pool.test nts poll 2 3 aggressive $*
E
	: >"$T/client.log"
	start client
	ready client
}

# jar ADDRESS FILTER
jar()
{
	is client nts ".servers[] | select(.address == \"10.9.100.$1\") | $2"
}

members()
{
	value client nts '[.servers[].address] | sort | join(" ")'
}

# With what DNSSEC has secured each is known by its own name; one that is
# dead, one that has another certificate and one without an address make
# room for the next priority.
echo "options trust-ad" >>"$T/resolv.conf"
zone <<E
secure
SRV 10 50 4470 b.pool.test
SRV 10 0 4480 c.other.test
SRV 5 1 4499 a.pool.test
SRV 5 1 4460 nobody.pool.test
SRV 20 1 4460 e.pool.test
E
pool members 3
for a in 12:4470:b.pool 13:4480:c.other 15:4460:e.pool; do
	port=${a#*:}
	await 40 "$a" jar "${a%%:*}" ".state == \"keys\" and
	    .ke_port == ${port%:*} and .target == \"${a##*:}.test\""
done
same "who is asked" "$(members)" "10.9.100.12 10.9.100.13 10.9.100.15"
check "the one that is dead was tried" said client \
    "10.9.100.11 of pool.test replaced by 10.9.100.15: no keys from it"
synced client
await 10 "their time" peer_is client 10.9.100.13 \
    '.accepted > 0 and .name == "pool.test" and .target == "c.other.test"'
ctl client -n -s peers >"$T/peers"
check "text, too" grep -q "10.9.100.13 from pool pool.test, c.other.test" \
    "$T/peers"
before=$(peer client 10.9.100.12 .accepted)
check "reload" ctl client reload
check "a reload keeps them" jar 12 '.established == 1 and .ke_port == 4470'
await 15 "replies go on" peer_is client 10.9.100.12 ".accepted > $before"
stop client

# What nobody has secured may be anybody's: a name outside of the pool's
# proves nothing, its own one does.
grep -v trust-ad "$T/resolv.conf" >"$T/resolv.new"
cat "$T/resolv.new" >"$T/resolv.conf"
zone <<E
secure
SRV 1 1 4480 c.other.test
SRV 1 1 4470 b.pool.test
SRV 1 1 4460 pool.test
E
pool members 3
await 40 "one within it" jar 12 '.state == "keys"'
await 40 "itself" jar 14 '.state == "keys" and .target == "pool.test"'
await 40 "the stranger" jar 13 \
    '.state == "none" and (.reason | test("hostname mismatch"))'
check "that is said" said client "DNSSEC does not secure.*1 of its servers"
stop client

# Without records, and whatever else is answered, its addresses are asked.
none()
{
	pool members 1
	await "$1" "$2" jar 14 '.state == "keys" and (.target // "") == "" and
	    .ke_port == 4460'
	stop client
}
zone </dev/null
none 20 "the plain name"
# the dot that ends a name for the resolver is in no certificate
conf client <<E
nts-ca "$T/ca.pem"
server E.pool.test. nts
E
start client
await 20 "a name with its last dot" jar 15 '.state == "keys"'
stop client
echo broken | zone
none 20 "a broken answer"
echo servfail | zone
none 20 "a resolver that fails"
echo silent | zone
none 30 "a resolver that is silent"

# One that says there are no servers is believed, until it says otherwise.
echo "SRV 0 0 0 ." | zone
pool
await 20 "no service" said client "pool.test: has no NTS servers"
check "it is shown" is client sources \
    '.sources[0].reason | test("no NTS servers")'

# A thousand records, the one of use among them, over TCP
{
	i=0
	while [ $i -lt 999 ]; do
		echo "SRV 9 1 4460 x$i.pool.test"
		i=$((i + 1))
	done
	echo "SRV 1 0 4470 b.pool.test"
} | zone
await 90 "the best of them" jar 12 '.state == "keys"'
