# Our client takes its time from OpenNTPD, which takes it from a reference
# of the test, in a hurry (see hurry.c).

. "$(dirname "$0")/../peers.sh"

${CC:-cc} -D_GNU_SOURCE -O -fPIC -shared -o "$T/hurry.so" \
    "$TOP/regress/peers/hurry.c" || fail "hurry.c does not compile"

host client 100
fake reference 10.9.0.10 refid=GPS
address 10.9.0.11
openntpd openntpd net LD_PRELOAD="$T/hurry.so" <<E
listen on 10.9.0.11
server 10.9.0.10
E
await 60 "OpenNTPD to be synced" said openntpd "clock is now synced"
follows 10.9.0.11 3
