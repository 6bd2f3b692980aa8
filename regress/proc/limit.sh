# Who asks too often gets little, and nobody else notices: by default where
# strangers can reach, silently, but not never.

. "$(dirname "$0")/../lib.sh"

host server 1
host client 100
host abuser 101
ip -n server addr add 198.51.100.1/32 dev eth0
ip route add 198.51.100.1 via 10.9.1.2
ip -n abuser -6 addr add fd09:101::3/64 dev eth0 nodad
# probe's line as $asked, $answered, $kissed, $code; and $more, what a limit of
# 16 a second lets through in the time it took, but for the second in which
# probe waits for the last replies
tally()
{
	began=$(date +%s%N)
	probe "$@" | tr ' ' '\n' >"$T/tally" && . "$T/tally"
	more=$(((($(date +%s%N) - began) / 1000000 - 1000) * 16 / 1000))
}
between()
{
	[ "$2" -ge "$3" ] && [ "$2" -le "$4" ] || fail "$1: $2 of $asked"
}

conf server <<E
listen on 198.51.100.1
listen on 10.9.1.2
listen on fd09:1::2 limit on
local stratum 3
E
start server
ready server
spawn good client "$TOOLS/ntpprobe.t" -n 8 -g 2000 198.51.100.1
tally abuser -n 200 198.51.100.1
between "in a burst, public" "$answered" 16 110
between "one in four of the rest" "$answered" 30 95
same "kisses" "$kissed" 0
tally abuser -n 200 10.9.1.2
same "in a burst, private" "$answered" 200
tally abuser -n 100 -b fd09:101::2 fd09:1::2
between "in a burst, told to" "$answered" 20 70
tally abuser -n 100 -b fd09:101::3 fd09:1::2
between "from the same network" "$answered" 5 50
limited=$(value server server '.drops[] | select(.reason == "rate limit") |
    .packets')
[ "$limited" -gt 150 ] || fail "only $limited are counted as limited"
ended good 30
check "a client that starts" said good "asked=8 answered=8"

# other limits take effect at once; an honest one sees nothing of it
spawn good client "$TOOLS/ntpprobe.t" -n 8 -g 1000 198.51.100.1
conf server <<E
listen on 198.51.100.1
listen on 10.9.1.2 limit on
local stratum 3
limit off interval 0.0625 burst 8 leak 0 kod
E
check "reload" ctl server reload
tally abuser -n 200 198.51.100.1
same "without a limit" "$answered" 200
tally abuser -n 100 -b 10.9.101.2 10.9.1.2
between "without a leak" "$answered" 0 $((12 + more))
# empty for as long as it takes to fill: half a second
tally abuser -n 300 -g 10 10.9.1.2
between "the interval" "$answered" 40 $((22 + more))
same "RATE, once" "$kissed $code" "1 RATE"
ended good 30
same "a client that starts" "$(grep -c "asked=8 answered=8" "$T/good.log")" 2

# workers hold their clients to it just so, and rules come to them, too
conf server <<E
listen on 198.51.100.1 workers 2
local stratum 3
deny from 10.9.101.3
E
ip -n abuser addr add 10.9.101.3/24 dev eth0
stop server
start server
ready server
await 20 "a worker to serve" probe client -s 198.51.100.1
tally abuser -n 200 -b 10.9.101.2 198.51.100.1
between "in a burst, by workers" "$answered" 16 110
tally abuser -n 5 -t 300 -b 10.9.101.3 198.51.100.1
same "denied by workers" "$answered" 0
conf server <<E
listen on 198.51.100.1 workers 2 limit off
local stratum 3
deny from 10.9.101.2
E
check "reload" ctl server reload
allowed()
{
	tally abuser -n 50 -t 300 -b 10.9.101.3 198.51.100.1
	[ "$answered" -eq 50 ]
}
await 10 "workers to hear of it" allowed
tally abuser -n 5 -t 300 -b 10.9.101.2 198.51.100.1
same "denied by workers now" "$answered" 0
