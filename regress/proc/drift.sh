# An absurd drift file is said to be so and ignored; and while the clock is
# not ours (here it never is) the file is left alone.  What a good one means
# is told by regress/unit/drift_test.c.

. "$(dirname "$0")/../lib.sh"

host client 100
fake one 10.9.0.11
conf client <<E
server 10.9.0.11
E
for text in '90000\n' 'nan\n' 'hello\n' '-4000 0.1\n' '12.5 -3 junk\n'; do
	printf %b "$text" >"$T/client.drift"
	cp "$T/client.drift" "$T/before"
	start client
	ready client
	said client "client.drift" ||
	    fail "no word about a drift file of \"$text\""
	stop client
	same "exit status" "$status" 0
	cmp -s "$T/before" "$T/client.drift" || fail "the file was changed"
	rm "$T/client.log"
done
printf '12.500\n' >"$T/client.drift"
start client
synced client
if said client "client.drift"; then
	fail "a good drift file is complained about"
fi
stop client

# nowhere to keep it
rm "$T/client.log"
sed -i "s,^driftfile.*,driftfile \"$T/nosuch/drift\"," "$T/client.conf"
start client
ready client
said client "nosuch/drift: No such file or directory; the frequency will" ||
    fail "no word about the directory"
