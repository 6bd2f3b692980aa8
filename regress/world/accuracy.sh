#!/bin/sh
# The table of accuracy:
#
#	accuracy.sh [-b] [-d DAEMON] [-f FIRST] [-n SEEDS] [-p POLL]
#	    [SCENARIO ...]
#
# RMS and greatest error (us) of the client's clock after settling, medians
# of the seeds, of our daemon beside others in the standard scenarios; how
# many requests each sent; and how often the error was less than our
# estimated error, and three times it.  -p: both ask at 2^POLL seconds, not
# at what they think is best.  -b: ours with no more packets than another
# sends at its defaults: it is told "poll P 10" (or P P beyond 10) with the
# least P, from 6, for which the median of its requests is no greater; P is
# printed behind the scenario.  -d, once or more: beside these (chronyd and
# openntpd; with -b just one, chronyd).  -f: the first seed, 1.
#
# A run that broke is in no median.  Which they were is said, once more below
# the table, and the exit status is 1; "broken" is who had no run left.

set -u
HERE=$(cd "$(dirname "$0")" && pwd)
OUT=${OUT:-$HERE/../out/world}
first=1
seeds=5
poll=
budget=
others=
while getopts bd:f:n:p: opt; do
	case $opt in
	b)	budget=yes ;;
	d)	others="$others $OPTARG" ;;
	f)	first=$OPTARG ;;
	n)	seeds=$OPTARG ;;
	p)	poll=$OPTARG ;;
	*)	echo "usage: accuracy.sh [-b] [-d daemon] [-f first]" \
		    "[-n seeds] [-p poll] [scenario ...]" >&2
		exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- lan wan wander false loss outage start1000
[ -z "$budget" ] || others=${others:-chronyd}
others=${others:-chronyd openntpd}
for d in ntpd $others; do
	sh "$HERE/run.sh" -n 0 -d "$d" "$@" || exit
done
mkdir -p "$OUT"
tmp=$(mktemp -d "$OUT/accuracy.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# polls SCENARIO MIN MAX: one whose servers are asked at these, by lines of
# configuration.
polls()
{
	awk -v min="$2" -v max="$3" '
	    $1 == "expect" { next }
	    $1 == "server" { addr[$2] = $3; names[++n] = $2 }
	    $1 != "host" { print; next }
	    {
		for (i = 1; i <= NF; i++) {
			if ($i != "use") {
				printf "%s ", $i
				continue
			}
			pattern = $++i
			gsub(/\*/, ".*", pattern)
			for (k = 1; k <= n; k++)
				if (names[k] ~ "^(" pattern ")$")
					use[names[k]] = 1
		}
		print ""
		for (k = 1; k <= n; k++) {
			a = addr[names[k]]
			if (!(names[k] in use))
				continue
			printf "config ntpd \047server %s poll %d %d\047\n",
			    a, min, max
			printf "config chronyd \047server %s minpoll %d " \
			    "maxpoll %d iburst\047\n", a, min, max
			printf "config openntpd \047server %s\047\n", a
		}
	    }' "$HERE/scenarios/$1.world" >"$tmp/$1.world"
	echo "$tmp/$1.world"
}

# run SCENARIO DAEMON: its line.  What did not hold (1) still has figures.
run()
{
	sh "$HERE/run.sh" -q -d "$2" -f "$first" -n "$seeds" "$1" \
	    >"$tmp/line" 2>"$tmp/err"
	status=$?
	[ -s "$tmp/line" ] ||
	    echo "$1 $2 nan nan nan nan nan nan nan nan nan" >"$tmp/line"
	cat "$tmp/line"
	grep '^run\.sh: broken: ' "$tmp/err" | sed 's/^run\.sh: //' >"$tmp/new"
	[ $status -le 1 ] || [ -s "$tmp/new" ] ||
	    echo "broken: $1 $2: run.sh ended with $status" >"$tmp/new"
	tee -a "$tmp/broken" <"$tmp/new" >&2
}

# requests LINE
requests()
{
	echo "$1" | awk '{ print $6 }'
}

# thrift SCENARIO DAEMON: ours with no more requests than that one, and it
thrift()
{
	other=$(run "$1" "$2")
	p=6
	while :; do
		ours=$(run "$(polls "$1" $p $((p > 10 ? p : 10)))" ntpd)
		[ "$(requests "$ours")" -gt "$(requests "$other")" ] \
		    2>/dev/null || break
		[ $p -lt 17 ] || break
		p=$((p + 1))
	done
	echo "$ours $p"
	echo "$other"
}

# lines SCENARIO: of our daemon, and of the others
lines()
{
	scenario=$1
	if [ -n "$budget" ]; then
		thrift "$scenario" "${others# }"
		return
	fi
	[ -z "$poll" ] || scenario=$(polls "$1" "$poll" "$poll")
	for d in ntpd $others; do
		run "$scenario" "$d"
	done
}

header="| scenario | ntpd, us |"
rule="|---|---|"
for d in $others; do
	header="$header $d, us | ratio | max, ratio | requests, ratio |"
	rule="$rule---|---|---|---|"
done
echo "$header requests | below est. error | below 3 x | beyond max., s |"
echo "$rule---|---|---|---|"
for s; do
	lines "$s" | awk -v s="$s" '
	    function range() {
		if ($3 == "nan")
			return "broken"
		return sprintf("%.3g (%.3g-%.3g)", $3, $7, $8)
	    }
	    function ratio(theirs, own) {
		if (theirs == "nan" || own == "nan")
			return "-"
		return sprintf("%.2f", theirs / own)
	    }
	    NR == 1 {
		printf "| %s%s | %s", s, (NF > 11 ? ", P " $NF : ""),
		    range()
		rms = $3; max = $4; req = $6
		tail = "- | - | - | - |"
		if (rms != "nan")
			tail = sprintf("%d | %d %% | %.1f %% | %d |", $6, $10,
			    $11, $9)
		next
	    }
	    { printf " | %s | %s | %s | %s", range(), ratio(rms, $3),
		ratio(max, $4), ratio(req, $6) }
	    END { print " | " tail }'
done | tee "$tmp/table"
awk -F '|' '
    {
	for (i = 5; i < NF - 4; i++)
		if ((i - 4) % 4 && $i !~ /-/) {
			sum[i] += log($i)
			n[i]++
		}
    }
    END {
	printf "| geometric mean |"
	for (i = 3; i < NF - 4; i++)
		if (i > 4 && (i - 4) % 4)
			printf n[i] ? " %.2f |" : " - |",
			    exp(sum[i] / (n[i] ? n[i] : 1))
		else
			printf " |"
	print " | | | |"
    }' "$tmp/table"
[ -s "$tmp/broken" ] || exit 0
echo
cat "$tmp/broken"
exit 1
