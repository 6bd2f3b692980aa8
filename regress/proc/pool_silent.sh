# A member that falls silent is replaced after eight unanswered polls; two
# names that share their addresses do not ask one of them twice.

. "$(dirname "$0")/../lib.sh"

host client 100
for n in 1 2 3 4 5; do
	fake "s$n" "10.9.0.1$n"
done
names <<E
a.test A 10.9.0.11 10.9.0.12 10.9.0.13
b.test A 10.9.0.13 10.9.0.14 10.9.0.15
E
conf client <<E
pool a.test members 2 poll 2 2 aggressive
pool b.test members 2 poll 2 2 aggressive
E
start client
synced client
four()
{
	[ "$(members client | wc -w)" -eq 4 ] && valid client 4
}
await 30 "four valid members" four
same "members taken twice" "$(members client | tr ' ' '\n' | uniq -d)" ""

for spare in 1 2 3 4 5; do
	case " $(members client) " in
	*" 10.9.0.1$spare "*)	;;
	*)			break ;;
	esac
done
# of the name that could also ask the spare one
case $spare in
[123])	name=a.test ;;
*)	name=b.test ;;
esac
bad=$(value client sources \
    "[.sources[] | select(.name == \"$name\").address] | .[0]")
tell "s${bad#10.9.0.1}" copies=0
replaced()
{
	case " $(members client) " in
	*" $bad "*)		return 1 ;;
	*" 10.9.0.1$spare "*)	return 0 ;;
	esac
	return 1
}
await 90 "$bad to be replaced by 10.9.0.1$spare" replaced
await 30 "four valid members again" four
check "it stayed synced" test "$(grep -c unsynced "$T/client.log")" -eq 0
