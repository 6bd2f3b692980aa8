# The statistics files: lines in the columns that others read, opened anew on
# a reload, on a disk that is full and then not, and without a directory.

. "$(dirname "$0")/../lib.sh"

S=$T/small
same_day 300
host client 100
fake one 10.9.0.11
fake two 10.9.0.12 offset=-2
mkdir "$S"
mount -t tmpfs -o mode=755,size=256k none "$S"

client_conf()
{
	conf client <<E
$1
server 10.9.0.11 poll 2 2
server 10.9.0.12 poll 2 2 noselect
E
}

# file STEM: that of today
file()
{
	echo "$S/$1.$(date -u +%Y%m%d)"
}

lines()
{
	[ "$(wc -l 2>/dev/null <"$(file "$1")")" -ge "$2" ]
}

# well_formed STEM CONDITION ...: of all lines, by awk
well_formed()
{
	stem=$1 today=$(($(date +%s) / 86400 + 40587))
	shift
	awk -v today="$today" "
	function number(s) { return s ~ /^-?[0-9]+\\.[0-9]+\$/ }
	!(\$1 >= today - 1 && \$1 <= today && \$1 !~ /[^0-9]/ &&
	    number(\$2) && \$2 >= 0 && \$2 < 86400 && $*) {
		print FILENAME \": \" \$0
		bad = 1
	}
	END { exit bad || NR == 0 }" "$(file "$stem")"
}

# shellcheck disable=SC2016
all_well_formed()
{
	check "the form of loopstats" well_formed loopstats 'NF == 7 &&
	    number($3) && $3 * $3 < 0.01 && number($4) && number($5) &&
	    $5 >= 0 && number($6) && $6 >= 0 && $7 == 2'
	check "the form of peerstats" well_formed peerstats 'NF == 8 &&
	    ($3 == "10.9.0.11" && $5 * $5 < 0.01 && $4 ~ /^9[046]00$/ ||
	    $3 == "10.9.0.12" && ($5 + 2) ^ 2 < 0.01 && $4 ~ /^9[03]00$/) &&
	    number($5) && number($6) && $6 > 0 && number($7) && $7 > 0 &&
	    number($8) && $8 >= 0'
}

client_conf "statistics \"$S\""
start client
synced client
await 30 "lines in loopstats" lines loopstats 5
await 30 "lines in peerstats" lines peerstats 10
all_well_formed
check "the selected one" grep -q " 10\.9\.0\.11 9600 " "$(file peerstats)"
check "the watched one" grep -q " 10\.9\.0\.12 9300 " "$(file peerstats)"
same "mode" "$(stat -c %a "$(file loopstats)")" 644

# renamed, then SIGHUP; even if the configuration is wrong by then
mv "$(file loopstats)" "$S/old"
await 20 "the old name to get lines" \
    sh -c "[ \$(wc -l <$S/old) -gt $(wc -l <"$S/old") ]"
client_conf "statistics"
kill -HUP "$(pid client)"
await 20 "the new file" lines loopstats 1
before=$(wc -l <"$S/old")
await 20 "more lines" lines loopstats 2
same "lines of the old file" "$(wc -l <"$S/old")" "$before"
all_well_formed

# full in the middle of a line: none of it stays
client_conf "statistics \"$S\""
mv "$(file loopstats)" "$S/old"
mv "$(file peerstats)" "$S/oldpeer"
head -n 1 "$S/old" >"$(file loopstats)"
printf '%*s\n' $((4096 - 20 - 1 - $(wc -c <"$(file loopstats)"))) x \
    >>"$(file loopstats)"
size=$(stat -c %s "$(file loopstats)")
same "size of the file" "$size" 4076
dd if=/dev/zero of="$S/filler" bs=4096 2>/dev/null
check "reload" ctl client reload
await 20 "word of a full disk" said client \
    "cannot write loopstats.*No space left"
await 20 "and of the other file" said client \
    "cannot write peerstats.*No space left"
never 9 "another word of it" sh -c \
    "[ \$(grep -c 'cannot write loopstats' $T/client.log) -gt 1 ]"
same "size of the full file" "$(stat -c %s "$(file loopstats)")" "$size"
check "it is still synced" is client status .synced
rm "$S/filler"
await 20 "loopstats to be written" said client "loopstats is written again"
await 20 "peerstats to be written" said client "peerstats is written again"
sed -i 2d "$(file loopstats)"
all_well_formed

# no statement, no lines
client_conf ""
check "reload" ctl client reload
size=$(cat "$S"/* | wc -c)
never 6 "a line without a statement" sh -c \
    "[ \$(cat $S/* | wc -c) -ne $size ]"
client_conf "statistics \"$T/other\""
check "reload" ctl client reload
said client "statistics.*other\": takes a restart, still $S" ||
    fail "no word that another directory takes a restart"
stop client
same "exit status" "$status" 0
if said client "sandbox: .* refused"; then
	fail "the sandbox is in the way"
fi

# what is no directory
for dir in nosuch hosts; do
	rm "$T/client.log"
	client_conf "statistics \"$T/$dir\""
	start client
	synced client
	said client "statistics \"$T/$dir\": none are written" ||
	    fail "no word about $dir"
	stop client
	same "exit status" "$status" 0
done
