# leapfile: the offset of TAI is known, and a file that is none is said to
# be so and does not stop anything.

. "$(dirname "$0")/../lib.sh"

host client 100
fake one 10.9.0.11
cat >"$T/leaps" <<E
#\$	3676924800
#@	4102444800
3644697600	36	# 1 Jul 2015
3692217600	37	# 1 Jan 2017
E
chmod 644 "$T/leaps"
conf client <<E
leapfile "$T/leaps"
server 10.9.0.11
E
start client
synced client
same "TAI - UTC" "$(value client status .tai)" 37
same "leap" "$(value client status .leap)" none

echo "this is no list" >"$T/leaps"
check "reload" ctl client reload
said client "leaps" || fail "the log does not name the bad file"
check "it is synced" is client status .synced
