# Every view, command, log level, column, label and JSON name is in
# ntpctl(8), and what the page says of OpenNTPD's columns is what is printed.

. "$(dirname "$0")/lib"
PAGE=$TOP/man/ntpctl.8

sed '/^\.Sh JSON/,$d' "$PAGE" >"$T/text"
sed -n '/^\.Sh JSON/,$p' "$PAGE" >"$T/json"

# documented PART WORD KIND: as .Cm or .Ic, alone or in a list; in the part
# about text only what begins an item counts
documented()
{
	awk -v want="$2" -v part="$1" '
	/^\.It (Cm|Ic|Pq)/ || part == "json" && (/^\.Cm/ || / Cm /) {
		line = $0
		gsub(/\\-/, "-", line)
		sub(/ (O[op]|Ar) .*/, "", line)
		gsub(/^\.| *(It|Cm|Ic) /, ",", line)
		n = split(line, word, / *, *| *\| *| [.;]$/)
		for (i = 1; i <= n; i++) {
			gsub(/^[( ]+|[ ]+$/, "", word[i])
			if (word[i] == want)
				found = 1
		}
	}
	END { exit !found }' "$T/$1" || wrong "ntpctl.8: $3 \"$2\" is missing"
}

# the words of the usage: commands, views and log levels
"$NTPCTL" 2>"$T/usage"
n=0
for word in $(sed 's/\[[^][]*\]//g; s/\[[^]]*\]//g; s/ host.*//;
    s/^.*ntpctl//; s/-s//; s/|//g' \
    "$T/usage"); do
	documented text "$word" "the word"
	n=$((n + 1))
done
[ $n -ge 18 ] || wrong "$n words in the usage"

for view in status server; do
	ask both -n -s $view
	sed '1d; /^$/,$d' "$T/out" | cut -c 1-17 | sed 's/ *$//' |
	    while read -r label; do
		documented text "$label" "the label of $view"
		[ $failed -eq 0 ] || exit 1
	done || failed=1
done
# after a blank line there are heads; the first is in 13 columns
ask both -n -s server
awk 'head { print substr($0, 1, 13)
    n = split(substr($0, 14), word); for (i = 1; i <= n; i++) print word[i] }
    { head = $0 == "" }' "$T/out" | sed 's/ *$//' | while read -r head; do
	documented text "$head" "the column of server"
	[ $failed -eq 0 ] || exit 1
done || failed=1
ask both -n -j -s server
jq -r '.drops[].reason' "$T/out" | while read -r reason; do
	grep -qxE "\.Cm $reason" "$T/text" || {
		wrong "ntpctl.8: the reason $reason is missing"
		exit 1
	}
done || failed=1
for view in nts peers Sensors sources; do
	ask both -n -s $view
	# the lines of heads are those with "st" or "age"
	for head in $(grep -Ew "st|age" "$T/out" | sed 's/(.*//'); do
		documented text "$head" "the column of $view"
	done
done
names=$(for view in all clients constraints nts processes sources server; do
	ask both -n -j -s $view
	jq -r '.. | objects | keys[]' "$T/out"
done | sort -u)
[ "$(echo "$names" | wc -w)" -ge 80 ] || wrong "not all names"
for name in $names; do
	documented json "$name" "the name"
done
exit $failed
