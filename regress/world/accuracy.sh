#!/bin/sh
# The table of accuracy: accuracy.sh [SEEDS].
#
# RMS error (us) of the client's clock after settling, median of the seeds,
# for each daemon in each of the standard scenarios, and how many requests
# it sent.

HERE=$(cd "$(dirname "$0")" && pwd)
SEEDS=${1:-5}

one()
{
	sh "$HERE/run.sh" -q -d "$2" -n "$SEEDS" "$1" 2>/dev/null
}

echo "| scenario | ntpd | chronyd | openntpd | ntpd / chronyd |" \
    "requests: ntpd | chronyd | openntpd |"
echo "|---|---|---|---|---|---|---|---|"
for s in lan wan wander false loss outage start1000; do
	{
		one $s ntpd
		one $s chronyd
		one $s openntpd
	} | awk -v s=$s '
	    { rms[NR] = $3; req[NR] = $6 }
	    END {
		printf "| %s | %.4g | %.4g | %.4g | %.2f | %d | %d | %d |\n",
		    s, rms[1], rms[2], rms[3], rms[1] / rms[2],
		    req[1], req[2], req[3]
	    }'
done
