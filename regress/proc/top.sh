# ntpctl top in a terminal: shows what the views show, follows the window's
# size and the keys, survives the daemon, and leaves the terminal as it was.

. "$(dirname "$0")/../lib.sh"

command -v tmux >/dev/null || skip "tmux is not installed"

host client 100
fake one 10.9.0.11
fake two 10.9.0.12
fake liar 10.9.0.13 offset=0.3
conf client <<X
server 10.9.0.11
server 10.9.0.12
server 10.9.0.13
listen on *
X
start client
synced client

# without a terminal
for out in "$T/check.out" /dev/null; do
	if ctl client top >"$T/check.out" 2>&1 </dev/null; then
		fail "no terminal is no error"
	fi
done
same "without a terminal" "$(cat "$T/check.out")" \
    "ntpctl: top needs a terminal; ntpctl -s all does not"

mux()
{
	tmux -f /dev/null -S "$T/tmux" "$@"
}
# a shell with jobs, that says nothing of its own
ENV=$T/shrc TERM=screen
export ENV TERM
echo "PS1='ok '" >"$ENV"
echo "alias top='$NTPCTL -c $T/client.sock top'" >>"$ENV"
mux new-session -d -x 80 -y 24 sh -i || skip "tmux does not start"

screen()
{
	mux capture-pane -p >"$T/screen"
}
shows()
{
	screen
	grep -q -- "$1" "$T/screen"
}
hides()
{
	! shows "$1"
}
# see WHAT PATTERN
see()
{
	limit=$(($(clock) + 30))
	until shows "$2"; do
		[ "$(clock)" -lt "$limit" ] || {
			cat "$T/screen"
			fail "$1: no \"$2\" on the screen"
		}
		sleep 0.1
	done
}
type()
{
	mux send-keys "$@"
}
# sh NAME COMMAND: what a command in the terminal says
terminal()
{
	type "clear; $1 >$T/said; echo done.\$?" Enter
	see "$1" "^done\.0"
	cat "$T/said"
}
await 10 "the shell" shows "^ok"
before=$(terminal "stty -a")

type "top; echo rc=\$?" Enter
see "the clock" "^2/3 peers valid, clock synced, stratum 2"
see "a source" "^ \* 10\.9\.0\.1[12] "
see "the liar" "^ x 10\.9\.0\.13 .*(falseticker"
see "the traffic" "^rates over .*packets .*replies"
see "the keys" "^q quit .* sort: as configured"
same "the last line" "$(tail -n 1 "$T/screen" | cut -c 1-6)" "q quit"

# traffic has bars
for i in 1 2 3 4 5 6 7 8 9 10; do
	probe net 10.9.100.2 >/dev/null
done
see "bars" "^60s .*  ##*$"

# it goes on by itself, until it is told not to
at()
{
	screen
	sed -n 's/.*\( [0-9][0-9]:[0-9][0-9]:[0-9][0-9]\) UTC.*/\1/p' \
	    "$T/screen"
}
now=$(at)
await 10 "another time" hides "$now UTC"
type p
see "pause" "^paused"
now=$(at)
sleep 3
same "paused" "$(at)" "$now"
type p
await 10 "another time" hides "$now UTC"

# sorted by the offset, the liar comes first
type s
see "sort" "sort: offset"
sourced()
{
	screen
	grep -A1 "^   address" "$T/screen" | grep -q "^ x 10.9.0.13"
}
await 5 "the liar to be the first" sourced
type s
see "sort" "sort: delay"

# the window: all of it is used, nothing is outside, no line is broken
for size in 60x14 100x40 40x10 20x5 3x2 1x1 300x100 80x24; do
	mux resize-window -x ${size%x*} -y ${size#*x}
	sleep 0.3
done
see "after all that" "^q quit .* sort: delay"
mux resize-window -x 50 -y 12
see "narrow" "^q quit .* sort: delay"
see "narrow: the sources" "^ x 10\.9\.0\.13"
screen
same "twelve lines" "$(tail -n +12 "$T/screen" | cut -c 1-6)" "q quit"
[ "$(awk '{ print length }' "$T/screen" | sort -n | tail -n 1)" -le 50 ] ||
    fail "wider than the window"
mux resize-window -x 80 -y 24

# the daemon goes, what it said last stays, with its age; it comes again
stop client
see "nobody there" "^[0-9]* s old: ntpd is not running"
see "the last figures" "clock synced, stratum 2"
start client
await 20 "it to be back" hides "s old"
see "it is back" "peers valid"

# quit
type q
see "the status" "^rc=0"
same "after quitting" "$(terminal "stty -a")" "$before"

# suspended, the terminal is the shell's
type "clear; top" Enter
see "top" "^q quit"
type C-z
see "stopped" "^ok"
same "suspended" "$(terminal "stty -a")" "$before"
type "fg" Enter
see "back" "^q quit"
type q
see "the shell again" "^ok"
same "after that" "$(terminal "stty -a")" "$before"

# by signals, with whatever terminal
gone_by()
{
	await 10 "the end by $1" vanished ntpctl
	type "echo rc=\$?" Enter
	see "$1" "^rc=$2"
	same "after $1" "$(terminal "stty -a")" "$before"
}
top_pid()
{
	alive ntpctl | head -n 1
}
for term in vt100 screen; do
	type "clear; TERM=$term $NTPCTL -c $T/client.sock top 60" Enter
	see "$term" "^q quit"
	type C-c
	gone_by "^C" 130
done
for sig in TERM:143 HUP:129 QUIT:131; do
	type "clear; top" Enter
	see "top" "^q quit"
	kill -"${sig%:*}" "$(top_pid)"
	gone_by "SIG${sig%:*}" "${sig#*:}"
done

# terminals that will not do
for term in nonesuch dumb ""; do
	type "clear; TERM=$term $NTPCTL -c $T/client.sock top; echo rc=\$?" \
	    Enter
	see "TERM=$term" "^rc=1"
	grep -q "the terminal \"$term\" " "$T/screen" || {
		cat "$T/screen"
		fail "TERM=$term is not named"
	}
done

# the terminal goes away under it
type "clear; top" Enter
see "top" "^q quit"
running "$(top_pid)" || fail "top is not there"
mux kill-server
await 10 "top to end with its terminal" vanished ntpctl
