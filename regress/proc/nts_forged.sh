# Somebody between our NTS client and its server changes a bit, cuts, pads,
# is faster than the server, says that it be left alone, or says that new keys are needed: see
# nts_onpath.sh.  Nothing of his is believed, and what is the server's is.

. "$(dirname "$0")/../onpath.sh"

unbelieved flip cut

# what nobody vouches for is not there, the rest is as good as before
before=$(rejected)
good=$(peer client 10.9.0.11 .accepted)
tell onpath pad
await 30 "pad: replies" peer_is client 10.9.0.11 ".accepted > $good + 2"
same "pad: nothing was rejected" "$(rejected)" "$before"
bound pad

# the server's own reply counts, even when it is not the first
before=$(rejected)
good=$(peer client 10.9.0.11 .accepted)
tell onpath race
await 30 "race: replies" peer_is client 10.9.0.11 ".accepted > $good + 1"
await 10 "race: it is noticed" is client nts \
    ".servers[0].rejected >= $before + 4"
bound race

# and so it does behind kisses, of which nothing comes
asked=$(value client nts .servers[0].established)
before=$(rejected)
good=$(peer client 10.9.0.11 .accepted)
poll=$(peer client 10.9.0.11 .poll)
tell onpath kiss
await 30 "kiss: replies" peer_is client 10.9.0.11 ".accepted > $good + 2"
check "kiss: it was noticed" is client nts ".servers[0].naks > 1 and
    .servers[0].rejected >= $before + 4"
same "kiss: nobody is obeyed" "$(peer client 10.9.0.11 \
    '"\(.kisses) \(.state) \(.poll)"')" "0 valid $poll"
same "kiss: no keys were asked for" \
    "$(value client nts .servers[0].established)" "$asked"
bound kiss

# kisses make it ask for keys, with patience, and nothing else
asked=$(value client nts .servers[0].established)
tell onpath nak
await 40 "nak: keys" is client nts ".servers[0].established > $asked and
    .servers[0].naks > 1"
check "nak: in doubt, with keys" is client nts \
    '.servers[0].state == "doubt" or .servers[0].state == "keys"'
bound nak
good=$(peer client 10.9.0.11 .accepted)
tell onpath pass
await 30 "time goes on" peer_is client 10.9.0.11 ".accepted > $good"
same "it did not ask again and again" "$(value client nts \
    ".servers[0].established < $asked + 5")" true
