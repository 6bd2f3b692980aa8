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
# the parent would wait two seconds before it kills a child; the best of five,
# a busy machine is slow
for sig in TERM KILL; do
	for try in 1 2 3 4 5; do
		before=$(grep -c "^A.* time.test" "$T/dns.log")
		start client
		ready client
		await 10 "the lookup" asked
		from=$(date +%s%N)
		kill -"$sig" "$(pid client)"
		ended client 5
		await 5 "nothing to be left after SIG$sig" vanished ntpd
		took=$((($(date +%s%N) - from) / 1000000))
		rm "$T/client.log"
		[ "$took" -ge 1500 ] || break
	done
	[ "$took" -lt 1500 ] || fail "SIG$sig took $took ms"
done
