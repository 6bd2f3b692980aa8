# One lost packet costs one bit of reach, and nothing else.

. "$(dirname "$0")/../lib.sh"

host client 100
fake one 10.9.0.11
conf client <<E
server 10.9.0.11 poll 2 2
E
start client
synced client
await 90 "reach to fill" peer_is client 10.9.0.11 '.reach == 255'
tell one copies=0
await 10 "a lost packet" peer_is client 10.9.0.11 '.reach % 2 == 0'
tell one copies=1
check "it is valid without it" peer_is client 10.9.0.11 '.state == "valid"'
await 15 "reach to show one hole" \
    peer_is client 10.9.0.11 '.reach % 2 == 1 and .reach != 255'
check "it is synced" is client status .synced
check "and was all the time" test "$(grep -c unsynced "$T/client.log")" -eq 0
