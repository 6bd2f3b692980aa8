# Who is served: by prefix, in both families, for all listeners and for one;
# and new lists come with a reload that costs nobody an answer.

. "$(dirname "$0")/../lib.sh"

host server 1
host client 100
host other 101
answered() { check "$*: is answered" probe "$@"; }
refused()
{
	! probe "$1" -t 300 "$2" >/dev/null || fail "$*: is answered"
}
drops()
{
	value server server ".drops[] | select(.reason == \"$1\") | .packets"
}

conf server <<E
listen on *
listen on 10.9.1.2 port 1123
local stratum 3
deny from any
allow from 10.9.0.0/16
deny from 10.9.101.0/24
allow from 10.9.101.2 to 10.9.1.2
allow from fd09:100::/64
ignore from fd09:100::9
limit off
E
ip -n client -6 addr add fd09:100::9/64 dev eth0 nodad
start server
ready server
answered client 10.9.1.2
refused other 10.9.1.2
answered other -p 1123 10.9.1.2
answered client -b fd09:100::2 fd09:1::2
refused other fd09:1::2
! probe client -t 300 -b fd09:100::9 fd09:1::2 || fail "ignored is answered"
dropped()
{
	[ "$(drops denied) $(drops ignored)" = "2 1" ]
}
await 10 "two denied and one ignored to be counted" dropped

# a list as long as they come
awk 'BEGIN {
	for (i = 0; i < 100000; i++)
		printf "deny from %d.%d.%d.%d/%d\n", 11 + i % 80,
		    int(i / 80) % 256, int(i / 20480) * 16 + 3, i % 7 * 32, 27
}' >"$T/deny"
spawn always client "$TOOLS/ntpprobe.t" -c 10.9.1.2
await 5 "the asking" said always asking
for rule in "deny from 10.9.101.2 kod" "allow from 10.9.101.2" \
    "deny from 10.9.101.2"; do
	conf server <<E
listen on *
listen on 10.9.1.2 port 1123
local stratum 3
$rule
include "$T/deny"
limit off
E
	check "reload" ctl server reload
	case $rule in
	*kod)	probe other -n 2 10.9.1.2 >"$T/kissed"
		same "$rule" "$(cat "$T/kissed")" \
		    "asked=2 answered=0 kissed=2 code=DENY" ;;
	allow*)	answered other 10.9.1.2 ;;
	*)	refused other 10.9.1.2 ;;
	esac
	answered client -b fd09:100::2 fd09:1::2
done
stop always
grep -q "missed=0$" "$T/always.log" || fail "missed: $(tail -1 "$T/always.log")"
same "kisses" "$(value server server .server.kisses)" 2

# an error leaves the old rules
echo "deny from 10.9.100.2/8" >>"$T/server.conf"
! ctl server reload >/dev/null 2>&1 || fail "a bad rule is taken"
answered client 10.9.1.2
refused other 10.9.1.2
