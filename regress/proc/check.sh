# ntpd -n and -nv: anybody may ask, errors end with 1, and with a resolver
# at hand it warns of names that are one host.

. "$(dirname "$0")/../lib.sh"

host client 100
chmod 755 "$T"
names <<E
a.test A 10.9.0.11 10.9.0.12
b.test A 10.9.0.12
c.test A 10.9.0.13
d.test A 10.9.0.14
E
nobody()
{
	on client setpriv --reuid="$(id -u nobody)" \
	    --regid="$(id -g nobody)" --clear-groups "$NTPD" "$@"
}
conf client <<E
server c.test
server d.test
server a.test
server b.test
E
nobody -n -f "$T/client.conf" >"$T/out" 2>"$T/err" || {
	cat "$T/err"
	fail "-n refuses a good file"
}
grep -q "configuration OK" "$T/out" "$T/err" || fail "-n does not say OK"
grep "b\.test" "$T/err" | grep -q "a\.test" || {
	cat "$T/err"
	fail "-n does not tell that a.test and b.test are one host"
}
nobody -nv -f "$T/client.conf" >"$T/canon" 2>/dev/null || fail "-nv"
nobody -nv -f "$T/canon" >"$T/canon2" 2>/dev/null || fail "-nv of its own"
check "-nv parses to itself" diff "$T/canon" "$T/canon2"

echo "weight 3" >>"$T/client.conf"
if nobody -n -f "$T/client.conf" >"$T/out" 2>"$T/err"; then
	fail "-n accepts nonsense"
fi
grep -q "client.conf:7:1: " "$T/err" || fail "no place in the error"

# without the right to run it says so, and usage is no crash
if nobody -d -x -f "$T/canon" >"$T/out" 2>&1; then
	fail "it runs without root"
fi
grep -qi "root" "$T/out" || fail "it does not say that it needs root"
if "$NTPD" -Z >"$T/out" 2>&1; then
	fail "-Z is accepted"
fi
grep -q "^usage: ntpd" "$T/out" || fail "no usage"

# OpenNTPD's old flags are taken, with a note
conf old <<E
listen on 127.0.0.1
local stratum 9
E
start old client -s -S
ready old
said old "-s has no effect" || fail "no note about -s and -S"
