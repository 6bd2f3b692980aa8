# A clock that is wrong by ten years, or a world that is right ten years
# later: certificates are judged by the date they come with, the majority of
# the servers, which tells our time, is outside, and the one right server is
# followed.

. "$(dirname "$0")/../lib.sh"

host client 100
address 10.1.0.1 10.1.0.2
spawn web net "$TOOLS/fakehttps.t" -t 315360000 "$T/ca.pem" 10.1.0.1=chain \
    10.1.0.2=midexpired
await 20 "the web" said web ready
fake right 10.0.0.1 offset=315360000
fake wrong 10.0.0.2
fake liar 10.0.0.3
conf client <<E2
cafile "$T/ca.pem"
listen on 10.9.100.2
server 10.0.0.1
server 10.0.0.2
server 10.0.0.3
constraint from "chain.test" 10.1.0.1
constraint from "midexpired.test" 10.1.0.2
E2
start client
ready client
await 40 "the right one" peer_is client 10.0.0.1 '.tally == "*"'
for a in 10.0.0.2 10.0.0.3; do
	await 20 "$a outside" peer_is client "$a" '.reason |
	    test("falseticker: outside the constraints, -3153.* s from their")'
done
said client "10.0.0.2 now invalid: .*constraints, -3153.* s from their median" ||
    fail "the log does not say how far outside"
await 75 "two to be counted" is client status '.constraint_errors == 2'
is client status '(.constraint_offset - 315360000 | fabs) < 5' ||
    fail "offset $(value client status .constraint_offset)"
is client constraints '[.constraints[] | select(.name == "midexpired.test" and
    .state == "invalid")] | length == 1' ||
    fail "an expired intermediate is believed"
synced client
serves client 10.9.100.2 315360000 1
stop client
same "exit status" "$status" 0
