# The statistics as ntpsec's own reader takes them, the one ntpviz stands on:
# no line is unknown to it, none is lost when files are renamed and opened
# anew, and the servers are told apart, IPv6 and sensors as well.

# shared memory is not of the network: an IPC namespace, too
if [ -z "${SENSOR_IPC-}" ] && unshare --ipc true 2>/dev/null; then
	SENSOR_IPC=1 exec unshare --ipc sh "$0" "$@"
fi
. "$(dirname "$0")/../peers.sh"
[ -n "${SENSOR_IPC-}" ] || skip "an IPC namespace is not permitted here"

S=$T/stats
mkdir "$S"
host client 100
fake one 10.9.0.11
fake six fd09:0:1::12
spawn gps client "$TOOLS/shmfeed.t" 2
conf client <<E
statistics "$S"
server 10.9.0.11 poll 2 2
server fd09:0:1::12 poll 2 2
sensor shm2
E
start client
synced client

# read_by_ntpviz: lines of loopstats and peerstats, and the peers
read_by_ntpviz()
{
	PYTHONPATH=$PEERS/ntpsec/usr/lib/python3/dist-packages \
	    "$PYTHON" -c '
import sys, time
from ntp.statfiles import NTPStats
s = NTPStats(sys.argv[1], "client", starttime=time.time() - 3600,
    endtime=time.time() + 3600)
for l in s.loopstats:
    assert len(l) == 7 and abs(float(l[2])) < 0.1, l
for l in s.peerstats:
    assert len(l) == 8 and abs(float(l[4])) < 0.1, l
print(len(s.loopstats), len(s.peerstats), *sorted(s.peersplit()))
' "$S"
}

lines()
{
	[ "$(cat "$S"/"$1".* | wc -l)" -ge "$2" ]
}

await 30 "lines" lines loopstats 10
await 30 "lines" lines peerstats 20
for f in "$S"/*; do
	mv "$f" "$f.old"
done
check "reload" ctl client reload
before=$(cat "$S"/*.old | wc -l)
await 30 "lines in new files" lines peerstats \
    $(($(cat "$S"/peerstats.*.old | wc -l) + 2))
same "lines of the old files" "$(cat "$S"/*.old | wc -l)" "$before"
stop client
same "what ntpsec reads" "$(read_by_ntpviz)" \
    "$(cat "$S"/loopstats.* | wc -l) $(cat "$S"/peerstats.* | wc -l) \
10.9.0.11 fd09:0:1::12 shm2"
