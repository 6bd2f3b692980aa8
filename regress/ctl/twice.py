# Does openmetrics.py refuse a second sample with the same labels, whatever
# its value and the order of them, of every metric that is there?
#
#	twice.py CHECKER openmetrics | prometheus FILE

import io
import re
import runpy
import sys

checker, form, path = sys.argv[1:]
sys.argv = [checker, form]
sys.stdout = io.StringIO()


# What it says of these lines; empty: they are good.
def check(lines):
    end = "# EOF\n" if form == "openmetrics" else ""
    sys.stdin = io.StringIO("".join(lines) + end)
    try:
        runpy.run_path(checker)
    except SystemExit as e:
        return str(e)
    return ""


metrics = re.findall(r"(?:^#.*\n)+(?:^[^#\n].*\n)+", open(path).read(), re.M)
for text in metrics:
    lines = text.splitlines(True)
    why = check(lines)
    if why != "":
        sys.exit("%s: %s" % (lines[0], why))
    first = [s for s in lines if s[0] != "#"][0]
    sample, value = first.rsplit(" ", 1)
    name, brace, labels = sample.partition("{")
    turned = ",".join(reversed(re.findall(r'\w+="[^"]*"', labels)))
    turned = name + ("{" + turned + "}" if turned else "")
    for again in first, sample + " 1\n", turned + " " + value:
        if "a sample twice" not in check(lines + [again]):
            sys.exit("not seen: " + again)
if len(metrics) < 100:
    sys.exit("only %d metrics" % len(metrics))
