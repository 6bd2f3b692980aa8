# reload and log: what is asked of the daemon, and what becomes of its
# answer.

. "$(dirname "$0")/lib"

# expect WHAT STATUS: of what ask left; stdin is stderr, then "--", stdout
expect()
{
	[ $status -eq $2 ] || wrong "$1: exit status $status"
	{ cat "$T/err"; echo "--"; cat "$T/out"; } >"$T/got"
	diff -u - "$T/got" || wrong "$1"
}

ask reload reload; status=$?
expect "reload" 0 <<E
ntpd.conf:3:1: only 2 sources
--
ntpctl: configuration reloaded
E
ask reload_bad reload; status=$?
expect "reload with errors" 1 <<E
ntpd.conf:12:2: unknown keyword "sever", did you mean "server"?
	sever ntp.example.org ?[2J
	^~~~~
ntpctl: reload: failed, the old configuration stays in force
--
E
ask reload rel; status=$?
expect "abbreviated" 0 <<E
ntpd.conf:3:1: only 2 sources
--
ntpctl: configuration reloaded
E

# word and the level the daemon gets
while read -r word level; do
	ask log log $word; status=$?
	expect "log $word" 0 <<E
verbose $level
--
E
done <<E
brief 0
verbose 1
debug 2
b 0
v 1
d 2
E
exit $failed
