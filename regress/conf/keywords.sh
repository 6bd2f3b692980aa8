#!/bin/sh
# Every keyword the parser knows is in ntpd.conf(5), as .Ic, and in an
# example there; that the examples are right is man.sh's.  The keywords come
# from the tables in these files and from the fixed words its functions
# expect.

set -u
TOP=$(cd "$(dirname "$0")/../.." && pwd)
SRC="$TOP/ntpd/conf_listen.c $TOP/ntpd/conf_serve.c"
SRC="$SRC $TOP/ntpd/conf_server.c $TOP/ntpd/conf_stmt.c"
MAN=$TOP/man/ntpd.conf.5

keywords=$(sed -n -e 's/.*\.name = "\([a-z0-9-]*\)".*/\1/p' \
    -e 's/.*parse_\(expect\|accept\)(p, "\([a-z-]*\)").*/\2/p' $SRC | sort -u)
[ "$(echo "$keywords" | wc -l)" -ge 30 ] || {
	echo "too few keywords in $SRC: has its form changed?"
	exit 1
}
# only examples
examples=$(sed -n '/^\.Bd -literal/,/^\.Ed/{/^\./!p;}' "$MAN" |
    sed 's/#.*//' | tr -s ' \t"' '\n')
failed=0
for k in $keywords; do
	grep -Eq "^\.(It |It Xo |Op |Oo |Oc |)*Ic (.* )?$k( |\$)" "$MAN" || {
		echo "ntpd.conf.5: \"$k\" is not there as .Ic"
		failed=1
	}
	echo "$examples" | grep -Fqx -- "$k" || {
		echo "ntpd.conf.5: \"$k\" has no example"
		failed=1
	}
done

echo "keywords: $(echo "$keywords" | wc -l) checked"
exit $failed
