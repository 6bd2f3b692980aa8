# An nts process that is slow to start: what the engine wants meanwhile waits
# until there are the certificates to judge by, and is no failure.  And who
# asks with NTS before there are cookie keys gets no reply without it.

. "$(dirname "$0")/../lib.sh"
. "$TOP/regress/nts.sh"

host server 1
host client 100
pki
conf server <<E
listen on 10.9.1.2
nts listen on 10.9.1.2
local stratum 5
nts certificate "$T/ntp.crt" key "$T/ntp.key"
nts keys "$T/server.ntskeys"
E
start server
ready server
await 10 "the cookie keys" test -s "$T/server.ntskeys"

names <<E
ntp.test A 10.9.1.2
E
conf client <<E
nts-ca "$T/ca.pem"
server ntp.test nts poll 2 4 aggressive
E
start client
halted()
{
	nts=$(child client "nts")
	[ -n "$nts" ] && kill -STOP "$nts"
}
await 5 "nts to be there" halted
await 20 "the engine to want keys" said dns "A ntp.test"
sleep 1
kill -CONT "$nts"
await 30 "keys" is client nts '.servers[0].state == "keys"'
same "failures" "$(value client nts '.servers[0].failed')" 0
stop client

# keys that never come: a server that is starting, for as long as it takes
command -v python3 >/dev/null || skip "no python3"
# ask with NTS and in plain, one line each
probe()
{
	on client python3 - <<'E'
import socket
import struct

head = bytes([4 << 3 | 3]) + bytes(39) + b"NOTATIME"


def field(kind, body):
    return struct.pack("!HH", kind, 4 + len(body)) + body


nts = (head + field(0x0104, b"u" * 32) + field(0x0204, b"c" * 100) +
       field(0x0404, struct.pack("!HH", 16, 16) + b"n" * 16 + b"t" * 16))
for what, data, wait in (("plain", head, 5), ("nts", nts, 1)):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(wait)
    s.sendto(data, ("10.9.1.2", 123))
    try:
        print(what, len(s.recv(2048)))
    except OSError:
        print(what, "silence")
E
}
for workers in "" "workers 2"; do
	conf server <<E
listen on 10.9.1.2 $workers limit off
nts listen on 10.9.1.2
local stratum 5
nts certificate "$T/ntp.crt" key "$T/ntp.key"
nts keys "$T/none.ntskeys"
nts rotate 0
E
	stop server
	: >"$T/server.log"
	start server
	ready server
	await 10 "the server to answer" on client "$NTPCTL" query 10.9.1.2
	same "before there are keys, $workers" "$(probe)" "plain 48
nts silence"
done
