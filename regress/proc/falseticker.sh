# Three that agree and one that is 300 ms off; then the liar's friends come.

. "$(dirname "$0")/../lib.sh"

host client 100
fake one 10.9.0.11
fake two 10.9.0.12
fake three 10.9.0.13
fake liar 10.9.0.14 offset=0.3
conf client <<E
listen on 127.0.0.1
server 10.9.0.11 poll 2 3
server 10.9.0.12 poll 2 3
server 10.9.0.13 poll 2 3
server 10.9.0.14 poll 2 3
E
start client
synced client
await 20 "the liar to be found" peer_is client 10.9.0.14 '.tally == "x"'
check "with a reason" peer_is client 10.9.0.14 '.reason | test("false")'
for a in 10.9.0.11 10.9.0.12 10.9.0.13; do
	check "$a is no liar" peer_is client $a '.tally != "x"'
done
serves client 127.0.0.1 0

# two against two: nobody is right, and that is said, not guessed
tell three offset=0.3
await 90 "no majority" \
    peer_is client 10.9.0.11 '.reason | test("no majority")'
check "status says so" is client status '.clock == "undecided"'
said client "without a majority" || fail "the log does not say so"
serves client 127.0.0.1 0
tell three offset=0
await 90 "a majority again" peer_is client 10.9.0.11 '.state == "valid"'
check "it is synced" is client status .synced
