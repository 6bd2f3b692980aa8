# Our server gives its time to chronyd (once and for good), to ntpsec's
# ntpdig and to OpenNTPD, all at once.

. "$(dirname "$0")/../peers.sh"

host server 1
host client 100
conf server <<E
listen on 10.9.1.2
listen on fd09:1::2
local stratum 3
E
start server
ready server
await 5 "it to serve" probe client -s 10.9.1.2

# OpenNTPD takes longest, so it begins
openntpd openntpd client <<E
server 10.9.1.2
E
chrony chronyd client <<E
server 10.9.1.2 iburst
server fd09:1::2 iburst
E

for a in 10.9.1.2 fd09:1::2; do
	on client "$PEERS/chrony/usr/sbin/chronyd" -Q -t 15 \
	    "server $a iburst" "user root" "pidfile $T/once.pid" \
	    >"$T/once.log" 2>&1 || fail "chronyd -Q from $a"
	grep -q 'System clock wrong by -\?0\.0[0-4]' "$T/once.log" ||
	    fail "chronyd -Q is far off"
	check "ntpdig from $a" on client env \
	    PYTHONPATH="$PEERS/ntpsec/usr/lib/python3/dist-packages" \
	    "$PYTHON" "$PEERS/ntpsec/usr/bin/ntpdig" -j "$a"
	jq -e '.stratum == 3 and (.offset | fabs) < 0.05' \
	    "$T/check.out" >/dev/null || {
		cat "$T/check.out"
		fail "ntpdig does not like our answer"
	}
done

tracking()
{
	"$PEERS/chrony/usr/bin/chronyc" -h "$T/chronyd.run/sock" -c \
	    tracking | grep '^0A090102,10.9.1.2,4,\|,fd09:1::2,4,'
}
await 20 "chronyd to follow us at stratum 4" tracking

await 60 "OpenNTPD to find us valid" \
    said openntpd "peer 10.9.1.2 now valid"
