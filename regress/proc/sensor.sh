# A sensor, from the shared memory a receiver's program writes to what
# clients are told: it becomes valid and is what we are a server of the
# first stratum by; what makes no sense is not used; silence makes it
# invalid; a lost sensor process is started again and nothing else ends.

# shared memory is not of the network: an IPC namespace, too
if [ -z "${SENSOR_IPC-}" ] && unshare --ipc true 2>/dev/null; then
	SENSOR_IPC=1 exec unshare --ipc sh "$0" "$@"
fi
. "$(dirname "$0")/../lib.sh"
[ -n "${SENSOR_IPC-}" ] || skip "an IPC namespace is not permitted here"

host client 100

# feed NAME UNIT [SETTING ...]: a receiver
feed()
{
	name=$1
	shift
	spawn "$name" net "$TOOLS/shmfeed.t" "$@"
	await 5 "$name" said "$name" "ready"
}

# sensor NAME FILTER: a value of that sensor; sensor_is likewise
sensor()
{
	value client Sensors ".sensors[] | select(.name == \"$1\") | $2"
}

sensor_is()
{
	[ "$(sensor "$1" "$2" 2>/dev/null)" = true ]
}

# no sensors, no process, until a reload brings the first one
conf client <<E2
listen on 10.9.100.2
E2
start client
ready client
same "sensor processes without a sensor" "$(child client sensor)" ""

echo "sensor shm2" >>"$T/client.conf"
check "reload" ctl client reload
first_sensor()
{
	[ -n "$(child client sensor)" ]
}
await 10 "the first sensor's process" first_sensor
sensor_is shm2 '.reason == "says nothing"' || fail "shm2 is not shown"
stop client
rm "$T/client.log"

feed gps 2 offset=0.005
feed old 4 say=old
feed wild 5 say=wild
feed torn 6 say=torn
feed alarm 7 leap=3
conf client <<E2
listen on 10.9.100.2
sensor shm2 refid GPS
sensor shm3 refid TWO weight 2 correction 20000
sensor shm4
sensor shm5
sensor shm6
sensor shm7
sensor pps255 refid PPS
E2
start client
ready client
first=$(child client sensor)
[ -n "$first" ] || fail "there is no sensor process"
synced client
await 20 "shm2 to be in use" sensor_is shm2 \
    '.state == "valid" and .tally == "*" and .good == 1'
await 20 "shm2 to be a source" is client sources \
    '.sensors[] | select(.name == "shm2") | .state == "valid" and
    .reach % 2 == 1 and .last < 10 and .offset_error != null'
said client "sensor shm2 now valid" || fail "the log does not say valid"
sensor_is shm3 '.state == "starting" and .reason == "says nothing"' ||
    fail "shm3 says nothing, and is $(sensor shm3 .)"
check "status counts sensors" ctl client -s status
said client "sensor pps255: /dev/pps255: No such file" ||
    fail "the log does not say that a device is missing"
grep -q "^1/7 sensors valid, clock synced, stratum 1" "$T/check.out" ||
    fail "not OpenNTPD's line: $(head -n 1 "$T/check.out")"
is client status '.refid == "GPS" and .stratum == 1' || fail "not by GPS"

# the clock is watched only, so 5 ms is what is between it and the sensor
is client status '(.clock_offset - 0.005) | fabs < 0.001' ||
    fail "offset $(value client status .clock_offset), want 0.005"
serves client 10.9.100.2 0.005 0.003
same "stratum, leap" "$stratum $leap" "1 0"
same "refid" "$refid" 47505300

# what the second one says agrees only with its correction; stratum and
# refid are new, and the samples of the first stay
samples=$(value client status .updates)
conf client <<E2
listen on 10.9.100.2
sensor shm2 refid ONE stratum 3
sensor shm3 refid TWO weight 2 correction 20000
sensor shm4
sensor shm5
sensor shm6
sensor shm7
sensor pps255 refid PPS
E2
check "reload" ctl client reload
same "the same process, for the same sensors" "$(child client sensor)" \
    "$first"
await 20 "refid and stratum to follow" \
    is client status '.refid == "79.78.69.0" and .stratum == 3'
[ "$(value client status .updates)" -ge "$samples" ] ||
    fail "the reload began anew"
same "shm2 was lost to the log" "$(grep -c 'shm2 now' "$T/client.log")" 1
feed two 3 offset=-0.015
await 30 "shm3" sensor_is shm3 '.state == "valid"'
sensor_is shm3 '.offset | fabs < 0.001' ||
    fail "shm3 with its correction is off by $(sensor shm3 .offset)"

# silence
stop two
await 90 "shm3 to be invalid" sensor_is shm3 '.state == "invalid"'
said client "sensor shm3 now invalid" || fail "the log does not say invalid"
sensor_is shm2 '.state == "valid"' || fail "shm2 went with it"

# what makes no sense was fed all the time, and never taken
for s in shm4 shm5 shm6 shm7; do
	sensor_is $s '.reason == "says nothing"' ||
	    fail "$s is nonsense, and used: $(sensor $s .)"
done
for f in old wild torn alarm; do
	stop $f
done

# another sensor less: a new process
conf client <<E2
listen on 10.9.100.2
sensor shm2 refid ONE stratum 3
E2
check "reload" ctl client reload
second()
{
	p=$(child client sensor)
	[ -n "$p" ] && [ "$p" != "$1" ]
}
await 10 "a new sensor process" second "$first"
same "sensors" "$(value client Sensors '.sensors | length')" 1
await 20 "shm2 again" sensor_is shm2 '.good == 1 and .state == "valid"'

# lost twice: started again each time, later the second time
for n in 1 2; do
	p=$(child client sensor)
	kill -KILL "$p"
	await 15 "sensor process after its end, $n" second "$p"
	said client "sensor terminated by signal 9 .*again in $n s" ||
	    fail "the log does not say what became of sensor"
done
running "$(pid client)" || fail "the daemon went with it"
p=$(child client sensor)
locked()
{
	grep -q "^Seccomp:[[:space:]]*2" "/proc/$p/status"
}
[ "${NTPD_SANDBOX-}" = off ] || await 10 "its sandbox" locked
for c in CapInh CapPrm CapEff CapAmb CapBnd; do
	grep -q "^$c:[[:space:]]*0*$" "/proc/$p/status" ||
	    fail "sensor, started again: $(grep $c "/proc/$p/status")"
done
await 20 "shm2 after that" sensor_is shm2 '.good == 1 and .state == "valid"'
stop client
same "exit status" "$status" 0
await 5 "nothing to be left" vanished ntpd
