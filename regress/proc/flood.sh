# A flood from forged addresses: the server's own samples go on, others get
# their answers, memory stays what it is; with and without workers.

. "$(dirname "$0")/../lib.sh"

RATE=20000 SECONDS_LONG=6
host server 1
host client 100
host upstream 2
on client ip route add local 10.64.0.0/10 dev lo
ip route add 10.64.0.0/10 via 10.9.100.2
conf upstream <<E
listen on 10.9.2.2
local stratum 2
E
start upstream
ready upstream

# memory: KiB of the processes that answer
memory()
{
	for p in $(child server ': engine') $(child server ': server'); do
		sed -n 's/^RssAnon:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$p/status"
	done | awk '{ n += $1 } END { print n }'
}

flood()
{
	on client "$TOP/regress/bench/load.t" -c 4000000 -r "$RATE" "$@" \
	    10.9.1.2
}

for workers in '' ' workers 2'; do
	conf server <<E
server 10.9.2.2 poll 2 2
listen on 10.9.1.2$workers
limit on clients 4096
E
	start server
	ready server
	synced server
	# it has all the memory it will ever want
	flood -t 1 >/dev/null
	before=$(memory)

	flood -t $SECONDS_LONG >"$T/flood" &
	flooder=$!
	asked=0 answered=0
	while kill -0 $flooder 2>/dev/null; do
		asked=$((asked + 1))
		! probe client -t 2000 10.9.1.2 >/dev/null ||
		    answered=$((answered + 1))
		sleep 0.5
	done
	wait $flooder
	grep -q 'valid=[1-9]' "$T/flood" || fail "nobody was answered"
	[ "$asked" -ge 3 ] || fail "the flood was over at once"
	# a server that does not get the processor loses what comes meanwhile
	[ "$answered" -ge $((asked - 1 - asked / 4)) ] ||
	    fail "of $asked requests in the flood $answered were answered"
	after=$(memory)
	[ $((after - before)) -lt 256 ] ||
	    fail "memory grew from $before to $after KiB$workers"
	is server status .synced || fail "no longer synced$workers"
	# whole junk, too
	for kind in mode6 mode7 random fields; do
		flood -t 0.5 -j $kind >"$T/junk" || fail "$kind: no load"
		case $kind in
		mode*)	grep -q 'valid=0 invalid=0' "$T/junk" ||
			    fail "$kind was answered: $(cat "$T/junk")" ;;
		esac
	done
	[ $(($(memory) - before)) -lt 256 ] ||
	    fail "memory grew from $before to $(memory) KiB by junk$workers"
	await 10 "samples to go on" peer_is server 10.9.2.2 \
	    '.last < 5 and (.reach % 4 == 3)'
	stop server
	rm "$T/server.log"
done
