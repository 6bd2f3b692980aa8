# Two NTS servers behind one address, as with anycast, that share their
# cookie keys: our client does not notice which one it asks, nor that the
# keys turn; and when one of them has been left behind, it gets others.

. "$(dirname "$0")/../lib.sh"
. "$TOP/regress/nts.sh"

host one 100
host two 102
host client 101
pki
for h in one two; do
	ip -n $h addr add 10.9.0.11/32 dev lo
done
# to HOST: who is asked at the address
to()
{
	case $1 in
	one)	ip route replace 10.9.0.11 via 10.9.100.2 ;;
	two)	ip route replace 10.9.0.11 via 10.9.102.2 ;;
	esac
	asked=$1
}
names <<E
ntp.test A 10.9.0.11
E

# ring NUMBER ...: keys of these numbers, the last but one in use
ring()
{
	from=$(($(date +%s) - 100000))
	for k; do
		[ "$k" != "$next" ] || from=$(($(date +%s) + 80000))
		echo "0000000$k $from $(echo "$k" | openssl sha256 -r |
		    cut -d' ' -f1)"
		from=$((from + 1000))
	done
}
# put HOST NUMBER ...: its file becomes that
put()
{
	who=$1
	shift
	for next; do :; done
	ring "$@" >"$T/$who.new"
	chmod 600 "$T/$who.new"
	mv "$T/$who.new" "$T/$who.ntskeys"
}
for h in one two; do
	put $h 1 2
	conf $h <<E
listen on * limit off
local stratum 5
nts listen on *
nts certificate "$T/ntp.crt" key "$T/ntp.key"
nts keys "$T/$h.ntskeys"
nts rotate 0
E
	start $h $h -v
	ready $h
	await 10 "the keys of $h" said $h "nts: 2 cookie keys"
done
to one
conf client <<E
nts-ca "$T/ca.pem"
require nts
server ntp.test nts poll 2 2 aggressive
E
start client
synced client

jar()
{
	is client nts ".servers[0] | $1"
}
accepted()
{
	peer client 10.9.0.11 .accepted
}
sealed()
{
	value "$asked" server .server.nts
}
# served WHAT: one more reply, of whom is asked now
served()
{
	a=$(accepted) s=$(sealed)
	await 30 "$1: of $asked" is "$asked" server ".server.nts > $s"
	await 10 "$1: it is believed" peer_is client 10.9.0.11 \
	    ".accepted > $a"
}
served "the first"
to two
served "the other"
same "cookies of one, opened by the other" \
    "$(value client nts '.servers[0] | "\(.established) \(.naks)"')" "1 0"

# the keys turn in one place, and not yet in the other
put one 1 2 3
await 20 "one to see it" said one "nts: 3 cookie keys"
to one
served "by another key"
to two
served "by one that knew the key was to come"
same "no keys were asked for" \
    "$(value client nts '.servers[0] | "\(.established) \(.naks)"')" "1 0"

# one was left behind, for longer than keys are kept
put two 6 7
lost()
{
	[ "$(grep -c "nts: 2 cookie keys" "$T/two.log")" = 2 ]
}
await 20 "two to see it" lost
await 60 "other keys" jar '.naks > 0 and .established > 1 and .state == "keys"'
served "with them"
same "nothing was forged" "$(value client nts .servers[0].rejected)" 0
for h in one two; do
	same "plain replies of $h" "$(value $h server \
	    '.server | .replies - .nts - .nts_nak')" 0
done
