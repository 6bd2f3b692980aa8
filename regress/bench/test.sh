# The bench runs, and every row of it has figures; how good they are is not
# for a test to say.

TOP=$(cd "$(dirname "$0")/../.." && pwd)
out=$(WARM=0.2 sh "$TOP/regress/bench/bench.sh" 1 0.05 0)
status=$?
[ $status -eq 0 ] || { echo "$out"; exit $status; }
rows=$(echo "$out" |
    grep -c '| [0-9]*\.[0-9]* ([0-9.-]*) | [0-9]*\.[0-9]* |$')
[ "$rows" -eq 21 ] || { echo "$out"; echo "FAILED: $rows rows"; exit 1; }
