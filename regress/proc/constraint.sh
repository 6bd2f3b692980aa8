# Constraints: web servers good and bad in every way we know, asked while the
# clock is not trusted; what their process may do meanwhile; that a reload
# keeps their answers; and that time is kept without any.

. "$(dirname "$0")/../lib.sh"

host client 100

kinds="good chain expired midexpired future name stranger later tomorrow
    redirect http10 cached nodate garbage clear mute hangup slow endless"
n=0
args=
for k in $kinds; do
	n=$((n + 1))
	address "10.1.0.$n"
	args="$args 10.1.0.$n=$k"
done
address 10.1.0.99
# shellcheck disable=SC2086
spawn web net "$TOOLS/fakehttps.t" "$T/ca.pem" $args
await 20 "the web" said web ready
fake time 10.0.0.1 copies=0
names <<E2
good.test A 10.1.0.1
good.test AAAA ::1
E2

# of KIND FILTER: a value of the constraint with that name
of()
{
	value client constraints \
	    ".constraints[] | select(.name == \"$1.test\") | $2"
}
of_is()
{
	[ "$(of "$1" "$2" 2>/dev/null)" = true ]
}

# settings ADDRESS-OF-GOOD: a configuration
settings()
{
	echo "cafile \"$T/ca.pem\""
	echo "server 10.0.0.1 poll 2 3 aggressive"
	n=0
	for k in $kinds; do
		n=$((n + 1))
		echo "constraint from \"https://$k.test/\" 10.1.0.$n"
	done
	echo "$1"
}

# one that nobody listens for, whose second address is good, in a file of
# OpenNTPD's language; and an address as the name
settings 'constraint from "https://good.test/two" 10.1.0.99 10.1.0.1
constraint from "10.1.0.1"' | conf client
start client client -v
ready client

# while one of them hangs, it has nothing but its connection
hanging()
{
	for c in $(child client "constraint mute.test"); do
		grep -q "^Seccomp:[[:space:]]*2" "/proc/$c/status" && return
	done
	return 1
}
if [ "${NTPD_SANDBOX-}" != off ]; then
	await 15 "the process of mute" hanging
	c=$(child client "constraint mute.test" | head -n 1)
	for cap in CapInh CapPrm CapEff CapAmb CapBnd; do
		grep -q "^$cap:[[:space:]]*0*$" "/proc/$c/status" ||
		    fail "constraint: $(grep $cap "/proc/$c/status")"
	done
	uid=$(id -u _ntp)
	grep -q "^Uid:[[:space:]]$uid[[:space:]]$uid[[:space:]]$uid" \
	    "/proc/$c/status" || fail "constraint is not _ntp"
	[ "$(readlink "/proc/$c/root")" = /var/empty ] ||
	    fail "constraint sees $(readlink "/proc/$c/root")"
fi

# every one of them was asked to the end
settled()
{
	is client constraints '[.constraints[] | select(.answers == 0 and
	    .errors == 0)] | length == 0'
}
await 45 "all to be settled" settled

# valid: because the certificate was at the date it told
for k in good chain redirect http10; do
	of_is $k '.state == "valid" and .checked == false and
	    (.offset | fabs) < 2 + .rtt and .errors == 0' || {
		[ $k = good ] || fail "$k: $(of $k .)"
	}
done
[ "$(value client constraints '[.constraints[] | select(.address ==
    "10.1.0.1" and .state == "valid")] | length')" -eq 3 ] ||
    fail "good: $(of good .)"
of_is later '.state == "valid" and (.offset - 7200 | fabs) < 2 + .rtt' ||
    fail "later: $(of later .)"

# refused KIND WHY: never an answer, and for that reason
refused()
{
	of_is "$1" '.state == "invalid" and .answers == 0' ||
	    fail "$1: $(of "$1" .)"
	grep -q "constraint $1.test (10.1.0.*): $2" "$T/client.log" ||
	    fail "$1: not \"$2\" but $(of "$1" .reason)"
}
refused expired "certificates at the date it tells: .*expired"
refused midexpired "certificates at the date it tells: .*expired"
refused future "certificates at the date it tells: .*not yet valid"
refused tomorrow "certificates at the date it tells: .*expired"
refused name "TLS: name .* not present in server certificate"
refused stranger "TLS: certificate verification failed"
refused cached "the answer is an old one out of a cache"
refused nodate "the answer has no date"
refused garbage "the answer is not HTTP/1"
refused clear "TLS: handshake failed"
refused mute "no TLS handshake within 10 s"
refused hangup "the answer ended within its header\|TLS: "
refused slow "no whole answer within 10 s"
refused endless "the answer's header is too long"
same "redirections followed" "$(grep -c elsewhere "$T/web.log")" 0

# the median is not moved by the one that is two hours off
is client status '.constraints_valid == 7 and
    (.constraint_offset | fabs) < 3' ||
    fail "status: $(value client status .constraint_offset)"

# now there is time, certificates have to be valid by it: asked once more
tell time copies=1
synced client
ctl client -s status >"$T/check.out"
grep -q "^1/1 peers valid, constraint offset -\{0,1\}[0-2]s, clock synced" \
    "$T/check.out" || fail "not OpenNTPD's line: $(cat "$T/check.out")"
await 100 "a check by our clock" of_is chain '.checked == true'

# a reload keeps what was answered, and asks only what is new
answers=$(of chain .answers)
settings 'constraints from "https://good.test/three"' | conf client
check "reload" ctl client reload
[ "$(of chain .answers)" -ge "$answers" ] || fail "the reload lost answers"
is client constraints '.constraints | map(select(.path == "/two")) == []' ||
    fail "the one that left is still there"
three()
{
	is client constraints '[.constraints[] | select(.path == "/three") |
	    .state] | sort == ["invalid", "valid"]'
}
await 45 "each address of good.test" three

# none of them left: time, but a word of warning
conf client <<E2
cafile "$T/ca.pem"
server 10.0.0.1 poll 2 3 aggressive
constraint from "mute.test" 10.1.0.99
E2
check "reload" ctl client reload
await 20 "the warning" said client "constraints configured but none available"
is client status '.synced == true and .constraint_offset == null' ||
    fail "no time without constraints"
ctl client -s status >"$T/check.out"
grep -q "^1/1 peers valid, constraints configured but none available, clock" \
    "$T/check.out" || fail "not OpenNTPD's line: $(cat "$T/check.out")"
same "warnings" "$(grep -c "none available" "$T/client.log")" 1

stop client
same "exit status" "$status" 0
await 15 "nothing to be left" vanished ntpd
