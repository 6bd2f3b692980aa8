# ntpctl check tells the servers of others apart by what they really do:
# chronyd, ntpsec's ntpd, OpenNTPD and ours, all of which the pool would
# take.

. "$(dirname "$0")/../peers.sh"

${CC:-cc} -D_GNU_SOURCE -O -fPIC -shared -o "$T/hurry.so" \
    "$TOP/regress/peers/hurry.c" || fail "hurry.c does not compile"

host server 1
host client 100
fake reference 10.9.0.10 refid=GPS
address 10.9.0.11 10.9.0.12 10.9.0.13

openntpd openntpd net LD_PRELOAD="$T/hurry.so" <<E
listen on 10.9.0.13
server 10.9.0.10
E
ntpsec ntpsec net <<E
server 10.9.0.10 iburst minpoll 3
interface ignore wildcard
interface listen 10.9.0.12
restrict 10.9.100.0 mask 255.255.255.0
E
# four samples of a busy machine may leave it in doubt for a minute
chrony chronyd net <<E
server 10.9.0.10 iburst minpoll 0 maxpoll 0
bindaddress 10.9.0.11
allow
E
conf server <<E
listen on 10.9.1.2
server 10.9.0.10
E
start server
ready server

# all four are synchronised first, and sure enough of their time
good()
{
	"$NTPCTL" -j query "$1" |
	    jq -e '.servers[0] | .usable and .distance < 0.9'
}
for a in 10.9.1.2 10.9.0.11 10.9.0.13 10.9.0.12; do
	await 90 "$a to be synced" good $a
done

jobs=
for a in 10.9.1.2 10.9.0.11 10.9.0.12 10.9.0.13; do
	on client "$NTPCTL" -j check $a >"$T/$a" &
	jobs="$jobs $!"
done
for p in $jobs; do
	wait "$p"
	same "exit status" $? 0
done

# judged ADDRESS FILTER: $t is the verdicts by the name of the test
judged()
{
	jq -e "(.tests | map({key: .test, value: .verdict}) | from_entries)
	    as \$t | $2" "$T/$1" >/dev/null || {
		cat "$T/$1"
		fail "$1: not $2"
	}
}
for a in 10.9.1.2 10.9.0.11 10.9.0.12 10.9.0.13; do
	judged $a '.verdict.step == 1 and .verdict.checks == 14'
	judged $a '$t["version 3"] == "ok" and $t["length"] == "ok" and
	    $t["mode 7 (monlist)"] == "ok" and $t["leap"] == "ok"'
done
judged 10.9.1.2 '[$t[] | select(. != "ok")] == []'
judged 10.9.0.11 '[$t[] | select(. != "ok")] == []'
# it was told to tell everybody everything, and drops unknown fields
judged 10.9.0.12 '$t["mode 6 (control)"] == "bad" and
    $t["extension field"] == "note"'
# it echoes any version
judged 10.9.0.13 '$t["version 5"] == "note"'
