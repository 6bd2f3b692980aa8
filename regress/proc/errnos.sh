# Every way the kernel refuses to send or reports back: none ends the
# daemon, each source says what is wrong, and recovers when it can.

. "$(dirname "$0")/../lib.sh"

host client 100
fake good 10.9.0.10
for n in 1 2 3 4 5; do
	fake "s$n" "10.9.0.1$n"
done
{
	for n in 0 1 2 3 4 5; do
		echo "server 10.9.0.1$n poll 2 2"
	done
} | conf client
start client
synced client
await 30 "all to be valid" valid client 6

ip -n client route add unreachable 10.9.0.11	# EHOSTUNREACH
ip -n client route add prohibit 10.9.0.12	# EACCES
ip -n client route add blackhole 10.9.0.13	# EINVAL
ip -n client route add throw 10.9.0.14		# ENETUNREACH
kill "$(pid s5)"				# ECONNREFUSED
for n in 1 2 3 4 5; do
	await 40 "10.9.0.1$n to miss a poll" \
	    peer_is client "10.9.0.1$n" '.reach % 2 == 0'
done
for n in 1 2 3; do
	check "10.9.0.1$n says why" peer_is client "10.9.0.1$n" \
	    '.reason | test("route") or .state == "valid"'
done
await 20 "the good one to go on" peer_is client 10.9.0.10 '.reach % 4 == 3'
check "it is synced" is client status .synced

for n in 1 2 3 4; do
	ip -n client route del "10.9.0.1$n"
done
spawn s5 net "$TOOLS/fakentp.t" 10.9.0.15
await 60 "all to be valid again" valid client 6
for n in 1 2 3 4 5; do
	await 40 "10.9.0.1$n to answer again" \
	    peer_is client "10.9.0.1$n" '.reach % 4 == 3'
done
