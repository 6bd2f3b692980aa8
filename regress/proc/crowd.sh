# More servers than there is room for: the rest is said once each and shown
# as such, and a reload that makes room has them asked.

. "$(dirname "$0")/../lib.sh"

host client 100
fake last 10.9.0.11
names <<E
last.test A 10.9.0.12
E

# crowd FROM: so many, of whom none answers, and one that does
crowd()
{
	{
		for i in $(seq "$1" 80); do
			echo "server 10.9.66.$i"
		done
		echo "server 10.9.0.11"
		echo "server last.test"
	} | conf client
}

not_asked()
{
	value client sources \
	    '[.sources[] | select((.reason // "") | test("too many"))] | length'
}

crowd 1
start client
ready client
await 20 "the name to be shown" is client sources \
    '.sources[-1] | .name == "last.test" and
    ((.reason // "") | test("too many"))'
same "not asked" "$(not_asked)" 18
same "words of that" "$(grep -c "more than 64 sources, not asked" \
    "$T/client.log")" 18
check "reload" ctl client reload
same "words of that" "$(grep -c "more than 64 sources, not asked" \
    "$T/client.log")" 18
crowd 30
check "reload" ctl client reload
synced client
same "not asked now" "$(not_asked)" 0
