# ntpd -n looks at the files a configuration names, and warns of what cannot
# be used; the same is said when the daemon starts.

set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd)
NTPD=${NTPD:-$TOP/ntpd/ntpd}
dir=$(mktemp -d /tmp/ntpd-files.XXXXXX) || exit 1
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
umask 022
# not all may enter the tree
cp "$NTPD" "$dir/ntpd" && NTPD=$dir/ntpd
cd "$dir" || exit 1
failed=0

# warns WANTED [COMMAND ...]: of the configuration on stdin; nothing: none
warns()
{
	want=$1
	shift
	{
		grep -q driftfile conf.in 2>/dev/null ||
		    echo "driftfile \"$dir/drift\""
		cat conf.in
		echo "sensor shm0"
		echo "server 192.0.2.1 key 1"
		echo "server 198.51.100.1"
		echo "server 203.0.113.1"
	} >conf
	"$@" "$NTPD" -n -f conf >out 2>&1 || {
		echo "$(cat conf.in): refused"
		failed=1
	}
	# libcrypto's own words differ
	grep -v "^configuration OK$" out | sed -n 's/^.*warning: //p' |
	    sed -E 's/(damaged|in its file|certificate.s): .*/\1/' >got
	if [ "$(cat got)" != "$want" ]; then
		echo "$(cat conf.in): warned \"$(cat got)\", want \"$want\""
		failed=1
	fi
}

# of STATEMENT WANTED [COMMAND ...]
of()
{
	echo "$1" >conf.in
	grep -q ^keys conf.in || echo "keys \"$dir/good.keys\"" >>conf.in
	shift
	warns "$@"
}

none="No such file or directory"
echo "1 AES128 HEX:4b1f0a7c9d2e86355aa0c3b41e7d9f02" >good.keys
sed s/^1/2/ good.keys >other.keys
echo "1 AES128 short" >bad.keys
cp good.keys open.keys
chmod 600 good.keys other.keys bad.keys
chmod 644 open.keys
: >text
command -v openssl >/dev/null || exit 77
# pem NAME: a certificate and its key
pem()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -keyout $1.key -out $1 -days 3 -subj "/CN=$1" 2>/dev/null
	chmod 600 $1.key
}
pem cert
pem other
# dated NAME FROM UNTIL: of the same key
dated()
{
	mkdir -p ca
	: >ca/index.txt
	echo 01 >ca/serial
	cat >ca.cnf <<E
[ca]
default_ca=d
[d]
database=ca/index.txt
new_certs_dir=ca
serial=ca/serial
default_md=sha256
policy=p
[p]
commonName=supplied
E
	openssl req -new -key cert.key -subj "/CN=$1" -out "$1.csr" 2>/dev/null
	openssl ca -batch -config ca.cnf -selfsign -keyfile cert.key \
	    -in "$1.csr" -startdate "$2" -enddate "$3" -notext -out "$1" \
	    2>/dev/null
}
dated cert.old 20200101000000Z 20210101000000Z
dated cert.new 20900101000000Z 20910101000000Z
# damaged FILE: a letter of its last line of base64 is none
damaged()
{
	sed '/^-----END/!{$!N;s/.\(.*\n-----END\)/*\1/;P;D;}' "$1"
}
damaged cert >cert.bad
{ cat cert; damaged other; } >chain.bad
damaged cert.key >key.bad
chmod 600 key.bad
mkdir sub
ln -s / root

serve="nts keys \"$dir/ntskeys\"
listen on 192.0.2.9
nts listen on 192.0.2.9"

of "" ""
of "driftfile \"$dir/sub\"" \
    "driftfile \"$dir/sub\" cannot be written: not a regular file"
of "driftfile \"$dir/no/drift\"" \
    "driftfile \"$dir/no/drift\" cannot be written: $none"
of "driftfile \"$dir/text/drift\"" \
    "driftfile \"$dir/text/drift\" cannot be written: Not a directory"
of "statistics \"$dir/no\"" \
    "statistics \"$dir/no/loopstats\" cannot be written: $none"
