#!/bin/sh
# make install puts everything in its place under DESTDIR and PREFIX, keeps
# an ntpd.conf that is there, and uninstall takes it away again.

cd "$(dirname "$0")/.." || exit 1
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
fail()
{
	echo "FAILED: $*"
	exit 1
}
install()
{
	make DESTDIR="$T/root" PREFIX=/usr SYSCONFDIR=/etc "$@" \
	    >"$T/out" 2>&1 || {
		cat "$T/out"
		fail "make $*"
	}
}
installed()
{
	(cd "$T/root" && find . ! -type d | sort)
}

install install
for f in usr/sbin/ntpd usr/sbin/ntpctl usr/share/man/man5/ntpd.conf.5 \
    usr/share/man/man8/ntpd.8 usr/share/man/man8/ntpctl.8 \
    etc/ntpd.conf usr/share/examples/ntpd/ntpd.conf.sample; do
	[ -s "$T/root/$f" ] || fail "$f is not installed"
done
for f in ntpd ntpctl; do
	[ -x "$T/root/usr/sbin/$f" ] || fail "$f is no program"
done
"$T/root/usr/sbin/ntpd" -n -f "$T/root/etc/ntpd.conf" >"$T/out" 2>&1 || {
	cat "$T/out"
	fail "the installed configuration is not accepted"
}
echo "# mine" >"$T/root/etc/ntpd.conf"
install install
[ "$(cat "$T/root/etc/ntpd.conf")" = "# mine" ] ||
    fail "install overwrites ntpd.conf"
install uninstall
left=$(installed)
[ "$left" = ./etc/ntpd.conf ] || fail "uninstall leaves: $left"
