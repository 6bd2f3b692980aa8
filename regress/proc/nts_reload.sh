# The nts process over reloads: it comes with the first statement that needs
# it and goes with the last; another certificate is used at once, one that
# cannot be is said and changes nothing; lost, it is started again, and
# cookies given out before are good.

. "$(dirname "$0")/../lib.sh"
. "$TOP/regress/nts.sh"

pki
leaf other ntp.test
host server 100
host client 101

with_nts()
{
	conf server <<E
listen on 10.9.100.2
local stratum 5
nts listen on 10.9.100.2
nts certificate "$1" key "$2"
nts keys "$T/server.ntskeys"
E
}
without_nts()
{
	conf server <<E
listen on 10.9.100.2
local stratum 5
nts keys "$T/server.ntskeys"
E
}
# the certificate that is shown
shown()
{
	on client openssl s_client -connect 10.9.100.2:4460 -alpn ntske/1 \
	    -CAfile "$T/ca.pem" </dev/null 2>/dev/null |
	    openssl x509 -noout -serial
}
serial()
{
	openssl x509 -noout -serial -in "$T/$1.crt"
}
shows()
{
	[ "$(shown)" = "$(serial "$1")" ]
}
served()
{
	on client "$TOOLS/ntsprobe.t" 10.9.100.2 10.9.100.2 >"$T/served"
}
# reload WHAT TEXT: it succeeds and says that
reload()
{
	check "reload: $1" ctl server reload
	grep -q "$2" "$T/check.out" ||
	    fail "$1: \"$2\" is not in: $(cat "$T/check.out")"
}

without_nts
start server
ready server
same "nts processes without NTS" "$(child server nts)" ""
with_nts "$T/ntp.crt" "$T/ntp.key"
reload "the first" "reloaded"
await 10 "NTS" served
nts=$(child server nts)
shows ntp || fail "it is another certificate"

# another one in the same place, without a moment in which none is there
spawn many client "$TOOLS/ntsprobe.t" -n 200 10.9.100.2 10.9.100.2
cp "$T/other.crt" "$T/ntp.crt"
cp "$T/other.key" "$T/ntp.key"
for i in 1 2 3 4 5; do
	reload "another certificate" "reloaded"
done
shows other || fail "it is not the other certificate"
ended many 120
same "those who fetched keys meanwhile" "$status" 0
# no other reload may begin before this one has ended
reloads()
{
	grep -c "server.conf reloaded" "$T/server.log"
}
reloaded()
{
	[ "$(reloads)" -gt "$before" ]
}
before=$(reloads)
kill -HUP "$(pid server)"
await 20 "the reload by SIGHUP" reloaded
same "the same process" "$(child server nts)" "$nts"

# what cannot be used
refuse()
{
	what=$1 text=$2
	reload "$what" "$text"
	shows other || fail "$what: the old certificate is gone"
	served || fail "$what: nobody is served"
}
leaf third ntp.test
echo "nonsense" >"$T/bad.crt"
chmod 600 "$T/bad.crt"
with_nts "$T/bad.crt" "$T/ntp.key"
refuse "no certificate" "bad.crt.*no certificate in it.*the old one stays"
{
	cat "$T/ntp.crt"
	sed 's/^[^-].../****/' "$T/third.crt"
} >"$T/half.crt"
with_nts "$T/half.crt" "$T/ntp.key"
refuse "a damaged chain" "certificate 2 in it is damaged.*the old one stays"
with_nts "$T/ntp.crt" "$T/third.key"
refuse "another's key" "the key is not this certificate's.*the old one stays"
with_nts "$T/ntp.crt" "$T/bad.crt"
refuse "no key" "no private key.*the old one stays"
quiet openssl pkey -in "$T/third.key" -aes128 -passout pass:x \
    -out "$T/pass.key"
chmod 600 "$T/pass.key"
with_nts "$T/third.crt" "$T/pass.key"
refuse "a key with a password" "without a password.*the old one stays"
with_nts "$T/third.crt" "$T/gone.key"
refuse "no file" "gone.key: No such file"
chmod 644 "$T/third.key"
with_nts "$T/third.crt" "$T/third.key"
refuse "a key for everybody" "third.key: others may read it"
chmod 600 "$T/third.key"
chmod 666 "$T/third.crt"
refuse "a certificate anybody writes" "third.crt: its group or others may wr"
chmod 644 "$T/third.crt"
reload "the third" "reloaded"
shows third || fail "it is not the third certificate"
# one that has ended is used, and said to have
quiet openssl x509 -req -in "$T/third.csr" -CA "$T/ca.pem" \
    -CAkey "$T/ca.key" -set_serial 77 -days -1 -out "$T/third.crt"
reload "an old one" "nts certificate .*third.crt: it ended"
cp "$T/other.crt" "$T/third.crt"
cp "$T/other.key" "$T/third.key"
reload "a good one" "reloaded"

# other addresses are no reason for another process, not even two at once
for listen in '*' '*' '*' "10.9.100.2"; do
	with_nts "$T/ntp.crt" "$T/ntp.key"
	sed -i "s/^nts listen on .*/nts listen on $listen port 4461/" \
	    "$T/server.conf"
	reload "NTS at $listen" "reloaded"
	await 10 "NTS at $listen" on client "$TOOLS/ntsprobe.t" -p 4461 \
	    10.9.100.2 10.9.100.2
done
with_nts "$T/ntp.crt" "$T/ntp.key"
reload "NTS as before" "reloaded"
await 10 "NTS as before" served
same "the same process" "$(child server nts)" "$nts"

# lost
keys=$(cat "$T/server.ntskeys")
kill -KILL "$nts"
lost()
{
	[ -n "$(child server nts)" ] && [ "$(child server nts)" != "$nts" ] &&
	    served
}
await 15 "nts to be there again" lost
same "the keys" "$(cat "$T/server.ntskeys")" "$keys"
nts=$(child server nts)
[ "${NTPD_SANDBOX-}" = off ] ||
    await 5 "its sandbox" grep -q "^Seccomp:[[:space:]]*2" "/proc/$nts/status"
for c in CapInh CapPrm CapEff CapAmb CapBnd; do
	grep -q "^$c:[[:space:]]*0*$" "/proc/$nts/status" ||
	    fail "nts: $(grep $c "/proc/$nts/status")"
done
same "its root" "$(readlink "/proc/$nts/root")" /var/empty
ls -l "/proc/$nts/fd" | grep "$T/.*\.\(crt\|key\|ntskeys\)" &&
    fail "nts has files open"

# and gone
without_nts
reload "no NTS" "reloaded"
none()
{
	[ -z "$(child server nts)" ]
}
await 10 "the end of nts" none
served && fail "there is NTS without a statement"
with_nts "$T/ntp.crt" "$T/ntp.key"
reload "again" "reloaded"
await 10 "NTS again" served
same "the keys" "$(cat "$T/server.ntskeys")" "$keys"
# workers answer NTP with the same keys
conf server <<E
listen on 10.9.100.2 workers 2
local stratum 5
nts listen on 10.9.100.2
nts certificate "$T/ntp.crt" key "$T/ntp.key"
nts keys "$T/server.ntskeys"
E
reload "workers" "reloaded"
await 10 "NTS by a worker" served
before=$(child server ": server")
[ -n "$before" ] || fail "there are no workers"
for p in $before; do
	kill -KILL "$p"
done
await 10 "NTS by other workers" served
stop server
same "exit status" "$status" 0
await 5 "nothing to be left" vanished ntpd
