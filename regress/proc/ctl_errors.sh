# No daemon, another version, half an answer, nonsense: one clear line and
# exit status 1.

. "$(dirname "$0")/../lib.sh"

refused()
{
	timeout 20 "$NTPCTL" -c "$T/x.sock" -s status >"$T/out" 2>&1
	same "$1: exit status" $? 1
	same "$1: lines" "$(wc -l <"$T/out")" 1
	grep -q "$2" "$T/out" || {
		cat "$T/out"
		fail "$1: not clear"
	}
}

refused "no socket" "x.sock"

# pretend BEHAVIOUR: a socket whose owner behaves like that
pretend()
{
	rm -f "$T/x.sock"
	/usr/bin/python3 - "$T/x.sock" "$1" <<'E' &
import socket, struct, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen(1)
c = s.accept()[0]
kind = c.recv(4096)[:4]			# the type of HELLO, as it comes
hello = kind + struct.pack("=IIII", 20, 0, 0, 1)
what = sys.argv[2]
if what == "version":
    c.send(kind + struct.pack("=IIII", 20, 0, 0, 99))
elif what == "half a hello":
    c.send(hello[:10])
elif what == "noise":
    c.send(b"\xa5" * 200)
elif what == "half an answer":
    c.send(hello)
    c.recv(4096)
    c.send(hello[:18])
elif what == "no answer":
    c.send(hello)
    c.recv(4096)
c.close()
E
	await 10 "the socket" test -S "$T/x.sock"
	refused "$1" "$2"
	wait
}

pretend "silence" "ntpctl: "
pretend "version" "version"
pretend "half a hello" "ntpctl: "
pretend "noise" "ntpctl: "
pretend "half an answer" "ntpctl: "
pretend "no answer" "ntpctl: "
