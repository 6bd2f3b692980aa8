# A server that becomes unsynchronised, one that falls silent, one that
# answers nonsense: the others go on, and each is named with its reason.

. "$(dirname "$0")/../lib.sh"

host client 100
n=0
for s in good1 good2 good3 leap silent twice stray early zero short mode; do
	n=$((n + 1))
	fake $s 10.9.0.$((10 + n))
done
conf client <<E
$(for n in 1 2 3 4 5 6 7 8 9 10 11; do
	echo "server 10.9.0.$((10 + n)) poll 2 2"
done)
E
start client
synced client
await 30 "all eleven to be valid" valid client 11

tell leap leap=3
tell silent copies=0
tell twice copies=2
tell stray stray=3
tell early order=1
tell zero zero=1
tell short length=47
tell mode mode=3
for a in 14 15 18 19 20 21; do
	await 60 "10.9.0.$a to lose reach" peer_is client "10.9.0.$a" \
	    '.reach % 8 == 0 or .state == "invalid"'
done
# duplicates and strangers cost nothing and are counted
check "duplicates are counted" \
    peer_is client 10.9.0.16 '.unsolicited >= 1 or .bogus >= 1'
check "bogus replies are counted" peer_is client 10.9.0.17 '.bogus >= 3'
for a in 11 12 13 16 17; do
	await 20 "10.9.0.$a to be well" peer_is client "10.9.0.$a" \
	    '.state == "valid" and .reach % 4 == 3'
done
check "it is synced" is client status .synced
updates=$(value client status .updates)
await 20 "updates to go on" is client status ".updates > $updates + 2"
