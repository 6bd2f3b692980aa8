# Symmetric keys, both ways, with chronyd and ntpsec: who has the key is
# believed and answered, who has not is neither.

. "$(dirname "$0")/../peers.sh"

host client 100
fake reference 10.9.0.10 refid=GPS
address 10.9.0.11 10.9.0.12
cat >"$T/ours.keys" <<E
# number type key
1 AES128 HEX:000102030405060708090a0b0c0d0e0f
20	SHA256	it#is-not-short
3 sha1 secret-of-old
7 AES-128 HEX:ffffffffffffffffffffffffffffffff	# another at their side
E
chmod 600 "$T/ours.keys"
cat >"$T/chrony.keys" <<E
1 AES128 HEX:000102030405060708090a0b0c0d0e0f
20 SHA256 ASCII:it#is-not-short
3 SHA1 ASCII:secret-of-old
7 AES128 HEX:fffffffffffffffffffffffffffffffe
E
cat >"$T/ntpsec.keys" <<E
1 AES-128 000102030405060708090a0b0c0d0e0f
E
chmod 600 "$T/chrony.keys" "$T/ntpsec.keys"
chrony chronyd net <<E
local stratum 4
allow all
bindaddress 10.9.0.11
keyfile $T/chrony.keys
E
ntpsec ntpsec net <<E
server 10.9.0.10 iburst minpoll 3
interface ignore wildcard
interface listen 10.9.0.12
keys $T/ntpsec.keys
trustedkey 1
E
await 10 "chronyd to answer" probe client -t 200 10.9.0.11

# config KEY REST: chronyd asked with that key
config()
{
	conf client <<E
keys "$T/ours.keys" weak
server 10.9.0.11 key $1 poll 2 3
$2
require nts
E
}
config 1 "server 10.9.0.12 key 1 poll 2 3
listen on 10.9.100.2 limit off
local stratum 9"
start client
synced client
for key in 20 3; do
	config $key ""
	check "reload" ctl client reload
	await 20 "key $key" peer_is client 10.9.0.11 '.accepted > 2'
done
config 7 ""
check "reload" ctl client reload
await 20 "another key's code" peer_is client 10.9.0.11 '.sent > 3'
check "is not believed" peer_is client 10.9.0.11 '.accepted == 0'
config 9 ""
check "reload" ctl client reload
await 20 "a key we do not have" peer_is client 10.9.0.11 \
    '.reason | test("not in the file")'
said client "there is no key 9 for 10.9.0.11, which will not be asked" ||
    fail "no word in the log about it"
same "nothing is sent" "$(peer client 10.9.0.11 .received)" 0

# ntpsec, which answers before it knows the time, and we as its server
config 1 "server 10.9.0.12 key 1 poll 2 3
listen on 10.9.100.2 limit off
local stratum 9"
check "reload" ctl client reload
await 20 "chronyd again" peer_is client 10.9.0.11 '.accepted > 2'
await 30 "ntpsec's code" peer_is client 10.9.0.12 \
    '.received > 0 and (.accepted > 0 or .reason != "")'
# asks KEY SECONDS: chronyd, for so long at most
asks()
{
	rm -rf "$T/query.run"
	mkdir "$T/query.run"
	cat >"$T/query.conf" <<E
server 10.9.100.2 key $1 iburst
keyfile $T/ask.keys
cmdport 0
pidfile $T/query.run/pid
user root
E
	"$PEERS/chrony/usr/sbin/chronyd" -x -Q -t "$2" -f "$T/query.conf" \
	    >"$T/query" 2>&1
}
cp "$T/chrony.keys" "$T/ask.keys"
echo "9 SHA512 ASCII:we-have-none" >>"$T/ask.keys"
for key in 1 20 3; do
	asks $key 30 || fail "chronyd is not served with key $key: $(cat "$T/query")"
done
for key in 7 9; do
	if asks $key 5; then
		fail "chronyd is served with key $key"
	fi
done
check "they were counted" is client server \
    '.drops[] | select(.reason == "key") | .packets > 0'

# a file that others can read is none
chmod 644 "$T/ours.keys"
check "reload" ctl client reload
check "it is said" grep -q "others may read or write it" "$T/client.log"
