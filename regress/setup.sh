#!/bin/sh
# Get a machine ready to build and to test: setup.sh build | test.
#
# On Debian and its kin, as root, missing packages are installed, none of
# their services is started, and the user and directory of the daemon are
# made.  Elsewhere it says what is missing.  Nothing to do: no output.

set -u
TOP=$(cd "$(dirname "$0")/.." && pwd)
PEERS=$TOP/regress/out/peers
POLICY=/usr/sbin/policy-rc.d
NTPD_USER=${NTPD_USER:-_ntp}

BUILD="libevent-dev libbsd-dev libseccomp-dev libssl-dev libtls-dev
    libcap-ng-dev libncurses-dev iproute2"
TEST="bmake jq mandoc netbase nettle-dev openssl python3 tmux tzdata"
# Real peers: they exclude each other, so they are only unpacked.
UNPACK="chrony ntpsec ntpsec-ntpdig python3-ntp openntpd"

die()
{
	echo "setup: $*" >&2
	exit 1
}

# What of the arguments is not installed.
missing()
{
	for p; do
		status=$(dpkg-query -W -f='${db:Status-Status}' "$p" \
		    2>/dev/null)
		[ "$status" = installed ] || printf '%s ' "$p"
	done
}

# Commands and headers, where there is no dpkg to ask.
by_hand()
{
	lack=
	[ -e /usr/include/event.h ] || [ -e /usr/local/include/event.h ] ||
	    lack="$lack libevent"
	[ -e /usr/include/openssl/evp.h ] || lack="$lack libssl"
	[ -e /usr/include/curses.h ] || lack="$lack ncurses"
	[ -e /usr/include/tls.h ] || [ -e /usr/local/include/tls.h ] ||
	    lack="$lack libtls"
	if [ "$(uname -s)" = Linux ]; then
		[ -e /usr/include/bsd/bsd.h ] || lack="$lack libbsd"
		[ -e /usr/include/seccomp.h ] || lack="$lack libseccomp"
		[ -e /usr/include/cap-ng.h ] || lack="$lack libcap-ng"
	fi
	[ "$1" = build ] || for c in mandoc jq; do
		command -v "$c" >/dev/null || lack="$lack $c"
	done
	[ -z "$lack" ] ||
	    die "no apt-get here: please install (with headers):$lack"
}

apt()
{
	DEBIAN_FRONTEND=noninteractive apt-get -q -y \
	    -o Dpkg::Use-Pty=0 -o APT::Sandbox::User=root \
	    -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 "$@"
}

# apt-get with arguments, again after an update: the lists may be old, another
# apt may hold one of the locks that it does not wait for, a mirror may be
# out of reach for a moment.
apt_retry()
{
	log=$(mktemp)
	apt "$@" >"$log" 2>&1 && { rm -f "$log"; return; }
	for pause in 0 5 20 60; do
		sleep $pause
		{ apt update; apt "$@"; } >"$log" 2>&1 &&
		    { rm -f "$log"; return; }
	done
	cat "$log" >&2
	rm -f "$log"
	die "apt-get $* failed"
}

install_packages()
{
	[ "$(id -u)" -eq 0 ] || die "please install as root: apt-get install $*"
	echo "setup: installing $*"
	made=
	if [ ! -e "$POLICY" ]; then
		made=yes
		printf '#!/bin/sh\nexit 101\n' >"$POLICY"
		chmod 755 "$POLICY"
		trap 'rm -f "$POLICY"' EXIT
		trap 'exit 1' HUP INT TERM
	fi
	apt_retry install --no-install-recommends "$@"
	if [ -n "$made" ]; then
		rm -f "$POLICY"
		trap - EXIT HUP INT TERM
	fi
}

# The user the daemon becomes, and the directory it locks itself into.
make_user()
{
	if [ ! -d /var/empty ]; then
		[ "$(id -u)" -eq 0 ] || die "please run as root"
		mkdir -p /var/empty
		chmod 755 /var/empty
	fi
	id "$NTPD_USER" >/dev/null 2>&1 && return
	[ "$(id -u)" -eq 0 ] || die "please run as root"
	case $(uname -s) in
	Linux)
		nologin=/usr/sbin/nologin
		[ -e "$nologin" ] || nologin=/sbin/nologin
		if ! groupadd -f -r "$NTPD_USER" ||
		    ! useradd -r -g "$NTPD_USER" -d /var/empty -M \
		    -s "$nologin" -c "NTP daemon" "$NTPD_USER"; then
			die "cannot make the user $NTPD_USER"
		fi
		;;
	*)
		die "please make a user $NTPD_USER with home /var/empty"
		;;
	esac
}

# The libraries of the peers are installed, the peers only unpacked.
fetch_peers()
{
	[ ! -e "$PEERS/done" ] || return 0
	echo "setup: fetching $UNPACK"
	rm -rf "$PEERS"
	mkdir -p "$PEERS/deb"
	# shellcheck disable=SC2086
	if ! (cd "$PEERS/deb" && apt_retry download $UNPACK); then
		echo "setup: no real peers: their tests will be skipped"
		return
	fi
	libs=$(for d in "$PEERS"/deb/*.deb; do
		dpkg-deb -f "$d" Depends | tr ',' '\n' |
		    sed -n 's/^ *\(lib[^ :(|]*\).*/\1/p'
	done | sort -u)
	# shellcheck disable=SC2086
	lack=$(missing $libs)
	# shellcheck disable=SC2086
	[ -z "$lack" ] || install_packages $lack
	for d in "$PEERS"/deb/*.deb; do
		case ${d##*/} in
		chrony_*)	to=chrony ;;
		openntpd_*)	to=openntpd ;;
		*)		to=ntpsec ;;
		esac
		dpkg-deb -x "$d" "$PEERS/$to" || die "cannot unpack $d"
	done
	# where ntpdig looks for it when it is not installed
	ln -s "$PEERS"/ntpsec/usr/lib/*/ntp/libntpc.so \
	    "$PEERS/ntpsec/usr/lib/python3/dist-packages/ntp/"
	: >"$PEERS/done"
}

mode=${1-}
case $mode in
build)	want=$BUILD ;;
test)	want="$BUILD $TEST" ;;
*)	die "usage: setup.sh build | test" ;;
esac

if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
	# shellcheck disable=SC2086
	lack=$(missing $want)
	# shellcheck disable=SC2086
	[ -z "$lack" ] || install_packages $lack
	[ "$mode" = build ] || fetch_peers
else
	by_hand "$mode"
fi
make_user
