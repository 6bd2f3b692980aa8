#!/bin/sh
# Run scenarios: run.sh [-d DAEMON] [-f FIRST] [-n SEEDS] [-q] [SCENARIO ...].
#
# One line for each scenario: the median over the seeds of the figures, the
# spread of the RMS error, and whether all that the scenario expects held for
# every seed.  -f: the first seed, 1.  -q: one line "scenario daemon rms max
# t1ms requests rms-least rms-greatest overmax est1 est3", bare numbers (nan:
# there is none) for other programs.  -n 0: nothing is run, only looked
# whether all daemons are there.
#
# A run that broke has no figures: a daemon ended unasked or never had an
# answer, or the world said nothing.  It is in no median, and a line
# "run.sh: broken: ..." on standard error says which it was.
#
# Exit status 1 if anything did not hold, 2 if something is missing, 3 if a
# run broke, 77 under sanitizers.
#
# All figures of all runs are left in regress/out/world/figures; what a run
# left (log, configuration, drift file) is kept when it failed, beside them.

set -u
HERE=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$HERE/../.." && pwd)
OUT=${OUT:-$TOP/regress/out/world}
PEERS=$TOP/regress/out/peers
NTPD=${NTPD:-$TOP/ntpd/ntpd}
CHRONYD=${CHRONYD:-$PEERS/chrony/usr/sbin/chronyd}
OPENNTPD=${OPENNTPD:-$PEERS/openntpd/usr/sbin/ntpd}
JOBS=${JOBS:-2}
LIMIT=${LIMIT:-300}		# seconds for one run

# run.sh --one SCENARIO DAEMON SEED: one run, its line into LINES_DIR
if [ "${1-}" = --one ]; then
	name=$(basename "$2" .world)
	left=$OUT/$name.$3.$4
	# a short path, as there is a socket in it
	dir=$(mktemp -d /tmp/world.XXXXXX) || exit 1
	trap 'rm -rf "$dir"' EXIT
	trap 'exit 1' HUP INT TERM
	# what a scenario runs beside the daemon: ntpctl is theirs or ours
	case $3 in
	openntpd) path=${OPENNTPD%/*} ;;
	*)	path=$TOP/ntpctl ;;
	esac
	path=$path:$PEERS/chrony/usr/bin:$HERE:/usr/bin:/bin
	timeout -s KILL "$LIMIT" "$HERE/world" -x "$HERE/shim.so" \
	    -P "$path" -N "$NTPD" -C "$CHRONYD" -O "$OPENNTPD" -d "$3" \
	    -s "$4" -w "$dir" "$2" >"$left.out" 2>"$left.err"
	status=$? why=
	[ $status -ne 137 ] || why=": not done after $LIMIT s"
	[ -s "$left.out" ] || echo "$name $3 $4 BROKEN$why" >"$left.out"
	cp "$left.out" "$LINES_DIR/$name.$4"
	rm -rf "$left"
	if grep -q ' ok$' "$left.out"; then
		rm -f "$left.err" "$left.out"
	else
		mv "$dir" "$left"
	fi
	exit 0
fi

daemon=ntpd
first=1
seeds=1
quiet=
while getopts d:f:n:q opt; do
	case $opt in
	d)	daemon=$OPTARG ;;
	f)	first=$OPTARG ;;
	n)	seeds=$OPTARG ;;
	q)	quiet=yes ;;
	*)	echo "usage: run.sh [-q] [-d daemon] [-f first] [-n seeds]" \
		    "[scenario ...]" >&2
		exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- "$HERE"/scenarios/*.world

path()
{
	for f in "$1" "$HERE/$1.world"; do
		[ ! -f "$f" ] || { echo "$f"; return; }
	done
	echo "$HERE/scenarios/$1.world"
}

# daemons SCENARIO ...: the one that is looked at, and those that hosts run
# whichever that is
daemons()
{
	echo "$daemon"
	for scenario; do
		sed -n -e 's/^host .* runs \([a-z]*\).*/\1/p' \
		    -e 's/^at .* run [^ ]* .chronyc .*/chronyd/p' \
		    "$(path "$scenario")"
	done | sort -u
}

