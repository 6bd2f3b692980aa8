# What the measurements have in common.  All is in a network namespace; the
# load comes from another one over a veth pair.  Servers are pinned to one
# processor, the load to another.  A round measures each for a moment, one
# after the other, so that what disturbs the machine disturbs them all.

. "$(dirname "$0")/../peers.sh"
BENCH=$TOP/regress/bench
ROUNDS=${1-20}
SLICE=${2-0.2}
CALM=${3-24}		# s of measuring a clock, without and with a flood
WARM=${WARM-3}		# s
[ "$(nproc)" -ge 2 ] || skip "needs two processors"

host load 1
on load ip route add local 10.64.0.0/10 dev lo
ip route add 10.64.0.0/10 via 10.9.1.2

# load ADDRESS PROCESS SECONDS [OPTION ...]
load()
{
	to=$1 process=$2 seconds=$3
	shift 3
	on load taskset -c 1 "$BENCH/load.t" -P "$process" -t "$seconds" \
	    "$@" "$to"
}

answers()
{
	on load "$BENCH/load.t" -u -t 0.05 -w 1 "$1" >/dev/null
}

# pinned PROCESS ...
pinned()
{
	for p; do
		taskset -p -c 0 "$p" >/dev/null
	done
}

# ours NAME ADDRESS [OPTION ...]: a server of ours, stdin its configuration
ours()
{
	name=$1 a=$2
	shift 2
	{
		echo "listen on $a $*"
		cat
	} | conf "$name"
	start "$name" net
	ready "$name"
	await 20 "$name to answer" answers "$a"
}

# another one is the first each time
turn()
{
	{ sed 1d "$1"; sed -n 1p "$1"; } >"$T/order"
	mv "$T/order" "$1"
}

# row TITLE KEY FIELD [KEY ...], of a table that is printed by rows
row()
{
	(IFS='	'; echo "$*") >>"$T/rows"
}

# rows ROUNDS
rows()
{
	awk -f "$BENCH/table.awk" "$T/rows" "$1"
	rm "$T/rows"
}

# A server that asks another one each 4 s: asker ADDRESS, stdin more of its
# configuration.
asker()
{
	host upstream 2
	conf upstream <<E2
listen on 10.9.2.2
local stratum 2
E2
	start upstream
	ready upstream
	mkdir -m 777 "$T/statistics"
	{
		echo "server 10.9.2.2 poll 2 2"
		echo "statistics \"$T/statistics\""
		cat
	} | ours asker "$1"
	synced asker
}

# samples TITLE: those of the next while
samples()
{
	: >"$T/before"
	cat "$T"/statistics/peerstats* >"$T/before"
	sleep "$CALM"
	cat "$T"/statistics/peerstats* | tail -n "+$(($(wc -l <"$T/before") +
	    1))" | awk -v title="$1" '
	    { n++; sum += $5 * $5; mean += $5; delay += $6 }
	    END { printf "| %s | %d | %.1f | %.1f |\n", title, n,
		n ? sqrt(sum / n) * 1e6 : 0, n ? delay / n * 1e6 : 0 }'
}
