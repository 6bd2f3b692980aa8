# chronyd asks us in interleaved mode and gets it, from the engine and from a
# worker, beside a chronyd that does not ask; neither is off.

. "$(dirname "$0")/../peers.sh"

host server 1
host client 100
host plain 101
chronyc()
{
	"$PEERS/chrony/usr/bin/chronyc" -h "$T/$1.run/sock" -c "$2"
}
# Interleaved? and how many good samples, of the source we are
data()
{
	"$PEERS/chrony/usr/bin/chronyc" -h "$T/$1.run/sock" ntpdata |
	    sed -n "s/^$2 *: //p" | head -n 1
}
for workers in "" "workers 2"; do
	conf server <<E
listen on * inet limit off $workers
local stratum 3
E
	start server
	ready server
	await 20 "it to serve" probe client -s 10.9.1.2
	chrony chronyd client <<E
server 10.9.1.2 iburst xleave minpoll -2 maxpoll -2
E
	chrony chronyp plain <<E
server 10.9.1.2 iburst minpoll -2 maxpoll -2
E
	enough()
	{
		[ "$(data chronyd "Total good RX")" -ge 40 ] &&
		    [ "$(data chronyp "Total good RX")" -ge 40 ]
	}
	await 40 "forty samples each" enough
	close()
	{
		# name,samples,runs,span,freq,skew,offset,sd
		chronyc $c sourcestats | awk -F, '{
			exit !($7 < 0.001 && $7 > -0.001 && $8 < 0.001)
		}'
	}
	same "interleaved" "$(data chronyd Interleaved)" Yes
	same "plain" "$(data chronyp Interleaved)" No
	n=$(value server server .server.interleaved)
	[ "$n" -ge 25 ] || fail "only $n replies were interleaved"
	for c in chronyd chronyp; do
		await 40 "good samples of $c" close
		stop $c
		rm -rf "$T/$c.run"
	done
	stop server
done
