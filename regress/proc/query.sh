# ntpctl query and check ask servers by themselves: what they say of good
# ones, of liars, of the silent, and how they exit.

. "$(dirname "$0")/../lib.sh"

host client 100
fake good 10.9.0.11 offset=0.01 refid=GPS
fake good6 fd09::11 refid=GPS stratum=2
fake rate 10.9.0.12 kiss=RATE
fake unsync 10.9.0.13 leap=3
fake far 10.9.0.14 rootdisp=20
fake deaf 10.9.0.15 copies=0
fake bogus 10.9.0.16 origin=1
fake late 10.9.0.17 offset=0.2
echo "10.9.0.11 time.example" >>"$T/hosts"
echo "fd09::11 time.example" >>"$T/hosts"
mount --bind "$T/hosts" /etc/hosts

# as anybody, without the daemon
ask()
{
	on client setpriv --reuid=65534 --regid=65534 --clear-groups \
	    "$NTPCTL" "$@"
}
chmod 755 "$T"

ask -j query time.example 10.9.0.12 10.9.0.13 10.9.0.14 10.9.0.15 \
    10.9.0.16 10.9.0.18 >"$T/all" 2>"$T/err" & all=$!
ask query time.example >"$T/text" & text=$!
ask query -6 time.example >"$T/six" & six=$!
ask query 10.9.0.12 10.9.0.15 >"$T/none" & none=$!
# and what the pool would say, of all at once
jobs=
for a in 11 12 14 15 17; do
	{
		ask -j check 10.9.0.$a >"$T/check$a"
		echo $? >"$T/status$a"
	} &
	jobs="$jobs $!"
done
ask check --join time.example >"$T/join" & join=$!

# ends JOB STATUS WHAT
ends()
{
	wait "$1"
	same "exit status of $3" $? "$2"
}
ends $all 0 "a query with one good server"
ends $text 0 "a query of a good server"
ends $six 0 "a query by IPv6"
ends $none 1 "a query without a good server"

# of ADDRESS FILTER
of()
{
	jq -e ".servers[] | select(.address == \"$1\") | $2" "$T/all" \
	    >/dev/null || {
		cat "$T/all"
		fail "$1: not $2"
	}
}
of 10.9.0.11 '.usable and .stratum == 1 and .refid == "GPS" and
    (.offset - 0.01 | fabs) < .distance and .distance < 0.2 and
    .answers == 4'
of fd09::11 '.usable and .stratum == 2 and .name == "time.example"'
of 10.9.0.12 '(.usable | not) and .verdict == "kiss-o'\''-death: RATE"'
of 10.9.0.13 '(.usable | not) and (.verdict | test("not synchronised"))'
of 10.9.0.14 '(.usable | not) and (.verdict | test("root distance"))'
of 10.9.0.15 '.verdict == "no answer" and .offset == null'
of 10.9.0.16 '.verdict | test("bogus")'
of 10.9.0.18 '.usable | not'
grep -q "^10\.9\.0\.11 .*good  (time.example)" "$T/text" || {
	cat "$T/text"
	fail "no line for 10.9.0.11"
}
same "lines of IPv6 alone" "$(grep -c example "$T/six")" 1
ask query no.such.name >"$T/none" 2>&1 && fail "no such name is a success"
same "lines for a name there is not" "$(wc -l <"$T/none")" 1
for bad in "query" "query -p 0 x" "check" "check a b" "check --watch=1 a" \
    "check --watch --join a" "query --join a"; do
	# shellcheck disable=SC2086
	ask $bad >"$T/none" 2>&1 && fail "ntpctl $bad is accepted"
	[ -s "$T/none" ] || fail "ntpctl $bad: no word"
done

# shellcheck disable=SC2086
wait $jobs
# pool ADDRESS STATUS FILTER
pool()
{
	same "exit status of a check of 10.9.0.$1" "$(cat "$T/status$1")" "$2"
	jq -e "$3" "$T/check$1" >/dev/null || {
		cat "$T/check$1"
		fail "10.9.0.$1: not $3"
	}
}
pool 11 0 '.verdict.step == 1 and .verdict.in and .verdict.checks == 14 and
    (.samples | length == 3) and
    (.samples | min_by(.rtt) | (.offset - 0.01 | fabs) < 0.01 + .rtt / 2)'
pool 11 0 '[.tests[] | select(.verdict == "bad") | .test] -
    ["mode 6 (control)", "mode 7 (monlist)"] == []'
pool 12 1 '.verdict.step == -3.5 and .verdict.rule == "RATE" and
    .samples[0].error == "RATE" and (.verdict.in | not)'
pool 14 0 '.tests[] | select(.test == "root distance") | .verdict == "bad"'
pool 15 2 '.verdict.step == -5 and .tests == []'
pool 17 1 '.verdict.step > 0.2 and .verdict.step < 0.3 and
    .verdict.rule == "offset above 100 ms"'
ends $join 0 "a check of both families"
for want in "^10\.9\.0\.11: step +1\.00" "^fd09::11: step +1\.00" \
    "ok *join: family" "bad *join: address" "ok *join: stratum"; do
	grep -q -- "$want" "$T/join" || {
		cat "$T/join"
		fail "no line $want"
	}
done
same "what check says of a name there is not" \
    "$(ask check no.such.name 2>/dev/null; echo $?)" 2
