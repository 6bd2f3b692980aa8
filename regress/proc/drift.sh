# The drift file: written in order, read back, absurd ones ignored.

. "$(dirname "$0")/../lib.sh"

host client 100
fake one 10.9.0.11
run()
{
	rm -f "$T/client.log"
	printf '%b' "$1" >"$T/client.drift"
	conf client <<E
server 10.9.0.11
E
	start client
	ready client
}
freq()
{
	value client status .freq
}
near()
{
	awk -v got="$(freq)" -v want="$1" 'BEGIN {
		d = got - want
		exit !(d < 0.01e-6 && d > -0.01e-6)
	}'
}

# OpenNTPD's format, and chrony's with its bound
for text in '12.500\n' '           12.500000             0.100000\n'; do
	run "$text"
	await 5 "the frequency of the drift file" near 12.5e-6
	stop client
done
for text in '90000\n' 'nan\n' 'hello\n' '' '-4000 0.1\n' '12.5 -3 junk\n'; do
	run "$text"
	grep -q "client.drift" "$T/client.log" ||
	    fail "no word about a drift file of \"$text\""
	near 0 || fail "drift file \"$text\": frequency $(freq)"
	stop client
done
rm "$T/client.drift"
