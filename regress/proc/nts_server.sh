# Our NTS server and those who mean it no good: another ALPN, bad requests,
# ten thousand connections that say nonsense, slow ones and silent ones, and
# handshakes for their own sake.  None of it costs memory, and a client that
# behaves is served all the time, wherever they come from.

. "$(dirname "$0")/../lib.sh"
. "$TOP/regress/nts.sh"

pki
host server 100
host bad 101
host good 102
conf server <<E
listen on 10.9.100.2
listen on fd09:100::2 port 1123
local stratum 5
nts listen on 10.9.100.2
nts listen on *	inet6 port 4461
nts certificate "$T/ntp.crt" key "$T/ntp.key"
nts keys "$T/server.ntskeys"
E
start server server -v
ready server
await 10 "a key" test -s "$T/server.ntskeys"

# ke HOST ARGUMENT ...: see tools/ntsprobe.c
ke()
{
	from=$1
	shift
	on "$from" "$TOOLS/ntsprobe.t" "$@"
}

# says WHAT REGEX ARGUMENT ...: of a probe that fails
says()
{
	what=$1 want=$2
	shift 2
	if ke bad "$@" >"$T/says" 2>&1; then
		fail "$what: it was given cookies"
	fi
	grep -Eq "$want" "$T/says" || fail "$what: $(cat "$T/says")"
}

served()
{
	ke good 10.9.100.2 10.9.100.2 >"$T/good" || fail "$1: $(cat "$T/good")"
	same "$1" "$(cat "$T/good")" \
	    "aead=15 stratum=5 cookies=8 new=1 length=104"
}

served "a good client"
same "over IPv6" "$(ke good -p 4461 fd09:100::2 10.9.100.2)" \
    "aead=15 stratum=5 cookies=8 new=1 length=104"
same "octet by octet" "$(ke good -w 10.9.100.2 10.9.100.2)" \
    "aead=15 stratum=5 cookies=8 new=1 length=104"
says "another ALPN" "failed=handshake.*application protocol" \
    -a http/1.1 10.9.100.2
says "no ALPN" "failed=(request|answer)" -a "" 10.9.100.2
says "an empty request" "error=1" -r e 10.9.100.2
says "an unknown critical record" "error=0" -r c 10.9.100.2
says "another protocol" "failed=no cookies" -r p 10.9.100.2
says "another algorithm" "failed=no cookies" -r a 10.9.100.2
says "a request without end" "failed=(answer|request)" -r l 10.9.100.2

nts=$(child server nts)
[ -n "$nts" ] || fail "there is no nts process"
rss()
{
	sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\).*/\1/p' "/proc/$nts/status"
}

# no_more_than KB: of memory; a sanitizer keeps what was freed
no_more_than()
{
	[ "${NTPD_SANDBOX-}" = off ] || [ "$(rss)" -le "$1" ]
}
fds()
{
	ls "/proc/$nts/fd" | wc -l
}
# CPU of the nts process, in hundredths of a second
cpu()
{
	set -- $(sed 's/.*) //' "/proc/$nts/stat")
	echo $((${12} + ${13}))
}

# warm it up, so that what is compared is not the first use of memory
ke bad -f 500 10.9.100.2 >/dev/null
ke bad -h 100 10.9.100.2 >/dev/null
served "after a hundred handshakes"
before=$(rss) files=$(fds) used=$(cpu)
spawn garbage bad "$TOOLS/ntsprobe.t" -f 10000 10.9.100.2
n=0
while running "$(pid garbage)"; do
	served "while there is garbage"
	sleep 0.2
	n=$((n + 1))
done
wait "$(pid garbage)"
grep -q "connections=10000 refused=0" "$T/garbage.log" ||
    fail "garbage: $(cat "$T/garbage.log")"
echo "garbage: 10000 connections, $n good clients meanwhile, nts used" \
    "$(($(cpu) - used))0 ms, RSS $before -> $(rss) kB"
[ "$n" -ge 1 ] || served "after the garbage"
no_more_than $((before + 2048)) ||
    fail "garbage: memory grew from $before to $(rss) kB"

# more slow ones than there is room for, from one client and another
spawn loris bad "$TOOLS/ntsprobe.t" -s 400 10.9.100.2
await 10 "the slow ones" said loris ready
for i in 1 2 3 4 5; do
	served "beside slow ones, $i"
done
[ "$(fds)" -le $((files + 16 + 8)) ] ||
    fail "one client has $(($(fds) - files)) connections"
stop loris
all_closed()
{
	[ "$(fds)" -le "$files" ]
}
# on a busy machine some come to us only when TCP says it all again
await 60 "the slow ones to be closed" all_closed

# handshakes alone are not free: beyond its share (256, and 32 a second) a
# client is refused, and another one is not.  Those who make them come first,
# or on a busy machine there would be no more than 32 a second
renice -n -15 -p "$nts" >/dev/null 2>&1
began=$(clock)
on bad nice -n -15 "$TOOLS/ntsprobe.t" -h 1000 10.9.100.2 >"$T/shakes"
share=$((256 + 32 * ($(clock) - began + 2)))
renice -n 0 -p "$nts" >/dev/null 2>&1
echo "handshakes: $(cat "$T/shakes"), its share $share"
done=$(sed -n 's/.*handshakes=//p' "$T/shakes")
[ "$done" -le "$share" ] || fail "a client had $done handshakes"
if [ "$share" -lt 1000 ]; then
	said server "too many handshakes, refused" || fail "nothing says so"
	refused='.refused > 0'
else
	echo "this machine is too slow to tell who has too many"
	refused=true
fi
served "beside one that has too many handshakes"
no_more_than $((before + 4096)) ||
    fail "all of it: memory grew from $before to $(rss) kB"
same "the same process" "$(child server nts)" "$nts"
# what strangers provoke is not what fills the log
[ "$(wc -l <"$T/server.log")" -le 60 ] ||
    fail "the log has $(wc -l <"$T/server.log") lines"

# slow ones from one network, each from another address: they push out each
# other and not one from elsewhere that is as slow, if all this happens in
# its five seconds
on bad ip route add local 10.66.0.0/16 dev lo
ip route add 10.66.0.0/16 via 10.9.101.2
held()
{
	on good ss -Htn state established dst 10.9.100.2 >"$T/held"
	[ -s "$T/held" ]
}
full()
{
	is server nts ".ke[0].accepted >= $accepted + 400"
}
survives()
{
	accepted=$(ctl server -s nts -j | jq '.ke[0].accepted')
	spawn witness good "$TOOLS/ntsprobe.t" -s 1 10.9.100.2
	await 10 "the slow one" held
	port=$(awk '{ print $3 }' "$T/held")
	spawn siege bad "$TOOLS/ntsprobe.t" -s 400 -i 10.66.0.1 10.9.100.2
	await 20 "all of them" full
	held && grep -q "$port " "$T/held"	# it would come again
	survived=$?
	served "beside a network of slow ones"
	stop siege
	stop witness
	await 15 "all of them to be closed" all_closed
	return $survived
}
survives || survives || survives || fail "one network pushed out another"

# every connection is counted once, and ntpctl says it
counted()
{
	is server nts ".ke[0] | $refused and "'.accepted > 11000 and
	    .done > 10 and .bad >= 4 and .failed + .late + .cut > 9000 and
	    .accepted == .done + .refused + .failed + .bad + .late + .cut +
	    .open and .keys == 2 and .expires > 86400'
}
await 10 "the counts" counted
check "their text" ctl server -s nts
grep -q "^got cookies  *[1-9]" "$T/check.out" || fail "$(cat "$T/check.out")"
stop server
same "exit status" "$status" 0
