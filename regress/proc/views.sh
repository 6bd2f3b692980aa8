# Who may see what, and change what.

. "$(dirname "$0")/../lib.sh"

host client 100
fake one 10.9.0.11
conf client <<E
server 10.9.0.11
E
chmod 755 "$T"
start client
synced client

# OpenNTPD's words and their abbreviations; -j of all is JSON
for v in all peers Sensors status sources p S s st so a; do
	check "ntpctl -s $v" ctl client -s $v
	[ -s "$T/check.out" ] || fail "ntpctl -s $v says nothing"
	ctl client -j -s $v | jq -e . >"$T/json" || fail "-j -s $v is no JSON"
done
for v in peers all sources; do
	check "ntpctl -s $v" ctl client -s $v
	grep -q "10\.9\.0\.11" "$T/check.out" || fail "$v: no 10.9.0.11"
done
check "status" ctl client -s status
grep -q "^1/1 peers valid, clock synced, stratum 2" "$T/check.out" || {
	cat "$T/check.out"
	fail "status is not OpenNTPD's line"
}
check "the clock's figures belong together" is client status \
    '(.freq - .adj - .residual | fabs) < 1e-12 and .skew > 0 and .wander > 0'
for v in x "" peersx; do
	if ctl client -s "$v" >"$T/check.out" 2>&1; then
		fail "ntpctl -s \"$v\" is accepted"
	fi
	[ "$(wc -l <"$T/check.out")" -ge 1 ] || fail "-s \"$v\": no word"
done

# the processes are those there are
processes()
{
	value client processes '.processes[] | "\(.process) \(.pid)"'
}
same "the parent" "$(processes | grep parent)" "parent $(pid client)"
for role in engine dns; do
	same "$role" "$(processes | grep $role)" \
	    "$role $(child client $role)"
done
check "processor time" is client processes \
    '[.processes[].cpu] | all(. >= 0) and add > 0'

as()
{
	who=$(id -u "$1") group=$2
	shift 2
	setpriv --reuid="$who" --regid="$group" --clear-groups \
	    "$NTPCTL" -c "$T/client.sock" "$@" >"$T/check.out" 2>&1
}
readers=$(stat -c %g "$T/client.sock")
nogroup=$(id -g nobody)
as nobody "$readers" -s status || fail "the socket's group may not read"
if as nobody "$nogroup" -s status; then
	fail "anybody may read"
fi
grep -qi "permission" "$T/check.out" || fail "a refusal without a reason"
[ "$(wc -l <"$T/check.out")" -eq 1 ] || fail "not one line"
for cmd in reload "log verbose"; do
	# shellcheck disable=SC2086
	if as nobody "$readers" $cmd; then
		fail "the socket's group may $cmd"
	fi
	grep -qi "denied\|not permitted\|root" "$T/check.out" ||
	    fail "a refusal of $cmd without a reason"
done
check "root may change the log" ctl client log verbose
same "the level" "$(value client status .log)" verbose
check "and back" ctl client log brief
check "root may reload" ctl client reload

# a server with NTS whose name has no address is not left out
conf client <<E
server 10.9.0.11
server lost.test nts
E
check "reload" ctl client reload
await 15 "the lost one" is client nts '.servers | map([.name, .state,
    .address, (.reason | test("address|resolve"))]) ==
    [["lost.test", "none", null, true]]'
