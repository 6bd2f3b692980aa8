# A pool is a changing set: four of its addresses, none twice, and one that
# says DENY is replaced by another, without asking the name again.

. "$(dirname "$0")/../lib.sh"

host client 100
for n in 1 2 3 4 5 6; do
	fake "s$n" "10.9.0.1$n"
done
names <<E
pool.test A 10.9.0.11 10.9.0.12 10.9.0.13 10.9.0.14 10.9.0.15 10.9.0.16
E
conf client <<E
pool pool.test poll 2 3 aggressive
E
start client
synced client

four()
{
	[ "$(members client | wc -w)" -eq 4 ] && valid client 4
}
await 30 "four valid members" four
same "members taken twice" "$(members client | tr ' ' '\n' | uniq -d)" ""
lookups=$(grep -c "^A pool.test" "$T/dns.log")

bad=$(value client sources '.sources[0].address')
tell "s${bad#10.9.0.1}" kiss=DENY
replaced()
{
	case " $(members client) " in
	*" $bad "*)	return 1 ;;
	esac
	four
}
await 60 "$bad to be replaced" replaced
same "members taken twice" "$(members client | tr ' ' '\n' | uniq -d)" ""
same "lookups for one change" \
    "$(($(grep -c "^A pool.test" "$T/dns.log") - lookups))" 0
check "it stayed synced" test "$(grep -c unsynced "$T/client.log")" -eq 0
