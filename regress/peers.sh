# The real peers: chrony, ntpsec and OpenNTPD as Debian built them, unpacked
# by setup.sh, never installed.  Sourced by peers/*.sh instead of lib.sh.
# shellcheck disable=SC2034

. "$(dirname "$0")/../lib.sh"
PEERS=$TOP/regress/out/peers
[ -e "$PEERS/done" ] || skip "no peers: run regress/setup.sh test"

# chrony NAME HOST: a chronyd that does not touch the clock; stdin its
# configuration
chrony()
{
	mkdir "$T/$1.run"
	chmod 750 "$T/$1.run"		# or it trusts no socket there
	{
		cat
		echo "user root"
		echo "pidfile $T/$1.run/pid"
		echo "cmdport 0"
		echo "bindcmdaddress $T/$1.run/sock"
	} >"$T/$1.conf"
	spawn "$1" "$2" "$PEERS/chrony/usr/sbin/chronyd" -x -d \
	    -f "$T/$1.conf"
}

# ntpsec NAME HOST: its ntpd; a drift file spares it a quarter of an hour
# of measuring its frequency
ntpsec()
{
	{
		cat
		echo "driftfile $T/$1.drift"
		echo "leapfile /usr/share/zoneinfo/leap-seconds.list"
	} >"$T/$1.conf"
	echo 0.000 >"$T/$1.drift"
	spawn "$1" "$2" "$PEERS/ntpsec/usr/sbin/ntpd" -n -N -g \
	    -c "$T/$1.conf"
}

# openntpd NAME HOST [ENVIRONMENT ...]: it wants a user and a directory
openntpd()
{
	name=$1 host=$2
	shift 2
	cat >"$T/$name.conf"
	mount -t tmpfs -o mode=755 none /var/lib
	mkdir -p /var/lib/openntpd/run /var/lib/openntpd/db
	{
		cat /etc/passwd
		echo "ntpd:x:998:998::/var/empty:/usr/sbin/nologin"
	} >"$T/passwd"
	mount --bind "$T/passwd" /etc/passwd
	spawn "$name" "$host" env "$@" "$PEERS/openntpd/usr/sbin/ntpd" \
	    -d -v -f "$T/$name.conf"
}

openctl()
{
	"$PEERS/openntpd/usr/sbin/ntpctl" "$@"
}

# follows ADDRESS STRATUM: our client takes its time from that one, closely,
# and is of that stratum then
follows()
{
	conf client <<E
server $1
E
	start client
	synced client
	same "our stratum" "$(value client status .stratum)" "$2"
	check "the offset is small" \
	    peer_is client "$1" '.offset | fabs < 0.05'
}
