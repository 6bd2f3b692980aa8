# Certificates for the tests of NTS, beside lib.sh:
#
#	pki			$T/ca.pem, and a certificate for ntp.test
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
	    -days 30 -subj "/CN=test CA" \
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
