. "$(dirname "$0")/../peers.sh"
B=$TOP/regress/bench
host gen 1
on gen ip route add local 10.64.0.0/10 dev lo
ip route add 10.64.0.0/10 via 10.9.1.2
echo 1 >/proc/sys/net/ipv4/conf/all/rp_filter 2>/dev/null
address 10.9.0.1 10.9.0.2 10.9.0.3 10.9.0.4
conf ntpd <<E
listen on 10.9.0.2
local stratum 3
E
spawn echo net nice -n -15 taskset -c 0 $B/echo.t 10.9.0.1
spawn ntpd net nice -n -15 taskset -c 0 $NTPD -d -x -f $T/ntpd.conf
await 20 "serving" probe gen -s -t 200 10.9.0.2
eng=$(child ntpd engine)
chrony chronyd net <<E
local stratum 4
allow all
bindaddress 10.9.0.3
E
chrony chronyl net <<E
local stratum 4
allow all
bindaddress 10.9.0.4
ratelimit interval -19
E
await 10 "chronyd to answer" probe gen -t 200 10.9.0.3
await 10 "chronyd to answer" probe gen -t 200 10.9.0.4
pc=$(pid chronyd); pl=$(pid chronyl)
renice -n -15 -p $pc $pl $eng >/dev/null
taskset -pc 0 $pc >/dev/null; taskset -pc 0 $pl >/dev/null
load() { on gen nice -n -15 taskset -c 1 $B/load.t "$@"; }
head -1 /proc/stat
for r in ${ROUNDS:-1 2 3}; do
for c in 100 100000; do
echo "echo   $c $(load -t 1 -c $c -e -P $(pid echo) 10.9.0.1)"
echo "ours   $c $(load -t 1 -c $c -P $eng 10.9.0.2)"
echo "chrony $c $(load -t 1 -c $c -P $pc 10.9.0.3)"
echo "chrlim $c $(load -t 1 -c $c -P $pl 10.9.0.4)"
done; done
rload() { on gen chrt -f 40 taskset -c 1 $B/load.t "$@"; }
pe=$(pid echo)
chrt -f -p 40 $eng; chrt -f -p 40 $pe
for i in $(seq 12); do for c in 100 100000; do echo "ours-$c $(rload -t .2 -c $c -P $eng 10.9.0.2)";  echo "echo-$c $(rload -e -t .2 -c $c -P $pe 10.9.0.1)"; done; done | awk '{sub(/per_reply=/,"",$8); print $1, $8}' | sort -k1,1 -k2,2n | awk '{a[$1]=a[$1]" "$2} END{for(k in a)print k, a[k]}'
rload() { on gen chrt -f 40 taskset -c 1 $B/load.t "$@"; }
pe=$(pid echo)
chrt -f -p 40 $eng; chrt -f -p 40 $pe
for i in $(seq 12); do for c in 100 100000; do echo "ours-$c $(rload -t .2 -c $c -P $eng 10.9.0.2)";  echo "echo-$c $(rload -e -t .2 -c $c -P $pe 10.9.0.1)"; done; done | awk '{sub(/per_reply=/,"",$8); print $1, $8}' | sort -k1,1 -k2,2n | awk '{a[$1]=a[$1]" "$2} END{for(k in a)print k, a[k]}'
rload() { on gen chrt -f 40 taskset -c 1 $B/load.t "$@"; }
pe=$(pid echo)
chrt -f -p 40 $eng; chrt -f -p 40 $pe
for i in $(seq 40); do for c in 100 100000; do echo "ours-$c $(rload -t .08 -c $c -P $eng 10.9.0.2)";  echo "echo-$c $(rload -e -t .08 -c $c -P $pe 10.9.0.1)"; done; done | awk '{sub(/per_reply=/,"",$8); print $1, $8}' | sort -k1,1 -k2,2n | awk '{a[$1]=a[$1]" "$2} END{for(k in a)print k, a[k]}'
rload() { on gen chrt -f 40 taskset -c 1 $B/load.t "$@"; }
pe=$(pid echo)
chrt -f -p 40 $eng; chrt -f -p 40 $pe
for i in $(seq 40); do for c in 100 100000; do echo "ours-$c $(rload -t .08 -c $c -P $eng 10.9.0.2)";  echo "echo-$c $(rload -e -t .08 -c $c -P $pe 10.9.0.1)"; done; done | awk '{sub(/per_reply=/,"",$8); print $1, $8}' | sort -k1,1 -k2,2n | awk '{a[$1]=a[$1]" "$2} END{for(k in a)print k, a[k]}'
rload() { on gen chrt -f 40 taskset -c 1 $B/load.t "$@"; }
pe=$(pid echo)
chrt -f -p 40 $eng; chrt -f -p 40 $pe
for i in $(seq 40); do for c in 100 100000; do echo "ours-$c $(rload -t .08 -c $c -P $eng 10.9.0.2)";  echo "echo-$c $(rload -e -t .08 -c $c -P $pe 10.9.0.1)"; done; done | awk '{sub(/per_reply=/,"",$8); print $1, $8}' | sort -k1,1 -k2,2n | awk '{a[$1]=a[$1]" "$2} END{for(k in a)print k, a[k]}'
