# Under a service manager: READY=1 when the sockets are bound, not before.

. "$(dirname "$0")/../lib.sh"

host client 100
fake one 10.9.0.11
conf client <<E
listen on 10.9.100.2
server 10.9.0.11
E
spawn manager net "$TOOLS/notifywait.t" "$T/notify"
await 5 "the manager" said manager "ready"
spawn client client env NOTIFY_SOCKET="$T/notify" "$NTPD" -d -x \
    -f "$T/client.conf"
await 10 "READY=1" said manager "^READY=1$"
check "it answers" probe client 10.9.100.2
check "so does its socket" ctl client -s status
