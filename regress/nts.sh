# Certificates for the tests of NTS, beside lib.sh:
#
#	pki [DAYS]		$T/ca.pem, and a certificate for ntp.test
#	leaf NAME [DNS ...]	$T/NAME.crt and .key of that CA

# openssl says too much when all is well
quiet()
{
	"$@" >"$T/openssl.out" 2>&1 || {
		cat "$T/openssl.out"
		fail "openssl"
	}
}

EC="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"

pki()
{
	command -v openssl >/dev/null || skip "no openssl"
	# shellcheck disable=SC2086
	quiet openssl req -x509 $EC -keyout "$T/ca.key" -out "$T/ca.pem" \
	    -days "${1-30}" -subj "/CN=test CA" \
	    -addext basicConstraints=critical,CA:TRUE \
	    -addext keyUsage=critical,keyCertSign,cRLSign
	leaf ntp ntp.test localhost
}

leaf()
{
	leaf=$1
	shift
	names=$(for n; do printf 'DNS:%s,' "$n"; done)
	# shellcheck disable=SC2086
	quiet openssl req $EC -keyout "$T/$leaf.key" -out "$T/$leaf.csr" \
	    -subj "/CN=$1"
	cat >"$T/$leaf.ext" <<E2
subjectAltName=${names}IP:127.0.0.1,IP:10.9.0.11,IP:10.9.100.2
basicConstraints=CA:FALSE
extendedKeyUsage=serverAuth
keyUsage=digitalSignature
E2
	quiet openssl x509 -req -in "$T/$leaf.csr" -CA "$T/ca.pem" \
	    -CAkey "$T/ca.key" -set_serial "0x$(openssl rand -hex 8)" \
	    -days 20 -extfile "$T/$leaf.ext" -out "$T/$leaf.crt"
	chmod 600 "$T/$leaf.key"
}

# The name ntp.test is that server's.
hosts()
{
	echo "10.9.100.2 ntp.test" >>"$T/hosts"
	mount --bind "$T/hosts" /etc/hosts
}

# dated NAME FROM UNTIL [DNS ...]: the same with other dates (YYYYMMDD)
dated()
{
	dated=$1 from=$2 until=$3
	shift 3
	leaf "$dated" "$@"
	mkdir -p "$T/ca.db"
	: >"$T/ca.db/index.txt"
	openssl rand -hex 8 >"$T/ca.db/serial"
	cat >"$T/ca.cnf" <<E2
[ca]
default_ca=d
[d]
database=$T/ca.db/index.txt
new_certs_dir=$T/ca.db
serial=$T/ca.db/serial
default_md=sha256
policy=p
unique_subject=no
[p]
commonName=supplied
E2
	quiet openssl ca -batch -config "$T/ca.cnf" -cert "$T/ca.pem" \
	    -keyfile "$T/ca.key" -in "$T/$dated.csr" \
	    -extfile "$T/$dated.ext" -startdate "${from}000000Z" \
	    -enddate "${until}000000Z" -notext -out "$T/$dated.crt"
}

# pin NAME: what nts-pin takes
pin()
{
	openssl x509 -in "$T/$1.crt" -noout -pubkey |
	    openssl pkey -pubin -outform der | openssl sha256 -r |
	    cut -d' ' -f1
}
