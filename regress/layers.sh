#!/bin/sh
# Who may call and include what: the layers of the design, read from the
# object files and the #include lines.  Needs a finished build.

set -u
cd "$(dirname "$0")/.." || exit 1
OS=$(uname -s | tr '[:upper:]' '[:lower:]')
fail=0

complain()
{
	echo "$*"
	fail=1
}

# Everything is read once, into two tables: "object symbol" for what objects
# take from elsewhere, "file header" for what files include.
tmp=$(mktemp -d "${TMPDIR:-/tmp}/layers.XXXXXXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

read_symbols()
{
	nm -u -A $objects | sed 's/:/ /' |
	    awk '{ sub(/@.*/, "", $NF); print $1, $NF }' |
	    grep -Ev ' __(asan|ubsan|sanitizer|gcov|stack_chk|tls_get)'
}

read_includes()
{
	for f in common/*/*.[ch] common/*/*/*.[ch] ntpd/*.[ch] \
	    ntpctl/*.[ch]; do
		sed -n 's/^#[[:space:]]*include[[:space:]]*\([<"][^>"]*[>"]\).*/\1/p' \
		    "$f" | sed "s,^,$f ,"
	done
}

# Symbols an object takes from elsewhere.
undefined()
{
	awk -v o="$1" '$1 == o { print $2 }' "$tmp/symbols"
}

# only SYMBOLS OBJECT...: nobody else refers to these (a regular expression)
only()
{
	symbols=$1
	shift
	bad=$(grep -E " ($symbols)\$" "$tmp/symbols" |
	    awk -v may=" $* " 'index(may, " " $1 " ") == 0')
	[ -z "$bad" ] || complain "$bad: may not be used there"
}

# without SYMBOLS OBJECT...: these objects do not refer to them
without()
{
	symbols=$1
	shift
	bad=$(grep -E " ($symbols)\$" "$tmp/symbols" |
	    awk -v these=" $* " 'index(these, " " $1 " ") > 0')
	[ -z "$bad" ] || complain "$bad: may not be used there"
}

# Where a header of ours is.
header()
{
	for d in common/core common/crypt common/base common/base/compat \
	    ntpd ntpctl; do
		[ ! -f "$d/$1" ] || echo "$d/$1"
	done
}

# The #include lines of a file: <name> and "name".
includes()
{
	awk -v f="$1" '$1 == f { print $2 }' "$tmp/includes"
}

# All headers of ours a file sees, through other headers too.
sees()
{
	awk -v f="$1" '
	    { n[$1]++; has[$1, n[$1]] = $2; base = $1
	      sub(/.*\//, "", base); where[base] = where[base] " " $1 }
	    END {
		todo[1] = f; last = 1
		for (i = 1; i <= last; i++)
			for (j = 1; j <= n[todo[i]]; j++) {
				h = has[todo[i], j]
				if (h !~ /^"/ || (h in seen))
					continue
				seen[h] = 1
				gsub(/"/, "", h)
				print h
				m = split(where[h], at, " ")
				for (k = 1; k <= m; k++)
					todo[++last] = at[k]
			}
	    }' "$tmp/includes" | tr '\n' ' '
}

# blind FILES HEADERS: these files do not see these headers, however
blind()
{
	for f in $1; do
		[ -f "$f" ] || continue
		all=" $(sees "$f") "
		for h in $2; do
			case $all in
			*" $h "*)	complain "$f: sees $h" ;;
			esac
		done
	done
}

# direct FILES HEADERS: what these files include is all on the list
# (a regular expression over <name> and "name")
direct()
{
	for f in $1; do
		[ -f "$f" ] || continue
		bad=$(includes "$f" | grep -Evx "$2" | tr '\n' ' ')
		[ -z "$bad" ] || complain "$f: may not include $bad"
	done
}

# avoid FILES HEADERS: nothing of the list is included
avoid()
{
	for f in $1; do
		[ -f "$f" ] || continue
		bad=$(includes "$f" | grep -Ex "$2" | tr '\n' ' ')
		[ -z "$bad" ] || complain "$f: may not include $bad"
	done
}

objects=$(ls common/*/*.o common/*/*/*.o ntpd/*.o ntpctl/*.o 2>/dev/null)
for o in common/core/sync.o ntpd/parent.o ntpd/engine.o ntpctl/ntpctl.o; do
	[ -f "$o" ] || { echo "$o is missing: make all first"; exit 1; }
done
read_symbols >"$tmp/symbols"
read_includes >"$tmp/includes"

# The core is pure: what it uses is its own, libm, and memory.
own=$(nm -g --defined-only common/core/*.o | awk 'NF == 3 { print $3 }')
pure='mem(cpy|set|move|cmp|chr)|str(len|cmp|ncmp|nlen)|__mem(cpy|set|move)_chk'
pure="$pure|l?l?r(ound|int)|l?lround|l?lrint|f(abs|min|max|ma|loor|mod)|ceil"
pure="$pure|sqrt|hypot|trunc|(ld|fr)exp|scalbn|pow|exp2?|expm1|log(2|10|1p)?"
pure="$pure|erfc?|cbrt|copysign|nearbyint|_GLOBAL_OFFSET_TABLE_"
for o in common/core/*.o; do
	bad=$(undefined "$o" | grep -Evx "$pure" |
	    grep -Fvx "$own" | tr '\n' ' ')
	[ -z "$bad" ] || complain "$o: core is pure, but uses $bad"
done
std='float|limits|math|stdbool|stddef|stdint|string|sys/(queue|tree|types)'
direct "$(ls common/core/*.[ch])" "<($std)\.h>|\".*\""
for f in common/core/*.[ch]; do
	for h in $(includes "$f" | sed -n 's/"\(.*\)"/\1/p'); do
		[ -f "common/core/$h" ] ||
		    complain "$f: core may not include $h"
	done
done

# So is the cryptography, but for libcrypto, which nobody else speaks to:
# neither files nor sockets nor clocks, and no source of random numbers.
crypt="$pure|calloc|free|strcasecmp|OPENSSL_.*|CRYPTO_.*|EVP_.*"
own_crypt=$(nm -g --defined-only common/crypt/*.o |
    awk 'NF == 3 { print $3 }')
for o in common/crypt/*.o; do
	bad=$(undefined "$o" | grep -Evx "$crypt" | grep -Fvx "$own" |
	    grep -Fvx "$own_crypt" | tr '\n' ' ')
	[ -z "$bad" ] || complain "$o: crypt is pure, but uses $bad"
done
std="$std|stdlib|strings|limits|openssl/(crypto|evp)"
direct "$(ls common/crypt/*.[ch])" "<($std)\.h>|\".*\""
for f in common/crypt/*.[ch]; do
	for h in $(includes "$f" | sed -n 's/"\(.*\)"/\1/p'); do
		[ -f "common/core/$h" ] || [ -f "common/crypt/$h" ] ||
		    complain "$f: crypt may not include $h"
	done
done
# shellcheck disable=SC2046
only '(EVP|CRYPTO|OPENSSL|X509|PEM|BIO|ERR)_.*' common/crypt/*.o \
    ntpd/constraint_chain.o $(ls ntpd/nts*.o 2>/dev/null)
only 'SSL_.*|TLS_.*' ntpd/nts_tls.o ntpd/nts_tls_ctx.o
only 'tls_.*' ntpd/constraint.o

# A constraint process: one connection, no files, nothing of the daemon's.
direct "$(ls ntpd/constraint*.[ch])" \
    '<.*>|"(addr|constraint|httpdate|imsgev|log|msg|now|proc|sandbox)\.h"'
avoid "$(ls ntpd/constraint*.[ch])" '<(netdb|resolv)\.h>'
avoid ntpd/constraint_chain.c '<tls\.h>|<sys/socket\.h>'
without '(f|fd|mk)?open(at|64)?|bind|listen|accept4?|recv.*' \
    ntpd/constraint*.o

# The plumbing knows no process.
for f in common/base/*.[ch] common/base/compat/*.[ch]; do
	for h in $(includes "$f" | sed -n 's/"\(.*\)"/\1/p'); do
		case $(header "$h") in
		ntpd/*|ntpctl/*)
			complain "$f: base may not include $h" ;;
		esac
	done
done

# One hand on the clock.
setters='adjtimex?|ntp_adjtime|adjfreq|settimeofday|clock_(settime|adjtime)'
only "$setters" "ntpd/clock_$OS.o"
only 'clock_(get|init|freq|step|status)' \
    ntpd/parent.o ntpd/parent_clock.o
std='errno|math|string|time|unistd|sys/(types|time|timex)'
direct "$(ls ntpd/clock_*.c)" "<($std)\.h>|\"(clock|leap|log)\.h\""
only 'clock_gettime|gettimeofday' common/base/now.o common/base/log.o \
    "ntpd/clock_$OS.o"

# What only the files of one process may see.
engine_h=$(cd ntpd && echo engine*.h)
parent_h=$(cd ntpd && echo parent*.h)

# Root never reads from the network, and cannot even name a packet.
without 'recv(from|msg|mmsg)?|__recv.*' ntpd/parent*.o ntpd/conf_*.o
blind "$(ls ntpd/parent*.[ch]) ntpd/ntpd.c ntpd/proc.c" \
    "packet.h extfield.h assoc.h reply.h serve.h select.h srcstat.h sync.h
    io.h batch.h $engine_h"

# Who looks at the network has no files, no clock, no resolver, no config.
without '(f|fd|mk)?open(at|64)?|unlink(at)?|rename(at)?|mkos?temp.*' \
    ntpd/batch.o ntpd/engine*.o ntpd/io*.o ntpd/nts*.o ntpd/server.o
# A server has no socket but those it is given.
without 'socket|connect|bind|accept4?' ntpd/batch.o ntpd/server.o
blind ntpd/server.c "$engine_h $parent_h sync.h"
# The batch loop could run anywhere: it knows no process.
blind "$(ls ntpd/batch.[ch] ntpd/io*.[ch])" \
    "$engine_h $parent_h conf.h sync.h"
avoid "$(ls ntpd/batch.[ch] ntpd/engine*.[ch] ntpd/io*.[ch])" \
    '"(clock|parent.*|conf_(lex|parse))\.h"|<(netdb|resolv)\.h>'
# Who speaks TLS has besides no NTP: no packet, no clock, no selection.
blind "$(ls ntpd/nts*.[ch])" \
    "clock.h select.h io.h batch.h $engine_h $parent_h"
avoid "$(ls ntpd/nts*.[ch])" '<(netdb|resolv|fcntl)\.h>'
only 'nts_tls_.*' "$(ls ntpd/nts*.o | tr '\n' ' ')"
# What reads sensors has no sockets and no files of its own; only its drivers
# touch memory and devices that others own, and nobody else calls them.
without '(f|fd|mk)?open(at|64)?|socket|connect|bind|recv.*|send(to|msg|mmsg)?' \
    ntpd/sensor*.o
direct "$(ls ntpd/sensor*.[ch])" \
    '<.*>|"(compat|conf|imsgev|log|msg|now|proc|sandbox|sensor)\.h"'
avoid "$(ls ntpd/sensor*.[ch])" '<(netdb|resolv|sys/socket|netinet/in)\.h>'
only 'shm(get|at|ctl|dt)' ntpd/sensor_shm.o
only 'sensor_(shm|pps|phc|sysctl)(_.*)?' "ntpd/sensor_$OS.o"
only 'sensor_drivers' ntpd/sensor.o ntpd/sensor_find.o
only 'getaddrinfo|getnameinfo|gethostby.*' \
    ntpd/dns.o common/base/addr.o ntpctl/resolve.o ntpctl/probe.o
only 'res_.*|__res_.*' ntpd/dns_service.o
direct "ntpd/dns.c ntpd/dns_service.c" \
    '<.*>|"(addr|compat|dns|dnssrv|imsgev|log|msg|proc|sandbox)\.h"'

# The configuration is text to data: no events, no sockets, no resolver.
avoid "$(ls ntpd/conf*.[ch])" '<(event|netdb|netinet/in)\.h>'
without 'socket|connect|bind|event_.*' ntpd/conf_*.o
only 'conf_(parse|check|print|check_resolved)' ntpd/conf_*.o ntpd/ntpd.o \
    ntpd/ntpd_check.o ntpd/parent_reload.o

# One way to be born, one way to be locked up.
changes='chroot|set(re[su]|[eu])?[ug]id|setgroups'
only "v?fork|exec[lv].*|posix_spawn.*|$changes" \
    ntpd/proc.o ntpd/ntpd.o ntpd/ntpd_check.o ntpctl/resolve.o
only 'seccomp_.*|capng_.*|prctl|pledge|unveil|cap_.*' ntpd/sandbox_*.o

# ntpctl is a client: the control protocol, nothing of the daemon.
for f in ntpctl/*.[ch]; do
	for h in $(includes "$f" | sed -n 's/"\(.*\)"/\1/p'); do
		case $(header "$h") in
		ntpd/*)	complain "$f: ntpctl may not include $h" ;;
		esac
	done
done

# One file has the terminal.
only '(init|curs_)scr|newterm|endwin|w?(get|add|mv)ch|w?refresh|curs_set' \
    ntpctl/top.o

# A process' state is its own: nothing that can change is exported.
for o in $objects; do
	bad=$(nm -g --defined-only -f sysv "$o" | awk -F'|' '
	    $7 ~ /^\.(data|bss)/ && $7 !~ /\.ro/ || $7 ~ /COM/ { print $1 }' |
	    grep -v '^__' | tr '\n' ' ')
	[ -z "$bad" ] || complain "$o: exports what can change: $bad"
done

[ "$fail" -eq 0 ] && echo "layers: all in their place"
exit "$fail"
