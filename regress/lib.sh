# What the process tests stand on.  A test begins with
#
#	. "$(dirname "$0")/../lib.sh"
#
# and from there runs in a world of its own: network, mount and process
# namespaces, an empty /run, its own resolv.conf, and no CAP_SYS_TIME, so
# that nothing it starts can set this machine's clock or outlive it.  The
# network is a star: "net" is the router in the middle and holds any number
# of server addresses; hosts hang off it by a cable each.
#
# A test ends 0 for passed, 1 for failed, 77 for skipped with a reason.
#
# The demo says WORLD=optional first: where namespaces are not permitted it
# runs on the loopback addresses, and tidies up behind itself.

set -u
umask 022
TOP=${TOP:-$(cd "$(dirname "$0")/../.." && pwd)}
TOOLS=$TOP/regress/tools
NTPD=${NTPD:-$TOP/ntpd/ntpd}
NTPCTL=${NTPCTL:-$TOP/ntpctl/ntpctl}
# the system's: one that is first in the PATH may be a script that looks for
# one, and takes longer than a test has
PYTHON=${PYTHON:-/usr/bin/python3}
[ -x "$PYTHON" ] || PYTHON=python3

skip()
{
	echo "skipped: $*"
	exit 77
}

# Say what is wrong, show what the daemons said, and end.
fail()
{
	echo "FAILED: $*"
	for log in "$T"/*.log; do
		[ -s "$log" ] || continue
		echo "--- ${log##*/}, its end"
		tail -n 25 "$log"
	done
	exit 1
}

NO_CLOCK="--bounding-set=-sys_time --inh-caps=-sys_time"

# A leak checker cannot look into processes in a sandbox (see san.sh).
ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
export ASAN_OPTIONS

if [ -z "${REGRESS_WORLD-}" ]; then
	if [ "$(id -u)" -ne 0 ]; then
		why="needs root"
	elif ! unshare --net --mount --pid --fork true 2>/dev/null; then
		why="namespaces are not permitted here"
	else
		# shellcheck disable=SC2086
		REGRESS_WORLD=1 exec setpriv $NO_CLOCK unshare --net \
		    --mount --pid --fork --kill-child --mount-proc \
		    sh "$0" "$@"
	fi
	[ "${WORLD-}" = optional ] || skip "$why"
	# shellcheck disable=SC2086
	if [ -z "${REGRESS_PLAIN-}" ] && setpriv $NO_CLOCK true 2>/dev/null
	then
		REGRESS_PLAIN=1 exec setpriv $NO_CLOCK sh "$0" "$@"
	fi
fi

world_up()
{
	mount -t tmpfs -o mode=755 none /run || exit 1
	T=/run/test
	mkdir "$T" /run/netns
	: >"$T/hosts"
	resolv=$(realpath -m /etc/resolv.conf)
	mkdir -p "${resolv%/*}"
	[ -e "$resolv" ] || : >"$resolv"
	echo "hosts: files dns" >"$T/nsswitch.conf"
	# a lookup that fails must fail soon
	echo "options timeout:1 attempts:1" >"$T/resolv.conf"
	mount --bind "$T/resolv.conf" "$resolv"
	[ ! -e /etc/nsswitch.conf ] ||
	    mount --bind "$T/nsswitch.conf" /etc/nsswitch.conf
	# the tree may be in a folder that is not for everybody
	setpriv --reuid=65534 --clear-groups test -x "$NTPD" || {
		mkdir "$T/bin"
		cp "$NTPD" "$NTPCTL" "$T/bin"
		NTPD=$T/bin/ntpd NTPCTL=$T/bin/ntpctl
	}
	ip link set lo up
	ip netns attach net $$
	echo 1 >/proc/sys/net/ipv4/ip_forward
	echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
	echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
}

# The poor man's world: no network, no privacy, a directory and a broom.
plain_up()
{
	T=$(mktemp -d "${TMPDIR:-/tmp}/ntpd.XXXXXXXXXX") || exit 1
	chmod 755 "$T"
	trap plain_down EXIT
	trap 'exit 1' HUP INT TERM
}

