# All that can go wrong: one clear line on stderr, nothing on stdout, exit
# status 1.

. "$(dirname "$0")/lib"

# said WHAT STATUS LINE: after ask or the like
said()
{
	[ "$2" -eq 1 ] || wrong "$1: exit status $2"
	[ ! -s "$T/out" ] || wrong "$1: something on stdout"
	echo "$3" | sed "s,SOCK,$SOCK," >"$T/want"
	# the length of a row is nobody's business here
	sed 's,\(ROW_[A-Z]*\) of [0-9]* ,\1 of N ,' "$T/err" >"$T/said"
	diff -u "$T/want" "$T/said" || wrong "$1"
}

while IFS='|' read -r scenario args line; do
	ask $scenario $args
	said "$scenario" $? "ntpctl: $line"
done <<'E'
version|-s status|ntpd speaks version 99 of the control protocol, this ntpctl version 4
deaf|-s status|ntpd closed the connection without a greeting
noise|-s status|SOCK: what answers there is not ntpd
died|-s all|ntpd closed the connection in the middle of its answer
died|-j -s peers|ntpd closed the connection in the middle of its answer
cut|-s peers|ntpd closed the connection in the middle of its answer
cut|-j -s sources|ntpd closed the connection in the middle of its answer
few|-s peers|ntpd's answer is not complete: 1 of 5 rows
endless|-s peers|ntpd's answer does not end
shortrow|-s peers|ntpd's answer makes no sense: CTL_ROW_PEER of N octets
alien|-s peers|ntpd's answer makes no sense: CTL_ROW_SENSOR of N octets
nothing|-s status|ntpd's answer has no status
refuse|-s peers|ntpd refused to show peers
denied|reload|reload: permission denied, only root may do that
denied|log debug|log: permission denied, only root may do that
busy|reload|reload: another reload is under way
result|reload|reload: ntpd's answer makes no sense: result 99
notext|reload|ntpd's answer makes no sense: CTL_TEXT of 0 octets
normal|-s clients 0|number of clients "0": too small
normal|-s clients many|number of clients "many": invalid
normal|-s clients 257|number of clients "257": too large
normal|relod|unknown command "relod", valid are: check log metrics query reload top waitsync
normal|-s x|unknown view "x", valid are: all clients constraints nts peers processes Sensors server sources status
normal|-s peersx|unknown view "peersx", valid are: all clients constraints nts peers processes Sensors server sources status
normal|log loud|unknown log level "loud", valid are: brief verbose debug
E

# alone: no room for a word that is empty in the table above
play normal "$NTPCTL" -c "$SOCK" -s "" >"$T/out" 2>"$T/err"
said "empty view" $? "ntpctl: ambiguous view \"\", valid are: all clients constraints nts peers processes Sensors server sources status"

# a usage that is none
for args in "" "-j reload" "-n reload" "-s all peers" "-s clients 1 2" "log" "log brief now" \
    "reload now" "-x" "-s" "top 1 2" "waitsync 1 2" "metrics prom 2" \
    "-j metrics"; do
	"$NTPCTL" $args >"$T/out" 2>"$T/err" && wrong "\"$args\" is accepted"
	[ ! -s "$T/out" ] || wrong "\"$args\": something on stdout"
	grep -q "^usage: ntpctl" "$T/err" || wrong "\"$args\": no usage"
done

# nobody there
SOCK=$T/none
"$NTPCTL" -c "$SOCK" -s status >"$T/out" 2>"$T/err"
said "no socket" $? \
    "ntpctl: ntpd is not running: SOCK: No such file or directory"
SOCK=$T/sock
play normal mv "$SOCK" "$T/left"
SOCK=$T/left
"$NTPCTL" -c "$SOCK" reload >"$T/out" 2>"$T/err"
said "a socket left behind" $? \
    "ntpctl: ntpd is not running: SOCK: Connection refused"
SOCK=$T/$(printf '%0150d' 0)
"$NTPCTL" -c "$SOCK" reload >"$T/out" 2>"$T/err"
said "a long path" $? "ntpctl: SOCK: path too long for a socket"

# not allowed in
if [ "$(id -u)" -eq 0 ]; then
	SOCK=$T/left
	chmod 755 "$T"
	cp "$NTPCTL" "$T/ntpctl"	# not all may enter the tree
	chgrp daemon "$SOCK"
	while IFS='|' read -r mode group line; do
		chmod $mode "$SOCK"
		chgrp $group "$SOCK"
		setpriv --reuid=65534 --regid=65534 --clear-groups \
		    "$T/ntpctl" -c "$SOCK" -s status >"$T/out" 2>"$T/err"
		said "mode $mode, group $group" $? "ntpctl: SOCK: $line"
	done <<E
660|daemon|permission denied, be root or in group daemon
660|54321|permission denied, be root or in group 54321
600|daemon|permission denied, only root may connect
660|root|permission denied, only root may connect
E
	mkdir -m 700 "$T/closed"
	SOCK=$T/closed/sock
	setpriv --reuid=65534 --regid=65534 --clear-groups \
	    "$T/ntpctl" -c "$SOCK" -s status >"$T/out" 2>"$T/err"
	said "a closed directory" $? "ntpctl: SOCK: permission denied"
fi

# five seconds of silence, before and after the greeting
SOCK=$T/sock
for scenario in silence mute; do
	began=$(date +%s)
	ask $scenario -s status
	said "$scenario" $? "ntpctl: no answer from ntpd within 5 seconds"
	took=$(($(date +%s) - began))
	[ $took -ge 4 ] && [ $took -le 10 ] || wrong "$scenario: $took s"
done
exit $failed
