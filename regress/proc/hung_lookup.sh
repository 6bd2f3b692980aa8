# A resolver that never answers: lookups hang, and yet the daemon ends at
# once, in order or not, and leaves nothing behind.

. "$(dirname "$0")/../lib.sh"

host client 100
names <<E
time.test silent
E
echo "options timeout:30 attempts:5" >"$T/resolv.new"
grep -v "^options" "$T/resolv.conf" >>"$T/resolv.new"
cat "$T/resolv.new" >"$T/resolv.conf"
conf client <<E
server time.test
E

good=no
asked()
{
	[ "$(grep -c "^A.* time.test" "$T/dns.log")" -gt "$before" ]
}
# killed NAME: its parent has waited for a child to end, two seconds
killed()
{
	said "$1" "does not end, killing it"
}
# SIGTERM: the best of five, a busy machine may need all of that
for how in TERM TERM TERM TERM TERM KILL; do
	before=$(grep -c "^A.* time.test" "$T/dns.log")
	: >"$T/client.log"
	start client client -vv
	ready client
	await 10 "the lookup" asked
	kill -"$how" "$(pid client)"
	ended client 5
	await 5 "nothing to be left after SIG$how" vanished ntpd
	[ "$how" = KILL ] || killed client || good=yes
done
[ "$good" = yes ] || fail "it does not end in the middle of a lookup"