plain_down()
{
	for f in "$T"/*.pid; do
		[ -e "$f" ] || continue
		p=$(cat "$f")
		kill -TERM "$p" 2>/dev/null
		wait "$p" 2>/dev/null
	done
	rm -rf "$T"
}

# host NAME N: a host 10.9.N.2 (and fd09:N::2) with a route to everything.
host()
{
	ip netns add "$1"
	on "$1" sh -c 'echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad'
	ip link add "to$1" type veth peer name eth0 netns "$1"
	ip addr add "10.9.$2.1/24" dev "to$1"
	ip -6 addr add "fd09:$2::1/64" dev "to$1" nodad
	ip link set "to$1" up
	ip -n "$1" link set lo up
	ip -n "$1" addr add "10.9.$2.2/24" dev eth0
	ip -n "$1" -6 addr add "fd09:$2::2/64" dev eth0 nodad
	host_up "$1" "$2"
}

# The cable of a host, in and out.
host_up()
{
	ip -n "$1" link set eth0 up
	ip -n "$1" -6 addr replace "fd09:$2::2/64" dev eth0 nodad
	ip -n "$1" route replace default via "10.9.$2.1"
	ip -n "$1" -6 route replace default via "fd09:$2::1"
}

host_down()
{
	ip -n "$1" link set eth0 down
}

# address ADDRESS ...: give the router more addresses.
address()
{
	for a; do
		case $a in
		*:*)	ip -6 addr add "$a/128" dev lo nodad ;;
		*)	ip addr add "$a/32" dev lo ;;
		esac
	done
}

# on HOST COMMAND ...
on()
{
	host=$1
	shift
	if [ -n "${REGRESS_WORLD-}" ]; then
		nsenter --net="/run/netns/$host" "$@"
	else
		"$@"
	fi
}

# spawn NAME HOST COMMAND ...: in the background, output in NAME.log, orders
# to its stdin by tell.
spawn()
{
	name=$1 host=$2
	shift 2
	[ -z "${REGRESS_WORLD-}" ] ||
	    set -- nsenter --net="/run/netns/$host" "$@"
	[ -p "$T/$name.in" ] || mkfifo "$T/$name.in"
	{ exec "$@"; } <>"$T/$name.in" >>"$T/$name.log" 2>&1 &
	echo $! >"$T/$name.pid"
}

tell()
{
	echo "$2" >"$T/$1.in"
	await 5 "$1 to obey $2" grep -q "^set $2$" "$T/$1.log"
}

pid()
{
	cat "$T/$1.pid"
}

# running PID: there, and not a zombie
running()
{
	state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' \
	    "/proc/$1/status" 2>/dev/null)
	[ -n "$state" ] && [ "$state" != Z ]
}

gone()
{
	! running "$1"
}

# ended NAME SECONDS: wait for its end; $status is its exit status
ended()
{
	await "$2" "the end of $1" gone "$(pid "$1")"
	wait "$(pid "$1")"
	status=$?
}

stop()
{
	kill -TERM "$(pid "$1")"
	ended "$1" 10
}

# uptime in whole seconds, no process needed
clock()
{
	read -r up rest </proc/uptime
	echo "${up%.*}"
}

# same_day SECONDS: those to come belong to one day (UTC); waits for the next
# one if need be
same_day()
{
	left=$((86400 - $(date +%s) % 86400))
	[ "$left" -gt "$1" ] || sleep $((left + 1))
}

# await SECONDS WHAT COMMAND ...: until the command succeeds, or fail.  Where
# a look takes long the machine is busy, and has to be given its time: it is
# not over before so many looks.
await()
{
	limit=$1 what=$2
	shift 2
	deadline=$(($(clock) + limit)) looks=$((limit * 3))
	until "$@" >/dev/null 2>&1; do
		looks=$((looks - 1))
		[ "$looks" -gt 0 ] || [ "$(clock)" -lt "$deadline" ] ||
		    fail "waited $limit s for $what"
		sleep 0.1
	done
}

# never SECONDS WHAT COMMAND ...: the command must not succeed in that time
never()
{
	limit=$1 what=$2
	shift 2
	deadline=$(($(clock) + limit))
	while [ "$(clock)" -lt "$deadline" ]; do
		! "$@" >/dev/null 2>&1 || fail "it happened: $what"
		sleep 0.2
	done
}

# check WHAT COMMAND ...
check()
{
	what=$1
	shift
	"$@" >"$T/check.out" 2>&1 || {
		cat "$T/check.out"
		fail "$what"
	}
}

# same WHAT GOT WANT
same()
{
	[ "$2" = "$3" ] || fail "$1: got \"$2\", want \"$3\""
}

# conf NAME: stdin, and paths of its own, become the daemon's ntpd.conf
conf()
{
	{
		echo "control \"$T/$1.sock\""
		echo "driftfile \"$T/$1.drift\""
		cat
	} >"$T/$1.conf.new"
	mv "$T/$1.conf.new" "$T/$1.conf"
}

# start NAME [HOST [ARGUMENT ...]]: a daemon; NAME and HOST are often one
start()
{
	name=$1 host=${2:-$1}
	shift
	[ $# -eq 0 ] || shift
	spawn "$name" "$host" "$NTPD" -d -x -f "$T/$name.conf" "$@"
}

ctl()
{
	name=$1
	shift
	"$NTPCTL" -c "$T/$name.sock" "$@"
}

# value NAME VIEW FILTER: a value of a view, by jq
value()
{
	ctl "$1" -jn -s "$2" | jq -r "$3"
}

# is NAME VIEW FILTER: the filter says true
is()
{
	[ "$(value "$1" "$2" "$3" 2>/dev/null)" = true ]
}

# peer NAME ADDRESS FILTER: a value of the source at that address
peer()
{
	value "$1" sources ".sources[] | select(.address == \"$2\") | $3"
}

peer_is()
{
	[ "$(peer "$1" "$2" "$3" 2>/dev/null)" = true ]
}

# members NAME: the addresses of its sources, sorted
members()
{
	value "$1" sources '[.sources[].address] | sort | join(" ")'
}

# valid NAME COUNT: so many of its sources are
valid()
{
	is "$1" sources \
	    "[.sources[] | select(.state == \"valid\")] | length == $2"
}

ready()
{
	await 15 "$1 to be ready" grep -q "engine ready" "$T/$1.log"
}

synced()
{
	await "${2:-40}" "$1 to be synced" is "$1" status .synced
}

said()
{
	grep -q -- "$2" "$T/$1.log"
}

# fake NAME ADDRESS [SETTING ...]: a server of ours that does as told
fake()
{
	name=$1 addr=$2
	shift 2
	address "$addr"
	spawn "$name" net "$TOOLS/fakentp.t" -v "$addr" "$@"
	await 5 "$name" said "$name" "ready"
}

# probe HOST ARGUMENT ...: see tools/ntpprobe.c
probe()
{
	from=$1
	shift
	on "$from" "$TOOLS/ntpprobe.t" "$@"
}

# serves HOST ADDRESS OFFSET [WITHIN]: a client at HOST is given time that is
# off by so many seconds, as exactly as one question can tell.  The answer
# stays in $leap, $stratum, $rootdisp and so on.
# shellcheck disable=SC2154
serves()
{
	probe "$1" -s "$2" >"$T/line" || fail "$2 serves no time"
	tr ' ' '\n' <"$T/line" >"$T/answer"
	. "$T/answer"
	awk -v o="$offset" -v d="$delay" -v want="$3" -v by="${4-0.02}" 'BEGIN {
		e = o - want
		exit !((e < 0 ? -e : e) <= d / 2 + by)
	}' || fail "$2 serves a time off by $offset, want $3: $(cat "$T/line")"
}

# names: stdin is the zone; the responder is 10.9.0.53
names()
{
	cat >"$T/zone.new"
	mv "$T/zone.new" "$T/zone"
	[ ! -e "$T/dns.pid" ] || return 0
	address 10.9.0.53
	echo "nameserver 10.9.0.53" >>"$T/resolv.conf"
	spawn dns net "$TOOLS/testdns.t" -a 10.9.0.53 -n 8 \
	    "$T/zone"
	await 5 "testdns" said dns "ready"
}

# child NAME ROLE: the process of that role
child()
{
	parent=$(pid "$1")
	for p in /proc/[0-9]*; do
		grep -q "^PPid:[[:space:]]*$parent$" "$p/status" \
		    2>/dev/null || continue
		tr '\0' ' ' <"$p/cmdline" | grep -q "$2" || continue
		echo "${p#/proc/}"
	done
}

# Processes called NAME, zombies not counted.
alive()
{
	for p in /proc/[0-9]*; do
		[ "$(cat "$p/comm" 2>/dev/null)" = "$1" ] || continue
		! running "${p#/proc/}" || echo "${p#/proc/}"
	done
}

# vanished NAME: there is no such process any more
vanished()
{
	[ -z "$(alive "$1")" ]
}

if [ -n "${REGRESS_WORLD-}" ]; then
	world_up
else
	plain_up
fi
