#!/bin/bash
# demo-data and simulate: what the outputs look like, and that the effect is in them. The
# budget is large, so that the noise does not blur what is compared.
. "$(dirname "$0")/lib.sh"

case_name=demo
demo=$work/demo
make_data "$demo" 2000 || exit 1
# B's file in another order of columns and with the line ends of another system.
python3 - "$demo/b.csv" <<'END'
import csv, sys

rows = [[r[i] for i in (3, 0, 6, 1, 5, 2, 4)] for r in csv.reader(open(sys.argv[1], newline=""))]
csv.writer(open(sys.argv[1], "w", newline=""), lineterminator="\r\n").writerows(rows)
END
"$CS_PROGRAM" simulate "$demo/study.yaml" "$demo/a.yaml" "$demo/b.yaml" --epsilon 50 \
    --output-dir "$demo/out" >"$work/said" 2>"$work/log" || {
    cat "$work/said" "$work/log"
    fail simulate
}
grep -q "$demo/out/report.txt" "$work/said" || fail 'simulate does not say where the report is'
line='[ab]? [a-z]* +(\.\.\.|[0-9.]+ s|[0-9.]+ s  [0-9.]+ MB  [0-9]+ rounds|[0-9]+ rows, [0-9]+ columns)'
mixed=$(grep -vxE "$line" "$work/log") && fail "lines of two nodes are mixed: $mixed"

python3 - "$demo" <<'END' || fail 'the outputs are not what they should be'
import csv, json, sys

demo = sys.argv[1]
receipts = [json.load(open(f"{demo}/out/{p}/receipt.json")) for p in "ab"]
people = receipts[0]["people"]
assert receipts[0]["population_digest"] == receipts[1]["population_digest"]
assert receipts[1]["people"] == people and abs(people - 2000) < 100, people

for party, end in (("a", b"\n"), ("b", b"\r\n")):
    read = lambda path: list(csv.reader(open(path, newline="")))
    real, made = read(f"{demo}/{party}.csv"), read(f"{demo}/out/{party}/synthetic.csv")
    assert made[0] == ["person"] + [name for name in real[0] if name != "id"], made[0]
    assert [row[0] for row in made[1:]] == [str(i + 1) for i in range(people)], party
    first = open(f"{demo}/out/{party}/synthetic.csv", "rb").readline()
    assert first.endswith(end) and (end == b"\r\n" or b"\r" not in first), first
    for i, name in enumerate(made[0]):
        kind = lambda text: "number" if text.replace(".", "", 1).isdigit() else "word"
        values = [row[real[0].index(name)] for row in real[1:]] if i > 0 else ["1"]
        assert {kind(row[i]) for row in made[1:]} <= {kind(v) for v in values}, name

truth = json.load(open(f"{demo}/truth.json"))["lift"]["observed"]
report = json.load(open(f"{demo}/out/report.json"))
lift = report["answers"][0]["synthetic"]["lift"]
assert abs(lift["value"] - truth) < 0.01, (lift, truth)
assert lift["low"] < truth < lift["high"], (lift, truth)
assert report == json.load(open(f"{demo}/out/a/report.json"))
assert report == json.load(open(f"{demo}/out/b/report.json"))
print(f"lift {lift['value']:.4f}, true {truth:.4f}; {people} people")
END

# A stopped simulation stops both nodes and leaves neither outputs nor keys.
case_name='a simulation that is stopped'
mkdir "$work/tmp"
TMPDIR=$work/tmp "$CS_PROGRAM" simulate "$demo/study.yaml" "$demo/a.yaml" "$demo/b.yaml" \
    --output-dir "$demo/stopped" >/dev/null 2>"$work/stopped.log" &
simulation=$!
until grep -qs 'b measure  ...' "$work/stopped.log"; do sleep 0.05; done
nodes=$(pgrep -P "$simulation")
kill -TERM "$simulation"
wait "$simulation"
code=$?
[ "$code" = 143 ] || fail "exit code $code"
[ "$(echo "$nodes" | wc -l)" = 2 ] || fail "not two nodes: $nodes"
for node in $nodes; do
    kill -0 "$node" 2>/dev/null && fail "node $node still runs"
done
left=$(find "$work/tmp" "$demo/stopped" -mindepth 1 -not -path '*/stopped/[ab]' -not -name 'ledger.db*')
[ -z "$left" ] || fail "left behind: $left"
finish
