#!/bin/sh
# The manual pages are clean, and no keyword, option, flag, command or view
# of the programs is missing in them.  What there is is read from the
# sources, from the tables a newcomer would look at.  The examples of
# ntpd.conf(5) are configurations, as a reader sees them.

cd "$(dirname "$0")/.." || exit 1
fail=0

miss()
{
	echo "$1"
	fail=1
}

if command -v mandoc >/dev/null; then
	for m in man/*.[1-9]; do
		# the pages refer to each other and need not be installed
		said=$(mandoc -T lint -W style "$m" |
		    grep -v "referenced manual not found")
		[ -z "$said" ] || miss "$said"
	done
else
	miss "mandoc is not installed"
fi

# documented PAGE MACRO WORD: ".It Ic listen", ".Op Fl dnv" and the like
documented()
{
	grep -Eq "(^\.| )$2 (.* )?\"?$3\"?( |$)" "man/$1"
}

# rows FILE TABLE: the names of a table's rows
rows()
{
	sed -n "/$2\[[A-Z_]*\] = {/,/^};/s/.*\.name = \"\([^\"]*\)\".*/\1/p" "$1"
}

words=$(for t in conf_stmts server_opts listen_opts sensor_opts steps; do
	for f in ntpd/conf_listen.c ntpd/conf_server.c ntpd/conf_stmt.c; do
		rows $f $t
	done
done | sort -u)
words="$words $(rows ntpd/conf_nts.c parts)"
[ "$(echo "$words" | wc -w)" -ge 20 ] ||
    miss "the tables of the parser were not found"
for w in $words; do
	documented ntpd.conf.5 "(Ic|Cm)" "$w" ||
	    miss "ntpd.conf.5: $w is missing"
done

# flags FILE PAGE: those of its getopt string
flags()
{
	string=$(sed -n 's/.*getopt(.*"\([^"]*\)".*/\1/p' "$1" | head -n 1)
	[ -n "$string" ] || miss "$1: no getopt string"
	for f in $(echo "$string" | tr -d :+ | sed 's/./& /g'); do
		case $2$f in
		ntpd.8P)	continue ;;	# of the daemon itself
		esac
		grep -Eq "Fl ($f|[A-Za-z]*$f[A-Za-z]*)( |\$)" "man/$2" ||
		    miss "$2: -$f is missing"
	done
}
flags ntpd/ntpd.c ntpd.8
flags ntpctl/ntpctl.c ntpctl.8

# What stands behind "For example:", typed in.
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
mandoc -T markdown man/ntpd.conf.5 | awk -v dir="$T" '
	/[Ff]or example:$/	{ next_is = 1; next }
	next_is && /^$/		{ next }
	next_is && /^\t/	{ on = 1; next_is = 0; n++ }
	!/^\t/			{ on = 0; next_is = 0 }
	on			{ sub(/^\t+/, ""); print >(dir "/" n) }'
[ "$(ls "$T" | wc -l)" -ge 40 ] || miss "ntpd.conf.5: where are its examples?"
for f in "$T"/*; do
	said=$(ntpd/ntpd -n -f "$f" 2>&1) ||
	    miss "ntpd.conf.5: an example is refused: $said"
	awk 'length > 72 { exit 1 }' "$f" ||
	    miss "ntpd.conf.5: an example is too wide: $(cat "$f")"
done

exit $fail
