# A budget that is used up stops answers, says so, and outlives a restart; a
# larger one, by a reload, lets them through again.

. "$(dirname "$0")/../lib.sh"

same_day 60
host server 1
host client 100
configure()
{
	conf server <<E
listen on *
local stratum 3
limit off
$1
E
}
configure "budget 20K day"
start server
ready server
probe client -n 100 10.9.1.2 >"$T/line"
same "at first" "$(cat "$T/line")" "asked=100 answered=100 kissed=0 code=none"
probe client -n 80 fd09:1::2 >"$T/line"
await 10 "the budget to be used up" said server "nobody is answered"
if probe client -t 500 10.9.1.2 >/dev/null; then
	fail "it is answered"
fi
# 100 of 76 octets, and of 96 octets those of 80 that came before it looked at
# what was used; both ways, and some that were not answered
used=$(value server status .budget_used)
answered=$(sed 's/.* answered=\([0-9]*\) .*/\1/' "$T/line")
[ "$used" -ge $((15200 + answered * 192)) ] && [ "$used" -ge 20000 ] &&
    [ "$used" -lt 40000 ] || fail "used: $used, and $answered were answered"
shed=$(value server server .server.octets_shed)
[ "$shed" -ge 76 ] || fail "shed: $shed"
stop server
grep -q "^day [0-9]* [0-9]* " "$T/server.budget" || fail "nothing is kept"

# the same day, still nothing
start server
ready server
await 10 "the budget to be used up, still" is server status \
    '.budget_answered == 0'
if probe client -t 500 10.9.1.2 >/dev/null; then
	fail "it is answered after a restart"
fi
again=$(value server status .budget_used)
[ "$again" -ge "$used" ] || fail "used: $again, before $used"

configure "budget 20M day out"
check "reload" ctl server reload
await 10 "another budget" is server status '.budget_answered == 1'
check "it is answered" probe client 10.9.1.2
configure ""
check "reload" ctl server reload
same "no budget" "$(value server status .budget)" null
check "it is answered" probe client 10.9.1.2
