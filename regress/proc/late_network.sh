# The network comes up after the daemon, goes away, and comes back.

. "$(dirname "$0")/../lib.sh"

host client 100
fake one 10.9.0.11
host_down client
conf client <<E
listen on 127.0.0.1
server 10.9.0.11 poll 2 3
E
start client
ready client
never 3 "synced without a network" is client status .synced
check "it lives" ctl client -s status
host_up client 100
synced client 60

host_down client
await 40 "reach to fall" peer_is client 10.9.0.11 '.reach % 4 == 0'
host_up client 100
await 60 "the source to be back" peer_is client 10.9.0.11 \
    '.reach % 4 == 3 and .state == "valid"'
check "it still serves" probe client -s 127.0.0.1
