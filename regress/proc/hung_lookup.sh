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

asked()
{
	[ "$(grep -c "^A.* time.test" "$T/dns.log")" -gt "$before" ]
}
nothing()
{
	[ -z "$(alive ntpd)" ]
}
for sig in TERM KILL; do
	before=$(grep -c "^A.* time.test" "$T/dns.log")
	start client
	ready client
	await 10 "the lookup" asked
	from=$(clock)
	kill -"$sig" "$(pid client)"
	ended client 5
	await 1 "nothing to be left after SIG$sig" nothing
	[ $(($(clock) - from)) -le 1 ] || fail "SIG$sig took too long"
done
