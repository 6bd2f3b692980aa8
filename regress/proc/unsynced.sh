# Without any source it answers that it does not know; with "local stratum"
# it answers all the same, and a real source is better than that.

. "$(dirname "$0")/../lib.sh"

host server 1
conf server <<E
listen on 10.9.1.2
server 10.9.0.11 poll 2 2
E
start server
ready server
probe net 10.9.1.2 | tr ' ' '\n' >"$T/answer"
. "$T/answer"
same "leap" "$leap" 3
same "stratum" "$stratum" 0
case $refid in
52415445|44454e59|52535452|494e4954)
	fail "it answers with a kiss: $refid" ;;
esac

conf server <<E
listen on 10.9.1.2
server 10.9.0.11 poll 2 2
local stratum 9
E
check "reload" ctl server reload
await 80 "the local clock (it waits a minute for better)" \
    probe net -s 10.9.1.2
probe net 10.9.1.2 | tr ' ' '\n' >"$T/answer"
. "$T/answer"
same "stratum" "$stratum" 9
same "refid" "$refid" 7f7f0101
fake one 10.9.0.11 stratum=3
stratum4()
{
	probe net 10.9.1.2 | grep -q " stratum=4 "
}
await 60 "the real source to be used" stratum4
