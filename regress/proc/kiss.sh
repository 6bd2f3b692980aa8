# RATE makes us ask less; DENY and RSTR make us stop; a kiss is no time.

. "$(dirname "$0")/../lib.sh"

host client 100
fake good 10.9.0.11
fake rate 10.9.0.12
fake deny 10.9.0.13
fake rstr 10.9.0.14
fake init 10.9.0.15
conf client <<E
server 10.9.0.11 poll 2 3
server 10.9.0.12 poll 2 3
server 10.9.0.13 poll 2 3
server 10.9.0.14 poll 2 3
server 10.9.0.15 poll 2 3
E
start client
synced client
for a in 10.9.0.12 10.9.0.13 10.9.0.14 10.9.0.15; do
	await 20 "$a to be valid" peer_is client $a '.state == "valid"'
done
before=$(peer client 10.9.0.12 .poll)
tell rate kiss=RATE
tell deny kiss=DENY
tell rstr kiss=RSTR
tell init kiss=INIT
await 20 "RATE to lengthen the poll" \
    peer_is client 10.9.0.12 ".kisses >= 1 and .poll > $before"
for s in deny:10.9.0.13:DENY rstr:10.9.0.14:RSTR; do
	name=${s%%:*} addr=${s#*:} code=${s##*:}
	addr=${addr%:*}
	await 20 "$code to be heard" peer_is client "$addr" '.kisses == 1'
	check "$code parks the source" \
	    peer_is client "$addr" '.state == "invalid"'
	check "$code is the reason" \
	    peer_is client "$addr" ".reason | test(\"$code\")"
	eval "asked_$name=\$(grep -c '^query' '$T/$name.log')"
done
await 20 "INIT to be heard" peer_is client 10.9.0.15 '.kisses >= 1'
check "INIT is a server without the time" \
    peer_is client 10.9.0.15 '.state == "invalid"'
tell init kiss=
await 20 "it to have the time again" \
    peer_is client 10.9.0.15 '.state == "valid"'
asked_again()
{
	[ "$(grep -c '^query' "$T/deny.log")" -gt "$asked_deny" ]
}
never 10 "a source that said DENY is asked again" asked_again
same "queries after RSTR" "$(grep -c '^query' "$T/rstr.log")" "$asked_rstr"
await 20 "the good one to go on" peer_is client 10.9.0.11 '.reach % 4 == 3'
check "it is synced" is client status .synced
