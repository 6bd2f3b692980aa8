# Is this what OpenMetrics 1.0, or Prometheus' text format 0.0.4, allows?
#
#	openmetrics.py openmetrics | prometheus <FILE
#
# Stricter than either: every metric has a TYPE and a HELP, in one place.

import re
import sys

form = sys.argv[1]
TYPES = {
    "openmetrics": {
        "gauge": [""], "counter": ["_total"], "info": ["_info"],
        "stateset": [""], "histogram": ["_bucket", "_count", "_sum"],
    },
    "prometheus": {
        "gauge": [""], "counter": [""],
        "histogram": ["_bucket", "_count", "_sum"],
    },
}[form]
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
SAMPLE = re.compile(r"(%s)(?:\{(%s(?:,%s)*)\})? (-?[0-9][0-9.e+-]*)"
                    % (NAME, LABEL, LABEL))
families = {}           # name: type
seen = set()            # samples
current = None
buckets = []            # of the current histogram
count = None


def bad(what):
    sys.exit("line %d: %s: %s" % (number, what, line))


def metadata():
    global current
    word = line.split(" ", 3)
    if len(word) < 4 or not re.fullmatch(NAME, word[2]):
        bad("no metadata")
    if word[1] == "TYPE":
        finish()
        if word[2] in families:
            bad("seen before")
        if word[3] not in TYPES:
            bad("unknown type")
        current = word[2]
        families[current] = word[3]
        helped[current] = False
    elif word[2] != current:
        bad("not of this metric")
    elif word[1] == "UNIT":
        if form != "openmetrics" or not current.endswith("_" + word[3]):
            bad("unit")
    elif word[1] == "HELP":
        if helped[current] or re.search(r"\\(?![\\n])", word[3]):
            bad("help")
        helped[current] = True
    else:
        bad("unknown metadata")


def sample():
    global count
    m = SAMPLE.fullmatch(line)
    if m is None:
        bad("no sample")
    name, labels = m.group(1), m.group(2) or ""
    value = float(m.group(len(m.groups())))
    pairs = re.findall(LABEL, labels)
    keys = [k for k, v in pairs]
    kind = families.get(current)
    if kind is None or name not in [current + s for s in TYPES[kind]]:
        bad("not of this metric")
    if not helped[current]:
        bad("no help")
    if len(set(keys)) != len(keys):
        bad("a label twice")
    if (name, tuple(sorted(pairs))) in seen:
        bad("a sample twice")
    seen.add((name, tuple(sorted(pairs))))
    if kind in ("counter", "histogram") and value < 0:
        bad("negative")
    if kind == "info" and value != 1:
        bad("not 1")
    if kind == "stateset" and (current not in keys or value not in (0, 1)):
        bad("no state")
    if kind == "counter" and not name.endswith("_total"):
        bad("no _total")
    if name.endswith("_bucket"):
        buckets.append((float(dict(pairs)["le"]), value))
    if kind == "histogram" and name.endswith("_count"):
        count = value


def finish():
    global buckets, count
    if buckets:
        if buckets != sorted(buckets) or \
           [v for k, v in buckets] != sorted(v for k, v in buckets):
            bad("buckets out of order")
        if buckets[-1] != (float("inf"), count):
            bad("not all in the last bucket")
    buckets, count = [], None


helped = {}
text = sys.stdin.read()
number, line = 0, ""
if not text.endswith("\n"):
    bad("no newline at the end")
lines = text[:-1].split("\n")
if form == "openmetrics":
    if lines.pop() != "# EOF":
        bad("no # EOF at the end")
for number, line in enumerate(lines, 1):
    if line.startswith("# "):
        metadata()
    else:
        sample()
finish()
samples = {name for name, pairs in seen}
for name, kind in families.items():
    if not samples & {name + s for s in TYPES[kind]}:
        sys.exit("%s: no sample" % name)
print("%d metrics, %d samples" % (len(families), len(seen)))