# need DAEMON: is its program there?
need()
{
	how="sh regress/setup.sh test"
	case $1 in
	ntpd)	program=$NTPD how=make ;;
	chronyd) program=$CHRONYD ;;
	openntpd) program=$OPENNTPD ;;
	*)	echo "run.sh: no such daemon: $1" >&2
		exit 1 ;;
	esac
	[ ! -x "$program" ] || return 0
	echo "run.sh: there is no $1, $program: please run \"$how\"" >&2
	exit 2
}

[ -x "$HERE/world" ] ||
    { echo "run.sh: please run \"make world-tools\"" >&2; exit 2; }
for d in $(daemons "$@"); do
	need "$d"
done
if ldd "$NTPD" | grep -q libasan; then
	echo "skipped: a sanitizer wants to be the first that is preloaded"
	exit 77
fi
[ "$seeds" -gt 0 ] || exit 0
mkdir -p "$OUT"
LINES_DIR=$(mktemp -d "$OUT/lines.XXXXXX")
export LINES_DIR
trap 'rm -rf "$LINES_DIR"' EXIT
trap 'exit 1' HUP INT TERM

# middle METRIC: the median, and the least and the greatest, of the first
# host; the lines of the others begin with scenario/host
middle()
{
	sed -n "s/^$name .* $1=\([^ ]*[0-9f]\)[a-z%]* .*/\1/p" \
	    "$figures.good" | sort -g | awk '{ v[NR] = $1 }
	    END {
		if (NR == 0)
			v[0] = v[1] = "nan"
		print v[int((NR + 1) / 2)], v[1], v[NR]
	    }'
}

# sort_out: the seeds with a broken run, of whichever host, are said and
# their lines left out of $figures.good
sort_out()
{
	>"$figures.good"
	seed=$first
	while [ "$seed" -lt $((first + seeds)) ]; do
		lines=$figures.$seed
		if ! why=$(grep -E ' BROKEN$|never had an answer| rms=-?nan' \
		    "$lines"); then
			cat "$lines" >>"$figures.good"
		else
			broken=3
			err=$OUT/$name.$daemon.$seed.err
			case $why in
			*" BROKEN") why=$(tail -n 1 "$err" 2>/dev/null) ;;
			*"never had an answer"*) why="never had an answer" ;;
			*)	why="no error was measured" ;;
			esac
			echo "run.sh: broken: $name $daemon, seed $seed:" \
			    "${why:-no figures came out}" >&2
		fi
		seed=$((seed + 1))
	done
}

# All runs of all scenarios, JOBS at once; the lines are gathered after.
for scenario; do
	seed=$first
	while [ "$seed" -lt $((first + seeds)) ]; do
		printf '%s\0%s\0%s\0' "$(path "$scenario")" "$daemon" "$seed"
		seed=$((seed + 1))
	done
done | xargs -0 -n 3 -P "$JOBS" sh "$0" --one

cat "$LINES_DIR"/*.[0-9]* >"$OUT/figures"
bad=0
broken=
for scenario; do
	name=$(basename "$scenario" .world)
	figures=$LINES_DIR/$name
	cat "$LINES_DIR/$name".[0-9]* >"$figures"
	sort_out
	rms=$(middle rms)
	max=$(middle max)
	t1ms=$(middle t1ms)
	requests=$(middle requests)
	if [ -n "$quiet" ]; then
		more=${rms#* }
		for metric in overmax est1 est3; do
			figure=$(middle $metric)
			more="$more ${figure%% *}"
		done
		echo "$name $daemon ${rms%% *} ${max%% *} ${t1ms%% *}" \
		    "${requests%% *} $more"
	else
		printf '%-16s %-9s %2d seeds  rms %8s us' "$name" "$daemon" \
		    "$seeds" "${rms%% *}"
		echo "$rms" | awk '{ printf " [%s .. %s]", $2, $3 }'
		printf '  max %s us  t1ms %s s  %s requests  ' "${max%% *}" \
		    "${t1ms%% *}" "${requests%% *}"
	fi
	if grep -v ' ok$' "$figures" >"$figures.bad"; then
		bad=1
		[ -n "$quiet" ] || echo FAILED
		sed 's/^/    /' "$figures.bad" >&2
	else
		[ -n "$quiet" ] || echo ok
	fi
done
exit "${broken:-$bad}"
