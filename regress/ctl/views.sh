# Every view as text and as JSON, of a normal daemon, an empty one and one
# whose values are out of all bounds: byte for byte as in golden/.
#
#	views.sh write	makes the golden files anew

. "$(dirname "$0")/lib"
GOLDEN=$TOP/regress/ctl/golden

# golden FILE SCENARIO ARGUMENT ...
golden()
{
	file=$1
	shift
	ask "$@" || wrong "$file: exit status $?: $(cat "$T/err")"
	[ ! -s "$T/err" ] || wrong "$file: $(cat "$T/err")"
	if [ -n "$write" ]; then
		cp "$T/out" "$GOLDEN/$file"
	elif ! diff -u "$GOLDEN/$file" "$T/out"; then
		wrong "$file"
	fi
}

write=${1-}
for scenario in normal sensors both empty extreme; do
	for view in all clients constraints nts peers processes Sensors \
	    server sources status; do
		golden "$scenario.$view.text" $scenario -n -s $view
		golden "$scenario.$view.json" $scenario -n -j -s $view
		jq -e . "$T/out" >/dev/null ||
		    wrong "$scenario.$view.json is no JSON"
	done
done

# abbreviation and the view it is
while read -r short view; do
	ask both -n -s $short || wrong "-s $short: $(cat "$T/err")"
	cmp -s "$T/out" "$GOLDEN/both.$view.text" ||
	    wrong "-s $short is not $view"
done <<E
a all
al all
con constraints
p peers
cl clients
peer peers
pr processes
S Sensors
Sens Sensors
sensors Sensors
n nts
serv server
se server
so sources
s status
st status
ALL all
E

# so many clients
ask both -n -s clients 2 || wrong "clients 2: $(cat "$T/err")"
head -n 3 "$GOLDEN/both.clients.text" | awk '{ print $1 }' >"$T/want"
awk '{ print $1 }' "$T/out" | cmp -s - "$T/want" || wrong "clients 2"

# what was printed before it could not be is not success
play both sh -c '"$1" -c "$2" -n -s all >/dev/full' sh "$NTPCTL" "$SOCK" \
    2>"$T/err" && wrong "a full disk is success"
grep -q "No space left" "$T/err" || wrong "full disk: $(cat "$T/err")"

# a view fits a terminal, unless a name and a reason do not
[ "$(awk 'length > 80' "$GOLDEN/both.sources.text" |
    grep -vc '(')" -eq 0 ] || wrong "sources is wider than 80 columns"
exit $failed
