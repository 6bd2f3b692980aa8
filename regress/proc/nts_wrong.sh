# NTS-KE servers that do not do what RFC 8915 wants: none of them is asked
# for the time, with NTS or without, and why is said once and shown.  And
# those that have NTP served elsewhere, by address, name and port.

. "$(dirname "$0")/../lib.sh"
. "$TOP/regress/nts.sh"

host server 100
host client 101
pki
leaf fake '*.ke.test'
conf server <<E
listen on * limit off
listen on * port 1123 limit off
local stratum 5
nts listen on 10.9.100.2
nts certificate "$T/ntp.crt" key "$T/ntp.key"
nts keys "$T/server.ntskeys"
E
start server
ready server
await 10 "its cookie keys" test -s "$T/server.ntskeys"

: >"$T/zone.ke"
: >"$T/servers"
: >"$T/reasons"
n=100
# ke NAME [-OPTION ...] WORD ...: a server NAME.ke.test; the client asks it
ke()
{
	name=$1
	shift
	n=$((n + 1))
	opts=
	while :; do
		case $1 in
		-p)	opts="$opts $1"
			shift ;;
		-*)	opts="$opts $1 $2"
			shift 2 ;;
		*)	break ;;
		esac
	done
	address 10.9.0.$n
	# shellcheck disable=SC2086
	spawn "$name" net "$TOOLS/fakeke.t" $opts -k "$T/server.ntskeys" \
	    "$T/fake.crt" "$T/fake.key" 10.9.0.$n "$@"
	echo "$name.ke.test A 10.9.0.$n" >>"$T/zone.ke"
	echo "server $name.ke.test nts poll 2 3 aggressive" >>"$T/servers"
}
# wrong REASON NAME ...: see ke; there are no keys, for that reason
wrong()
{
	echo "$2 $1" >>"$T/reasons"
	shift
	ke "$@"
}
keys="proto=0 aead=15"
ok="$keys cookies=8 end"

# shellcheck disable=SC2086
{
# TLS
wrong "does not speak ntske/1" alpn -a refused $ok
wrong "does not speak ntske/1" noalpn -a none $ok
wrong "TLS failed: " otheralpn -a http/1.1 $ok
wrong "it does not speak TLS 1.3" tls12 -t 1.2 $ok
wrong "that is not TLS" clear -p error=1 error=1
wrong "closed by the other side" gone proto=0
wrong "no answer within 10 s" mute hold
# records
wrong "unknown critical record" critical $keys record=8009 cookies=8 end
wrong "refused by the server.*code 1 .bad request" error error=1 end
wrong "refused by the server.*code 77" othererror error=77 end
wrong "warned by the server.*code 5" warning warning=5 $ok
wrong "NTPv4 is not spoken" noproto proto= end
wrong "NTPv4 is not spoken" otherproto proto=9 aead=15 cookies=8 end
wrong "no common algorithm" noaead proto=0 aead= end
wrong "algorithm not offered" otheraead proto=0 aead=30 cookies=8 end
wrong "no usable cookies" nocookies $keys end
wrong "no usable cookies" longcookies $keys cookie=897 cookie=1500 end
wrong "no usable cookies" emptycookie $keys cookie=0 end
wrong "malformed" noprotocol aead=15 cookies=8 end
wrong "malformed" twice proto=0 $ok
wrong "malformed" behind $ok cookies=1
wrong "malformed" port0 port=0 $ok
wrong "malformed" space "server=a b" $ok
wrong "says too much" endless record=4001 flood
# where NTP is served
wrong "its NTP server unknown.test cannot be" unknown server=unknown.test $ok
wrong "its NTP server 0.0.0.0 has no" nowhere server=0.0.0.0 $ok
wrong "its NTP server crowd.test has no" crowd server=crowd.test $ok
ke name server=time.test $ok
ke name6 server=time6.test $ok
ke v4 server=10.9.100.2 port=1123 $ok
ke v6 server=fd09:100::2 $ok
ke nameport port=1123 server=time.test $ok
ke optional record=4001 server=10.9.100.2 $ok
ke six server=10.9.100.2 $keys cookie=897 cookies=6 end
ke many server=10.9.100.2 $keys cookies=12 end
ke odd server=10.9.100.2 $keys cookie=101 cookie=257 cookies=6 end
}
good="name name6 v4 v6 nameport optional six many"
{
	cat "$T/zone.ke"
	echo "time.test A 10.9.100.2"
	echo "time6.test AAAA fd09:100::2"
	echo "crowd.test A 224.0.1.1"
} | names
for k in $(sed 's/\.ke\.test.*//' "$T/zone.ke"); do
	await 10 "$k" said "$k" ready
done
{
	echo "nts-ca \"$T/ca.pem\""
	echo "require nts"
	cat "$T/servers"
} | conf client
start client
synced client

# jar NAME FILTER, source NAME FILTER
jar()
{
	is client nts ".servers[] | select(.name == \"$1.ke.test\") | $2"
}
source()
{
	is client sources ".sources[] | select(.name == \"$1.ke.test\") | $2"
}
for k in $good; do
	await 30 "authentic replies: $k" source "$k" '.accepted > 1'
	check "$k: nothing forged" jar "$k" '.rejected == 0'
done
await 20 "the jar to be filled" jar six '.cookies == 8'
# cookies of other lengths are sent, too; this server cannot read them
await 30 "odd cookies" jar odd '.naks > 0 and .rejected == 0'
check "by name" source name '.address == "10.9.100.2" and .port == 123'
check "by name, IPv6" source name6 '.address == "fd09:100::2"'
check "port" source v4 '.address == "10.9.100.2" and .port == 1123'
check "IPv6" source v6 '.address == "fd09:100::2" and .port == 123'
check "name and port" source nameport \
    '.address == "10.9.100.2" and .port == 1123'

while read -r k reason; do
	await 30 "$k: $reason" jar "$k" ".state != \"keys\" and
	    .failed > 0 and (.reason | test(\"$reason\"))"
	check "$k is not asked for the time" source "$k" \
	    '.sent == 0'
	# a machine that is slow may have had another reason before
	same "$k: lines that say so" "$(grep "server $k.ke.test .*: no NTS" \
	    "$T/client.log" | grep -cE "$reason")" 1
done <"$T/reasons"
grep "no NTS keys" "$T/client.log"
