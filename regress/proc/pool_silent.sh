# A member that falls silent is replaced after eight unanswered polls; two
# names that share their addresses do not ask one of them twice.

. "$(dirname "$0")/../lib.sh"

host client 100
for n in 1 2 3 4; do
	fake "s$n" "10.9.0.1$n"
done
names <<E
a.test A 10.9.0.11 10.9.0.12 10.9.0.13
b.test A 10.9.0.12 10.9.0.13 10.9.0.14
E
conf client <<E
pool a.test members 2 poll 2 2 aggressive
pool b.test members 2 poll 2 2 aggressive
E
start client
synced client
members()
{
	value client sources '[.sources[].address] | sort | join(" ")'
}
four()
{
	[ "$(members | wc -w)" -eq 4 ]
}
await 30 "four members" four
same "the members" "$(members)" "10.9.0.11 10.9.0.12 10.9.0.13 10.9.0.14"

fake s5 10.9.0.15
names <<E
a.test A 10.9.0.11 10.9.0.15
b.test A 10.9.0.12 10.9.0.13 10.9.0.14
E
tell s1 copies=0
replaced()
{
	case " $(members) " in
	*" 10.9.0.11 "*)	return 1 ;;
	*" 10.9.0.15 "*)	return 0 ;;
	esac
	return 1
}
await 90 "10.9.0.11 to be replaced by 10.9.0.15" replaced
