# Symmetric keys of our own, from both sides: a file that cannot be used is
# said and keeps those of before, a key that leaves the file is not used any
# more, and what becomes of a server whose key is not there.

. "$(dirname "$0")/../lib.sh"

host server 100
host client 101
one=4b1f0a7c9d2e86355aa0c3b41e7d9f02
two=00112233445566778899aabbccddeeff
umask 077
echo "1 AES128 HEX:$one" >"$T/server.keys"
echo "2 SHA256 ASCII:a#key" >>"$T/server.keys"
conf server <<E
listen on 10.9.100.2 limit off
local stratum 5
keys "$T/server.keys"
E
start server
ready server

# client KEY: asks with that one, and nobody else counts
client()
{
	conf client <<E
keys "$T/client.keys"
require nts
server 10.9.100.2 key $1 poll 2 2
E
}
client 1
start client
ready client

# says WANTED: a reload does, in the log as well
says()
{
	check "reload" ctl client reload
	for f in check.out client.log; do
		grep -q -- "$1" "$T/$f" || fail "not in $f: $1"
	done
}
# more: replies are accepted
more()
{
	had=$(peer client 10.9.100.2 .accepted)
	await 20 "$1" peer_is client 10.9.100.2 ".accepted > $had"
}
# silent WHY: it is not asked, and the view has the reason
silent()
{
	await 10 "the reason \"$1\"" peer_is client 10.9.100.2 \
	    ".reason | test(\"$1\")"
	had=$(peer client 10.9.100.2 .sent)
	never 6 "a query without a key" peer_is client 10.9.100.2 \
	    ".sent > $had"
}

said client "keys $T/client.keys: No such file or directory; there are no k" ||
    fail "a missing file is not said at start"
silent "its key is not in the file"
cp "$T/server.keys" "$T/client.keys"
check "reload" ctl client reload
more "the first key"
synced client

# no mistake costs the keys that are in use
echo "1 AES128 HEX:00" >"$T/client.keys"
says "keys $T/client.keys:1: a key of AES128 has 16 octets; the old keys stay"
cp "$T/server.keys" "$T/client.keys"
chmod 644 "$T/client.keys"
says "run chmod 600 on it; the old keys stay"
chmod 600 "$T/client.keys"
chown nobody "$T/client.keys"
says "client.keys: .*; the old keys stay"
rm "$T/client.keys"
says "client.keys: No such file or directory; the old keys stay"
more "the first key, still"

# another key: by the configuration, and under the same number
client 2
cp "$T/server.keys" "$T/client.keys"
check "reload" ctl client reload
more "the second key"
sed "s/a#key/another/" "$T/server.keys" >"$T/client.keys"
check "reload" ctl client reload
had=$(peer client 10.9.100.2 .accepted)
sent=$(peer client 10.9.100.2 .sent)
await 20 "queries with a wrong key" peer_is client 10.9.100.2 \
    ".sent > $sent + 1"
peer_is client 10.9.100.2 ".accepted == $had" ||
    fail "an answer to a wrong key is believed"
check "they are counted" is server server \
    '.drops[] | select(.reason == "key") | .packets > 0'

# it has left the file, and no other one is taken
echo "1 AES128 HEX:$two" >"$T/client.keys"
says "there is no key 2 for 10.9.100.2, which will not be asked"
silent "its key is not in the file"
