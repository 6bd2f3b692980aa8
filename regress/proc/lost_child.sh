# When a child is lost the daemon says which, ends with an error, and leaves
# nothing: init's business is to start it again.

. "$(dirname "$0")/../lib.sh"

host client 100
fake one 10.9.0.11
for role in engine dns; do
	conf client <<E
listen on 10.9.100.2
server 10.9.0.11
E
	start client
	ready client
	p=$(child client "$role")
	[ -n "$p" ] || fail "there is no $role process"
	[ -S "$T/client.sock" ] || fail "there is no control socket"
	kill -KILL "$p"
	ended client 10
	[ "$status" -ne 0 ] || fail "lost $role: exit status 0"
	grep -q "$role" "$T/client.log" || fail "the log does not name $role"
	tail -n 5 "$T/client.log" | grep -q "$role.*signal 9\|$role.*[Kk]illed" ||
	    fail "the log does not say how $role ended"
	await 5 "nothing to be left" vanished ntpd
	[ ! -e "$T/client.sock" ] || fail "lost $role: the socket is left"
	rm -f "$T/client.log"
done
