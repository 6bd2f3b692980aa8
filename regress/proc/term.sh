# SIGTERM and SIGINT end the daemon in order.

. "$(dirname "$0")/../lib.sh"

host client 100
fake one 10.9.0.11
for sig in TERM INT; do
	conf client <<E
listen on 10.9.100.2
server 10.9.0.11
E
	start client client -p "$T/client.pidfile"
	ready client
	await 5 "the pid file" test -s "$T/client.pidfile"
	same "the pid" "$(cat "$T/client.pidfile")" "$(pid client)"
	kill -"$sig" "$(pid client)"
	ended client 10
	same "exit status after SIG$sig" "$status" 0
	same "processes left" "$(alive ntpd)" ""
	[ ! -e "$T/client.sock" ] || fail "the socket is left"
	[ ! -e "$T/client.pidfile" ] || fail "the pid file is left"
	grep -qi terminating "$T/client.log" || fail "it does not say that it ends"
done
