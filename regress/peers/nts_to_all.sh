# chrony and ntpsec are NTS clients of our server: keys by TLS, replies
# sealed.  A restart costs nobody a cookie; a server that shares the keys
# takes over; with other keys all cookies are worthless at once, and clients
# are told to fetch others, and do.

. "$(dirname "$0")/../peers.sh"
. "$TOP/regress/nts.sh"

pki
host server 100
host chrony 101
host ntpsec 102
hosts
fake reference 10.9.0.10 refid=GPS

# server NAME: of the same configuration, with files of its own but the keys
server()
{
	conf "$1" <<E
listen on 10.9.100.2
server 10.9.0.10
nts listen on 10.9.100.2
nts certificate "$T/ntp.crt" key "$T/ntp.key"
nts keys "$T/fleet.ntskeys"
E
	start "$1" server
	ready "$1"
	synced "$1"
}
server first

chrony chronyd chrony <<E
server ntp.test nts iburst minpoll 1 maxpoll 1
ntstrustedcerts $T/ca.pem
E
ntpsec ntpsecd ntpsec <<E
server ntp.test nts iburst minpoll 3 maxpoll 3
nts ca $T/ca.pem
interface ignore wildcard
interface listen 10.9.102.2
E

chronyc()
{
	"$PEERS/chrony/usr/bin/chronyc" -h "$T/chronyd.run/sock" -c -n "$@"
}
chrony_uses()
{
	chronyc sources | grep -q '^^,\*,10.9.100.2,'
}
await 60 "chronyd to select us" chrony_uses
# Name, Mode, KeyID, Type, KLen, Last, Atmp, NAK, Cook, CLen
authdata()
{
	chronyc authdata | cut -d, -f"$1"
}
same "chronyd's authentication" "$(authdata 2,4,5)" NTS,15,256
full()
{
	[ "$(authdata 9,10)" = 8,104 ]
}
await 20 "its cookies, all of them" full
await 60 "ntpsec to have cookies" said ntpsecd "NTSc: Got 8 cookies"

# counts of a server
sealed()
{
	[ "$(value "$1" server .server.nts)" -ge "$2" ]
}
naks()
{
	value "$1" server .server.nts_nak
}
plain()
{
	value "$1" server '.server | .replies - .nts - .nts_nak'
}
await 60 "both to be served" sealed first 8
same "first: kisses, replies without NTS" "$(naks first) $(plain first)" \
    "0 0"
same "mode and owner of the keys" "$(stat -c '%a %u' "$T/fleet.ntskeys")" \
    "600 0"

# a restart; then another daemon with the same keys
stop first
same "exit status" "$status" 0
rm "$T/first.log"
cp "$T/fleet.ntskeys" "$T/keys.before"
server first
await 60 "both to be served after a restart" sealed first 4
same "after a restart: kisses" "$(naks first)" 0
stop first
server second
await 60 "both to be served by another" sealed second 4
same "by another: kisses, replies without NTS" \
    "$(naks second) $(plain second)" "0 0"
same "the keys" "$(cmp "$T/keys.before" "$T/fleet.ntskeys" && echo same)" \
    same
same "chronyd asked for keys so often" \
    "$(grep -c 'client 10.9.101.2' "$T/second.log")" 0

# all of them expire: somebody else's keys, seen within ten seconds
{
	echo "# keys of an administrator"
	echo "0000000a 0 $(openssl rand -hex 32)"
} >"$T/fleet.new"
chmod 600 "$T/fleet.new"
mv "$T/fleet.new" "$T/fleet.ntskeys"
refused()
{
	[ "$(naks second)" -gt 0 ]
}
await 30 "cookies to be refused" refused
n=$(value second server .server.nts)
await 60 "chronyd to have others and be served" sealed second $((n + 3))
await 20 "chronyd to be content with us" chrony_uses
# a key to come has been added to it
grep -q "^0000000a 0 " "$T/fleet.ntskeys" || fail "the new key is lost"
same "keys" "$(grep -vc '^#' "$T/fleet.ntskeys")" 2

# a file that is no ring changes nothing
echo "this is no key" >"$T/fleet.ntskeys"
await 20 "the complaint" said second "fleet.ntskeys:1: not a key, the old"
n=$(value second server .server.nts)
await 20 "service to go on" sealed second $((n + 2))
chmod 644 "$T/fleet.ntskeys"
echo "0000000a 0 $(openssl rand -hex 32)" >"$T/fleet.ntskeys"
await 20 "the refusal" said second "others may read it"
running "$(pid second)" || fail "the daemon ended"
