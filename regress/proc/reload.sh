# Reload: servers that stay keep their samples and reach, listeners come and
# go, settings change in place, and clients are answered all the time.

. "$(dirname "$0")/../lib.sh"

host client 100
fake one 10.9.0.11
fake two 10.9.0.12
fake three 10.9.0.13
conf client <<E
listen on 10.9.100.2
listen on 127.0.0.1 port 1123
server 10.9.0.11
server 10.9.0.12 weight 2
E
start client
synced client
for a in 10.9.0.11 10.9.0.12; do
	await 20 "$a to have four samples" peer_is client $a '.samples >= 4'
done
samples=$(peer client 10.9.0.11 .samples)
sent=$(peer client 10.9.0.11 .sent)
spawn always client "$TOOLS/ntpprobe.t" -c 10.9.100.2
await 5 "the asking" said always asking

conf client <<E
listen on 10.9.100.2
listen on 127.0.0.1 port 2123
server 10.9.0.11 weight 5 poll 5 7
server 10.9.0.13
E
check "ntpctl reload" ctl client reload
check "one stays" peer_is client 10.9.0.11 \
    ".samples >= $samples and .sent >= $sent and .reach > 0"
check "and is valid" peer_is client 10.9.0.11 '.state == "valid"'
same "its weight" "$(peer client 10.9.0.11 .weight)" 5
same "its poll" "$(peer client 10.9.0.11 '"\(.minpoll) \(.maxpoll)"')" "32 128"
same "two is gone" "$(peer client 10.9.0.12 .address)" ""
await 30 "three to be valid" peer_is client 10.9.0.13 '.state == "valid"'
check "it is still synced" is client status .synced
check "the new listener answers" probe client -p 2123 127.0.0.1
if probe client -t 300 -p 1123 127.0.0.1; then
	fail "the old listener still answers"
fi

# SIGHUP does the same
conf client <<E
listen on 10.9.100.2
server 10.9.0.11
server 10.9.0.13
E
kill -HUP "$(pid client)"
gone_2123()
{
	! probe client -t 200 -p 2123 127.0.0.1
}
await 10 "the listener to go on SIGHUP" gone_2123
same "weight again" "$(peer client 10.9.0.11 .weight)" 1

stop always
grep -q "missed=0$" "$T/always.log" || fail "answers were missed"
