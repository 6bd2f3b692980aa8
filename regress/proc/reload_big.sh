# A configuration of thousands of lines is no reason to take an engine that
# has not read it yet for one that listens no more.

. "$(dirname "$0")/../lib.sh"

host client 100
n=0
while [ $n -lt 2000 ]; do
	n=$((n + 1))
	echo "server 10.8.$((n / 250)).$((n % 250 + 1))"
done | conf client
start client client -vv
ready client

sends()
{
	[ "$(grep -c 'send CONF_END to engine' "$T/client.log")" -ge "$1" ]
}
reloaded()
{
	[ "$(grep -c "$T/client.conf reloaded" "$T/client.log")" -ge "$1" ]
}
# SIGHUP is bit 0
taken()
{
	grep -q '^ShdPnd:.*0$' "/proc/$1/status"
}
engine=$(child client engine)
kill -STOP "$engine"
kill -HUP "$(pid client)"
await 10 "the new configuration to be sent" sends 2
kill -HUP "$(pid client)"
await 10 "the signal to be taken" taken "$(pid client)"
kill -CONT "$engine"
await 20 "both reloads" reloaded 2
check "the daemon runs" running "$(pid client)"
