# ntpctl waitsync: waits for the daemon to come, to be synced, and to come
# again, and costs nothing meanwhile.

. "$(dirname "$0")/../lib.sh"

host client 100
conf client <<X
server 10.9.0.11
X

# waits NAME ARGUMENT ...: in the background
waits()
{
	name=$1
	shift
	spawn "$name" net "$NTPCTL" -c "$T/client.sock" waitsync "$@"
}

# nobody there: it says so after that time, and not before
began=$(clock)
if ctl client waitsync 2 >"$T/check.out" 2>&1; then
	fail "success without a daemon"
fi
grep -q "not synced within 2 seconds: ntpd is not running" "$T/check.out" ||
    fail "without a daemon: $(cat "$T/check.out")"
[ $(($(clock) - began)) -ge 1 ] || fail "it did not wait"

# started before the daemon, which has no server yet
waits early
waits late 600
waits short 3
start client
ready client
ended short 30
same "a time that is over" "$status" 1
said short "not synced within 3 seconds" || fail "$(cat "$T/short.log")"
if ctl client waitsync 0 >"$T/check.out" 2>&1; then
	fail "it is not synced yet"
fi

# it does not ask again and again: two connections stay open, and nobody
# uses the processor
running "$(pid early)" || fail "it gave up: $(cat "$T/early.log")"
ticks()
{
	awk '{ print $14 + $15 }' "/proc/$(pid early)/stat"
}
before=$(ticks)
syscalls()
{
	awk '/ctxt_switches/ { n += $2 } END { print n }' \
	    "/proc/$(pid early)/status"
}
await 5 "it to be connected" sh -c \
    "ls -l /proc/$(pid early)/fd | grep -q socket"
# when it has asked, that is
sleeps()
{
	switches=$(syscalls)
	sleep 3
	[ "$(syscalls)" = "$switches" ]
}
await 10 "it to sleep" sleeps
[ $(($(ticks) - before)) -le 1 ] || fail "it works while it waits"

# the daemon is restarted, then there is a server
stop client
start client
ready client
fake one 10.9.0.11
ended early 60
same "synced at last" "$status" 0
ended late 10
same "synced in time" "$status" 0
[ ! -s "$T/early.log" ] || fail "it talks: $(cat "$T/early.log")"
check "and it was" is client status .synced
check "at once when it is" ctl client waitsync 0
check "abbreviated" ctl client wait

# what is wrong for good is said at once
for args in "-1" "x" "1 2" "99999999999"; do
	# shellcheck disable=SC2086
	if ctl client waitsync $args >"$T/check.out" 2>&1; then
		fail "waitsync $args is accepted"
	fi
done
began=$(clock)
chmod 755 "$T"
if setpriv --reuid=65534 --regid=65534 --clear-groups "$NTPCTL" \
    -c "$T/client.sock" waitsync 60 >"$T/check.out" 2>&1; then
	fail "anybody may wait"
fi
grep -q "permission denied" "$T/check.out" || fail "$(cat "$T/check.out")"
[ $(($(clock) - began)) -le 20 ] || fail "it waits for a permission"