of "leapfile \"$dir/no\"" "leapfile \"$dir/no\": $none"
of "leapfile \"$dir/sub\"" "leapfile \"$dir/sub\": not a regular file"
of "cafile \"$dir/no\"" ""
of "cafile \"$dir/no\"
constraint from \"192.0.2.1\"" "cafile \"$dir/no\": $none"
of "nts-ca \"$dir/no\"" ""
of "nts-ca \"$dir/no\"
server 100.64.0.1 nts" "nts-ca \"$dir/no\": $none"
of "nts-ca \"$dir/no\"
server 100.64.0.1 nts nts-pin \
4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865" ""
of "nts certificate \"$dir/no\" key \"$dir/nokey\"
$serve" \
    "nts certificate \"$dir/no\": $none
key of the nts certificate \"$dir/nokey\": $none"
of "nts certificate \"$dir/text\" key \"$dir/text\"
$serve" \
    "key of the nts certificate \"$dir/text\": others may read it: please \
run chmod o-r on it"
of "nts keys \"$dir/no/keys\"
listen on 192.0.2.9
nts listen on 192.0.2.9
nts certificate \"$dir/cert\" key \"$dir/cert.key\"" \
    "nts keys \"$dir/no/keys\" cannot be written: $none"
for pair in "cert.bad cert.key:certificate 1 in it is damaged" \
    "chain.bad cert.key:certificate 2 in it is damaged" \
    "cert.old cert.key:it ended 2021-01-01 00:00 UTC" \
    "cert.new cert.key:it is not valid yet, by this clock" \
    "cert key.bad:no private key without a password in its file" \
    "cert other.key:the key is not this certificate's" \
    "cert.key cert.key:no certificate in it"; do
	files=${pair%%:*}
	of "nts certificate \"$dir/${files% *}\" key \"$dir/${files#* }\"
$serve" "nts certificate \"$dir/${files% *}\" key \
\"$dir/${files#* }\": ${pair#*:}"
done
for ca in "cert:" "text:no certificate in it" \
    "cert.bad:certificate 1 in it is damaged" \
    "chain.bad:certificate 2 in it is damaged"; do
	want=
	[ -z "${ca#*:}" ] || want="nts-ca \"$dir/${ca%%:*}\": ${ca#*:}"
	of "nts-ca \"$dir/${ca%%:*}\"
server 100.64.0.1 nts" "$want"
done
proof="nts certificate \"$dir/cert\" key \"$dir/cert.key\""
of "$serve
$proof
nts rotate 0" "nts keys \"$dir/ntskeys\": $none"
cp good.keys ntskeys
of "$serve
$proof" "nts keys \"$dir/ntskeys\": line 1: not a key"
key=4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865
echo "00000001 1000 $key" >ntskeys
of "$serve
$proof
nts rotate 0" ""
chmod 644 ntskeys
of "$serve
$proof" "nts keys \"$dir/ntskeys\": others may read it: please run chmod \
o-r on it"
rm ntskeys
of "keys \"$dir/no\"" "keys \"$dir/no\": $none"
of "keys \"$dir/good.keys\"" ""
of "keys \"$dir/other.keys\"" \
    "there is no key 1 in $dir/other.keys: 192.0.2.1 will not be asked"
of "keys \"$dir/bad.keys\"" \
    "keys $dir/bad.keys:1: a key of AES128 has 16 octets"
of "keys \"$dir/open.keys\"" "keys \"$dir/open.keys\": others may read or \
write it: please run chmod 600 on it"

# who is not root is not told of what only root can see
if [ "$(id -u)" -eq 0 ]; then
	as="setpriv --reuid=65534 --regid=65534 --clear-groups"
	mkdir -m 700 secret
	cp good.keys secret
	chown 65534 sub
	of "driftfile \"$dir/sub/drift\"" "driftfile \"$dir/sub/drift\" cannot \
be written: its directory is not root's"
	of "keys \"$dir/secret/good.keys\"
leapfile \"$dir/secret/leap\"
driftfile \"$dir/secret/drift\"" "" $as
	of "leapfile \"$dir/no\"" "leapfile \"$dir/no\": $none" $as
	# which a reload could not read again
	cp good.keys their.key
	chown 65534 their.key
	of "nts certificate \"$dir/cert\" key \"$dir/their.key\"
$serve" "key of the nts certificate \"$dir/their.key\": it is not root's: \
please run chown root on it"
fi
[ $failed -eq 0 ]
