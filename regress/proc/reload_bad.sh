# A reload that cannot be: the old configuration stays, the operator gets
# the error, in the log and from ntpctl, and nothing stops.

. "$(dirname "$0")/../lib.sh"

host client 100
fake one 10.9.0.11
conf client <<E
listen on 10.9.100.2
server 10.9.0.11
E
start client
synced client
reach=$(peer client 10.9.0.11 .reach)

conf client <<E
listen on 10.9.100.2
server 10.9.0.11
sever 10.9.0.12
server 10.9.0.13 weight 50
E
if ctl client reload >"$T/reload.out" 2>&1; then
	fail "ntpctl reload ended 0"
fi
for text in 'client.conf:5:1: unknown keyword "sever"' \
    'did you mean "server"' 'client.conf:6:' 'weight'; do
	grep -qF -- "$text" "$T/reload.out" || {
		cat "$T/reload.out"
		fail "ntpctl does not say: $text"
	}
done
said client 'client.conf:5:1: unknown keyword "sever"' ||
    fail "the log does not have the error"
same "sources" "$(value client sources '[.sources[].address] | join(" ")')" \
    10.9.0.11
check "reach is kept" peer_is client 10.9.0.11 ".reach >= $reach"
check "it is still synced" is client status .synced
check "it answers" probe client -s 10.9.100.2

kill -HUP "$(pid client)"
twice()
{
	[ "$(grep -c 'client.conf:5:1: unknown keyword "sever"' \
	    "$T/client.log")" -ge 2 ]
}
await 5 "the log to have it again" twice
check "it answers" probe client -s 10.9.100.2

rm "$T/client.conf"
if ctl client reload >"$T/reload.out" 2>&1; then
	fail "a missing file was loaded"
fi
grep -q "client.conf" "$T/reload.out" || fail "it does not name the file"
check "it answers" probe client -s 10.9.100.2

# what root can read at start, but not once it is a user like others
echo "server 10.9.0.11" | conf client
chmod 600 "$T/client.conf"
chown nobody "$T/client.conf"
check "the file is good" "$NTPD" -n -f "$T/client.conf"
if ctl client reload >"$T/reload.out" 2>&1; then
	fail "root is not a user like others"
fi
grep -q "Permission denied: it, or a dir.* is not root's" "$T/reload.out" ||
    fail "it does not say why: $(cat "$T/reload.out")"

# what cannot be listened on is said, and keeps nothing else from the rest
conf client <<E
listen on 10.9.100.2
listen on 127.0.0.1
listen on interface nosuch0
server 10.9.0.11
E
spawn other client "$TOOLS/fakentp.t" 127.0.0.1
await 5 "the other" said other "ready"
for how in "" ", again"; do
	check "reload$how" ctl client reload
	for text in "listen on 127.0.0.1.*: address already in use" \
	    "listen on interface nosuch0.*: not there yet"; do
		grep -q "$text" "$T/check.out" || {
			cat "$T/check.out"
			fail "ntpctl does not say$how: $text"
		}
	done
done
stop other
await 20 "the address to be free" said client "listening on 127.0.0.1:123"
