# Every length from 0 to 200 in every version and mode: only requests are
# answered, never with more than they had, always from the address asked.

. "$(dirname "$0")/../lib.sh"

host server 1
host client 100
conf server <<E
listen on * limit off
local stratum 3
E
start server
ready server
cat >"$T/want" <<E
version 1 mode 0 lengths 48 to 200, answers of 48
version 1 mode 1 lengths 48 to 200, answers of 48
version 1 mode 3 lengths 48 to 200, answers of 48
version 2 mode 1 lengths 48 to 200, answers of 48
version 2 mode 3 lengths 48 to 200, answers of 48
version 3 mode 1 lengths 48 to 200, answers of 48
version 3 mode 3 lengths 48 to 200, answers of 48
version 4 mode 1 lengths 48 to 200, answers of 48
version 4 mode 3 lengths 48 to 200, answers of 48
E
for a in 10.9.1.2 fd09:1::2; do
	probe client -x "$a" >"$T/probe.log" || fail "a bad answer from $a"
	check "what $a answers" diff "$T/want" "$T/probe.log"
done

# version 1 without a mode, from port 123: a server's broken answer, say
grep -v "mode 0" "$T/want" >"$T/want123"
probe client -B 123 -x 10.9.1.2 >"$T/probe.log" || fail "a bad answer"
check "what is answered from port 123" diff "$T/want123" "$T/probe.log"

for m in 1 3; do
	for v in 1 2 3 4; do
		probe client -V $v -m $m 10.9.1.2 | tr ' ' '\n' >"$T/answer"
		. "$T/answer"
		same "version" "$version" $v
		same "mode" "$mode" $((m + 1))
	done
done
check "the daemon lives" ctl server -s status
[ "$(value server status .dropped)" -gt 1000 ] || fail "drops are not counted"
