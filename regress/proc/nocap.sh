# Without CAP_SYS_TIME, and without -x: it says so, once, and goes on
# measuring and serving corrected time.

. "$(dirname "$0")/../lib.sh"

host client 100
fake one 10.9.0.11 offset=0.25
conf client <<E
listen on 127.0.0.1
server 10.9.0.11
E
spawn client client "$NTPD" -d -f "$T/client.conf"
ready client
grep -qi "clock" "$T/client.log" || fail "the log does not say so"
synced client
check "status says so" is client status '.noclock'
serves client 127.0.0.1 0.25
check "it shows the offset" \
    is client status '.clock_offset > 0.2 and .clock_offset < 0.3'
