# ntpctl metrics: byte for byte as in golden/, valid to a checker of ours
# and, where it is installed, to Prometheus'; the files in contrib around it.
#
#	metrics.sh write	makes the golden files anew

. "$(dirname "$0")/lib"
GOLDEN=$TOP/regress/ctl/golden
CONTRIB=$TOP/contrib/prometheus
PROMTOOL=${PROMTOOL:-promtool}
write=${1-}

for scenario in both empty extreme; do
	for form in openmetrics prometheus; do
		file=$scenario.metrics.$form
		ask $scenario metrics $form || wrong "$file: $(cat "$T/err")"
		[ ! -s "$T/err" ] || wrong "$file: $(cat "$T/err")"
		if [ -n "$write" ]; then
			cp "$T/out" "$GOLDEN/$file"
		elif ! diff -u "$GOLDEN/$file" "$T/out"; then
			wrong "$file"
		fi
		"$PYTHON" "$TOP/regress/ctl/openmetrics.py" $form \
		    <"$T/out" >"$T/checked" 2>&1 ||
		    wrong "$file: $(cat "$T/checked")"
	done
done

# the checker is awake
"$PYTHON" "$TOP/regress/ctl/openmetrics.py" openmetrics \
    <"$GOLDEN/both.metrics.prometheus" >/dev/null 2>&1 &&
    wrong "the checker takes one format for the other"
for form in openmetrics prometheus; do
	"$PYTHON" "$TOP/regress/ctl/twice.py" "$TOP/regress/ctl/openmetrics.py" \
	    $form "$GOLDEN/both.metrics.$form" >"$T/checked" 2>&1 ||
	    wrong "the checker does not see a sample twice: $(cat "$T/checked")"
done

# what shares a name or an address is not mixed up, nor said twice
ask twins metrics prometheus
"$PYTHON" "$TOP/regress/ctl/openmetrics.py" prometheus <"$T/out" \
    >"$T/checked" 2>&1 || wrong "twins: $(cat "$T/checked")"
while read -r sample; do
	grep -qxF "$sample" "$T/out" || wrong "twins: there is no $sample"
done <<'EOF'
ntpd_peer_weight{address="",port="0",name="ntp.example.org"} 1
ntpd_peer_weight{address="",port="0",name="ntp.example.net"} 1
ntpd_peer_weight{address="192.0.2.5",port="123",name="192.0.2.5"} 1
ntpd_peer_weight{address="192.0.2.5",port="124",name="192.0.2.5"} 1
ntpd_nts_failures_total{peer="192.0.2.5",peer_port="123",name="192.0.2.5"} 1
ntpd_nts_failures_total{peer="192.0.2.5",peer_port="124",name="192.0.2.5"} 2
ntpd_constraint_answers_total{address="192.0.2.80",port="443",name="192.0.2.80",path="/a"} 1
ntpd_constraint_answers_total{address="192.0.2.80",port="443",name="192.0.2.80",path="/b"} 2
EOF

ask both metrics
cmp -s "$T/out" "$GOLDEN/both.metrics.openmetrics" ||
    wrong "OpenMetrics is not the default"
ask both metrics prom
cmp -s "$T/out" "$GOLDEN/both.metrics.prometheus" ||
    wrong "prom is not prometheus"

# nothing but a whole answer
ask died metrics && wrong "half an answer is success"
[ ! -s "$T/out" ] || wrong "half an answer is printed"
play both sh -c '"$1" -c "$2" metrics >/dev/full' sh "$NTPCTL" "$SOCK" \
    2>"$T/err" && wrong "a full disk is success"

# every name is in the manual, and every name there is one
sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' "$GOLDEN/both.metrics.prometheus" |
    sort >"$T/names"
sed -n '/^\.Sh METRICS/,/^\.Sh FILES/p' "$TOP/man/ntpctl.8" |
    grep -o 'ntpd_[a-z0-9_]*[a-z0-9]' | sort -u >"$T/manual"
echo ntpd_up >>"$T/names"	# contrib's
sort -u "$T/names" | diff - "$T/manual" >"$T/diff" ||
    wrong "ntpctl.8 and the names differ: $(cat "$T/diff")"

# the names that are alerted upon are there
grep -o 'ntpd_[a-z0-9_]*[a-z0-9]' "$CONTRIB/ntpd-alerts.yml" | sort -u |
    grep -Fvx -f "$T/names" |
    grep -vx 'ntpd_server_latency_seconds_bucket' >"$T/unknown" &&
    wrong "alerts: no such metric: $(cat "$T/unknown")"

# textfile WHAT SCENARIO COMMAND: contrib's writer, with that for a daemon
textfile()
{
	mkdir -p "$T/dir"
	play "$1" env NTPCTL="$NTPCTL -c $SOCK" \
	    "$CONTRIB/ntpd-metrics" "$T/dir" 2>"$T/err"
}
textfile both || wrong "ntpd-metrics: $(cat "$T/err")"
[ "$(ls -A "$T/dir")" = ntpd.prom ] || wrong "left: $(ls -A "$T/dir")"
[ "$(stat -c %a "$T/dir/ntpd.prom")" = 644 ] || wrong "ntpd.prom: its mode"
grep -vw ntpd_up "$T/dir/ntpd.prom" |
    cmp -s - "$GOLDEN/both.metrics.prometheus" || wrong "ntpd.prom differs"
grep -qx "ntpd_up 1" "$T/dir/ntpd.prom" || wrong "ntpd_up is not 1"
"$PYTHON" "$TOP/regress/ctl/openmetrics.py" prometheus <"$T/dir/ntpd.prom" \
    >/dev/null || wrong "ntpd.prom is not valid"
textfile died && wrong "ntpd-metrics: success without figures"
grep -v '^#' "$T/dir/ntpd.prom" >"$T/up"
[ "$(cat "$T/up")" = "ntpd_up 0" ] || wrong "down: $(cat "$T/up")"
[ "$(ls -A "$T/dir")" = ntpd.prom ] || wrong "left: $(ls -A "$T/dir")"

if ! command -v "$PROMTOOL" >/dev/null; then
	echo "promtool is not installed: not asked for its opinion"
	exit $failed
fi
ask twins metrics prometheus
cp "$T/out" "$T/dir/twins.prom"
for f in "$GOLDEN"/*.metrics.prometheus "$T/dir"/*.prom; do
	"$PROMTOOL" check metrics <"$f" >"$T/checked" 2>&1 ||
	    wrong "${f##*/}: $(cat "$T/checked")"
done
"$PROMTOOL" check rules "$CONTRIB/ntpd-alerts.yml" >"$T/checked" 2>&1 ||
    wrong "ntpd-alerts.yml: $(cat "$T/checked")"
"$PROMTOOL" test rules "$TOP/regress/ctl/alerts.yml" >"$T/checked" 2>&1 ||
    wrong "alerts.yml: $(cat "$T/checked")"
exit $failed
