# Somebody between our NTS client and its server forges, replays, drops and
# delays: what he changes is not believed, and what he delays moves the clock
# by no more than its error bound says.

. "$(dirname "$0")/../onpath.sh"

unbelieved forge replay
for how in drop delay; do
	good=$(peer client 10.9.0.11 .accepted)
	tell onpath $how
	await 40 "$how: replies" peer_is client 10.9.0.11 \
	    ".accepted > $good + 1"
	bound $how
done
same "no other keys were needed" "$(value client nts \
    '.servers[0].established < 4')" true
