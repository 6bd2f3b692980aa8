# A daemon starts, agrees with three servers and says so everywhere; what
# its queries show to a server; what it tells its own clients.

. "$(dirname "$0")/../lib.sh"

host client 100
fake one 10.9.0.11 rootdelay=0.01
fake two 10.9.0.12
fake six fd09:0:1::13
conf client <<E
listen on 10.9.100.2
server 10.9.0.11
server 10.9.0.12
server fd09:0:1::13
E
start client
ready client
same "leap and stratum before it is synced" \
    "$(probe client 10.9.100.2 | tr ' ' '\n' | grep -E '^(leap|stratum)=' |
    xargs)" "leap=3 stratum=0"
synced client
check "the log says it once" \
    test "$(grep -c 'clock is now synced' "$T/client.log")" -eq 1
same "stratum" "$(value client status .stratum)" 2
for a in 10.9.0.11 10.9.0.12 fd09:0:1::13; do
	await 20 "$a to be valid" peer_is client $a '.state == "valid"'
	await 20 "four samples of $a" peer_is client $a '.samples >= 4'
	check "the offset to $a is small" \
	    peer_is client $a '.offset | fabs < 0.05'
	check "$a is timed by the kernel both ways" \
	    peer_is client $a '.txstamp == "kernel" and .rxstamp == "kernel"'
done

# queries: minimal, another port each time, 2 s apart, at most 8 at start
for s in one two six; do
	log=$T/$s.log
	n=$(grep -c '^query' "$log")
	[ "$n" -ge 4 ] && [ "$n" -le 8 ] || fail "$s was asked $n times"
	same "queries of $s that are not minimal" \
	    "$(grep '^query' "$log" | grep -vc 'mode 3 minimal$')" 0
	same "ports used to ask $s" "$(sed -n \
	    's/^query .*:\([0-9]*\) len.*/\1/p' "$log" | sort -u | wc -l)" "$n"
done

# and our own answer: synced, one stratum further, honest root values
serves client 10.9.100.2 0
same "leap" "$leap" 0
same "stratum" "$stratum" 2
awk -v d="$rootdisp" 'BEGIN { exit !(d > 0 && d < 1) }' ||
    fail "root dispersion $rootdisp"
[ "$(value client status .replies)" -ge 2 ] || fail "replies are not counted"
