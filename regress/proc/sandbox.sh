# What each process is allowed: as the kernel sees it.

. "$(dirname "$0")/../lib.sh"

[ "${NTPD_SANDBOX-}" != off ] || skip "NTPD_SANDBOX=off"
host client 100
conf client <<E
listen on 10.9.100.2
server 10.9.0.11
E
start client
ready client
parent=$(pid client)
engine=$(child client engine)
dns=$(child client dns)
[ -n "$engine" ] && [ -n "$dns" ] || fail "not three processes"

# field PID NAME
field()
{
	sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"
}

# its own box is the last thing the parent does
parent_boxed()
{
	[ "$(field "$parent" Seccomp)" = 2 ]
}
await 5 "the parent's seccomp filter" parent_boxed
for p in $parent $engine $dns; do
	same "$p seccomp" "$(field "$p" Seccomp)" 2
	same "$p no_new_privs" "$(field "$p" NoNewPrivs)" 1
done
uid=$(id -u _ntp) gid=$(id -g _ntp)
for p in $engine $dns; do
	same "$p uids" "$(field "$p" Uid | xargs)" "$uid $uid $uid $uid"
	same "$p gids" "$(field "$p" Gid | xargs)" "$gid $gid $gid $gid"
	same "$p groups" "$(field "$p" Groups | xargs)" "$gid"
	for c in CapInh CapPrm CapEff CapAmb CapBnd; do
		same "$p $c" "$(field "$p" $c)" 0000000000000000
	done
done
# the parent keeps CAP_NET_BIND_SERVICE (10) and what it must have to start
# again what it started: far from everything
caps=$(field "$parent" CapEff)
[ "$caps" != 000001ffffffffff ] || fail "the parent keeps all capabilities"
for bad in 21 12 16 17 19; do	# SYS_ADMIN NET_ADMIN MODULE RAWIO PTRACE
	[ $((0x$caps >> bad & 1)) -eq 0 ] ||
	    fail "the parent keeps capability $bad ($caps)"
done
same "the engine's root" "$(readlink "/proc/$engine/root")" /var/empty
for p in $engine $dns; do
	ls -l "/proc/$p/fd" >"$T/fds"
	! grep -q "client.conf\|client.drift" "$T/fds" || fail "$p has files"
done
