# "workers N": so many processes with a socket each, the same one always for
# the same client; one that is lost is started again; a reload changes how
# many; what they count is counted.

. "$(dirname "$0")/../lib.sh"

host server 1
host client 100
on client ip route add local 10.64.0.0/16 dev lo
ip route add 10.64.0.0/16 via 10.9.100.2

# listener WORDS: what the server has
listener()
{
	conf server <<E
$1
listen on 127.0.0.1
local stratum 3
# a worker is told of everything there is
deny from 10.55.0.0/16 to 127.0.0.1
constraint from "https://10.9.0.77/"
E
}

# ask N [ADDRESS]: requests of the n-th client, one after another
ask()
{
	on client "$TOP/regress/bench/load.t" -a "10.64.0.$1" -c 1 -w 1 \
	    -t 0.15 "${2-10.9.1.2}" >/dev/null
}

# asks N: the same, and some patience: it is answered in the end
asks()
{
	tries=8
	until ask "$1"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
	done
}

workers()
{
	child server ': server'
}

# workers_are N
workers_are()
{
	[ "$(workers | wc -l)" -eq "$1" ]
}

counted()
{
	value server server .server.replies
}

listener "listen on 10.9.1.2 workers 2"
start server
ready server
await 5 "two workers" workers_are 2
await 10 "an answer" ask 1
if said server "lost child"; then
	fail "a worker ended by itself"
fi
if [ "${NTPD_SANDBOX-}" != off ]; then
	for p in $(workers); do
		for f in CapInh CapPrm CapEff CapAmb CapBnd; do
			grep -q "^$f:.0000000000000000$" "/proc/$p/status" ||
			    fail "a worker has capabilities: $f"
		done
		grep -q '^Seccomp:.2$' "/proc/$p/status" ||
		    fail "a worker has no seccomp filter"
		same "a worker's root" "$(readlink "/proc/$p/root")" /var/empty
	done
fi

# one is stopped: it keeps its own clients waiting, and nobody else's
stopped=$(workers | head -n 1)
kill -STOP "$stopped"
hers='' others=''
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	if asks $i; then
		others="$others $i"
	else
		hers="$hers $i"
	fi
done
[ -n "$hers" ] && [ -n "$others" ] ||
    fail "not shared: of the one \"$hers\", of the other \"$others\""
for i in $hers; do
	! ask "$i" || fail "client $i went to another worker"
done
for i in $others; do
	asks "$i" || fail "client $i went to another worker"
done

# it is lost: the other has all of its clients, until it is back
kill -KILL "$stopped"
for i in $hers; do
	await 10 "client $i to be served by another" ask "$i"
done
await 5 "the loss to be logged" said server \
    "lost child: server terminated by signal 9.*starting it again"
await 10 "two workers again" workers_are 2
await 10 "the new one to listen" ask 1
for p in $(workers); do
	[ "$p" != "$stopped" ] || fail "a dead worker is listed"
done

# what they count is counted, and stays
is server server '[.listeners[] | select(.workers == 2)] | length == 1' ||
    fail "the listener is not shown with its workers"
counts()
{
	[ "$(counted)" -gt 100 ]
}
await 5 "replies to be counted" counts
before=$(counted)

# more, fewer, none, and all again; always somebody answers
for n in 3 1 0 2; do
	if [ $n -eq 0 ]; then
		listener "listen on 10.9.1.2"
	else
		listener "listen on 10.9.1.2 workers $n"
	fi
	check "reload to $n workers" ctl server reload
	await 10 "$n workers" workers_are $n
	await 10 "$n workers to answer" ask 2
	for i in 3 4 5 6; do
		asks $i || fail "client $i is not served by $n workers"
	done
done
[ "$(counted)" -ge "$before" ] || fail "what was counted is lost"

# an interface, in both families
conf server <<E
listen on interface eth0 workers 2
local stratum 3
E
check "reload to an interface" ctl server reload
await 10 "an answer there" ask 1
for a in 10.9.1.2 fd09:1::2; do
	await 10 "an answer from $a" probe client -s $a
done
stop server
same "exit status" "$status" 0
await 5 "nothing to be left" vanished ntpd
