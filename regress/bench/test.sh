# The benches run, and every row of them has figures; how good they are is
# not for a test to say.

TOP=$(cd "$(dirname "$0")/../.." && pwd)

if ldd "$TOP/ntpd/ntpd" 2>/dev/null | grep -q libasan; then
	echo "skipped: what an answer costs is not a sanitizer's to say"
	exit 77
fi

# figures SCRIPT ROWS
figures()
{
	out=$(WARM=0.2 sh "$TOP/regress/bench/$1" 1 0.05 0)
	status=$?
	[ $status -eq 0 ] || { echo "$out"; exit $status; }
	rows=$(echo "$out" | grep -c '| [0-9]*\.[0-9]* ([0-9.-]*) |')
	[ "$rows" -eq "$2" ] ||
	    { echo "$out"; echo "FAILED: $1: $rows rows"; exit 1; }
}

figures bench.sh 21
figures nts.sh 29
