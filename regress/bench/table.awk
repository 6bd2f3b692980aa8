# Medians and ratios: awk -f table.awk ROWS ROUNDS.
#
#	ROWS	a line each, columns separated by tabs: title, key, field, and
#		the keys its ratios are to
#	ROUNDS	number of the round, key, and field=value ...
#
# A row becomes "| title | median (quartiles) | ratio ... |"; a ratio is the
# median of those of the rounds, in which both were measured one after the
# other.

function sorted(list, a,	n, i, j, t) {
	n = split(list, a, " ")
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && a[j] + 0 < a[j - 1] + 0; j--) {
			t = a[j]; a[j] = a[j - 1]; a[j - 1] = t
		}
	return n
}

# the i-th of q parts of the sorted list
function part(list, i, q,	a, n) {
	n = sorted(list, a)
	return a[1 + int((n - 1) * i / q + 0.5)]
}

# the values of all rounds
function all(key, field,	i, list) {
	for (i = 1; i <= rounds; i++)
		if ((i, key, field) in value)
			list = list " " value[i, key, field]
	return list
}

function ratio(key, base, field,	i, list) {
	for (i = 1; i <= rounds; i++)
		if (value[i, base, field] > 0)
			list = list " " value[i, key, field] / \
			    value[i, base, field]
	return part(list, 1, 2)
}

FNR == NR {
	row[++nrows] = $0
	next
}

{
	if ($1 > rounds)
		rounds = $1
	for (i = 3; i <= NF; i++) {
		split($i, a, "=")
		value[$1, $2, a[1]] = a[2]
	}
}

END {
	for (r = 1; r <= nrows; r++) {
		n = split(row[r], c, "\t")
		list = all(c[2], c[3])
		printf "| %s | %.2f (%.2f-%.2f) |", c[1], part(list, 1, 2),
		    part(list, 1, 4), part(list, 3, 4)
		for (i = 4; i <= n; i++)
			printf " %.2f |", ratio(c[2], c[i], c[3])
		print ""
	}
}
