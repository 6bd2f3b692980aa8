# Without -d: the command returns when the daemon answers, not before, and
# with an error when it cannot start.  A second one is refused.

. "$(dirname "$0")/../lib.sh"

host client 100
fake one 10.9.0.11
conf client <<E
listen on 10.9.100.2
server 10.9.0.11
E
check "it starts" on client env NTPD_SANDBOX=off "$NTPD" -x -f "$T/client.conf" -p "$T/pidfile"
check "it answers at once" probe client 10.9.100.2
check "so does its socket" ctl client -s status
p=$(cat "$T/pidfile")
running "$p" || fail "the pid file names no process"
same "its session" "$(cut -d' ' -f6 "/proc/$p/stat")" "$p"
for fd in 0 1 2; do
	same "descriptor $fd" "$(readlink "/proc/$p/fd/$fd")" /dev/null
done
# NTPD_SANDBOX is for -d only
grep -q "^Seccomp:[[:space:]]*2" "/proc/$p/status" ||
    fail "NTPD_SANDBOX=off counts without -d"
same "its directory" "$(readlink "/proc/$p/cwd")" /

if on client "$NTPD" -x -f "$T/client.conf" >"$T/second.log" 2>&1; then
	fail "a second instance was not refused"
fi
grep -q "already running" "$T/second.log" ||
    fail "the second instance does not say why"
check "the first lives" ctl client -s status

# neither does one that hangs, with all who ask it waiting, keep us waiting
echo "$p" >"$T/client.pid"
engine=$(child client engine)
kill -STOP "$engine"
n=0
while [ $n -lt 10 ]; do
	n=$((n + 1))
	ctl client -s status >/dev/null 2>&1 &
done
queue_full()
{
	ss -xlH src "$T/client.sock" | awk '{ exit !($3 > $4) }'
}
await 10 "its queue to be full" queue_full
if on client timeout 20 "$NTPD" -x -f "$T/client.conf" >"$T/third.log" 2>&1
then
	fail "a third instance was not refused"
fi
grep -q "already running" "$T/third.log" ||
    fail "the third instance waits for the first"
kill -CONT "$engine"
kill -TERM "$p"
await 10 "its end" gone "$p"

# of several that start in the same moment, one is the daemon, and no other
# has taken its socket away
for n in 1 2 3 4 5 6; do
	spawn race$n client "$NTPD" -x -d -f "$T/client.conf"
done
one_left()
{
	left=
	for n in 1 2 3 4 5 6; do
		! running "$(pid race$n)" || left="$left race$n"
	done
	[ "$(echo "$left" | wc -w)" -eq 1 ]
}
await 20 "one of six to be left" one_left
await 10 "it to answer" ctl client -s status
same "who was refused, with a reason" \
    "$(grep -l "already running" "$T"/race*.log | wc -l)" 5
# shellcheck disable=SC2086
stop $left

# errors come before the foreground returns
echo "sever 10.9.0.11" >"$T/bad.conf"
if on client "$NTPD" -x -f "$T/bad.conf" >"$T/bad.log" 2>&1; then
	fail "a bad configuration was accepted"
fi
grep -q "bad.conf:1:1: .*sever" "$T/bad.log" || fail "the error is not shown"
if on client "$NTPD" -x -f "$T/nowhere.conf" >"$T/bad.log" 2>&1; then
	fail "a missing configuration was accepted"
fi
same "processes left" "$(alive ntpd)" ""
