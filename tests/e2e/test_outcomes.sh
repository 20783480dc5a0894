#!/bin/bash
# shellcheck disable=SC2086,SC2154
# Real data with everything a study may ask: both e-mails against none, visits, purchases and
# what was spent, segments by pairs of columns.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hillstrom.sh"

study=$work/study
cp -R "$shared/studies/hillstrom" "$study" && chmod -R u+w "$study" || exit 1
python3 - "$shared/data/hillstrom.csv" "$study" $rows <<'END'
import csv, sys

real, folder, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
rows = list(csv.DictReader(open(real)))
rows = rows[::len(rows) // n] if n else rows
columns = {"a": ["recency", "history", "zip_code", "channel", "newbie", "segment"],
           "b": ["mens", "womens", "history_segment", "visit", "conversion", "spend"]}
for party, names in columns.items():
    with open(f"{folder}/{party}.csv", "w") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *names])
        writer.writerows([f"u{i}", *(row[name] for name in names)] for i, row in enumerate(rows))
text = open(f"{folder}/study.yaml").read()
for old, new in (
    ('test: ["Womens E-Mail"]', 'test: {womens: ["Womens E-Mail"], mens: ["Mens E-Mail"]}'),
    ("columns:\n", 'outcomes: [{column: conversion, converted: ["1"]}, {column: spend, value: mean}]\n'
                   "pairs: [[newbie, womens]]\ncolumns:\n"),
    ('    - {name: visit, type: category, values: ["0", "1"]}\n',
     '    - {name: visit, type: category, values: ["0", "1"]}\n'
     '    - {name: conversion, type: category, values: ["0", "1"]}\n'
     "    - {name: spend, type: number, decimals: 2, edges: [0, 0.01, 30, 50, 75, 100, 150, 200, 300, 500]}\n"),
):
    assert text.count(old) == 1, old
    text = text.replace(old, new)
open(f"{folder}/study.yaml", "w").write(text)
END

case_name='a plan for several outcomes'
cp -R "$study" "$work/checked"
for party in a b; do
    "$CS_PROGRAM" keygen --out "$work/checked/$party" >"$work/$party.fingerprint" || fail keygen
done
printf 'parties: {a: {fingerprint: "%s"}, b: {fingerprint: "%s"}}\n' \
    "$(cat "$work/a.fingerprint")" "$(cat "$work/b.fingerprint")" >>"$work/checked/study.yaml"
echo 'key: b' >>"$work/checked/b.yaml"
"$CS_PROGRAM" check "$work/checked"/{study,b}.yaml >"$work/plan" 2>&1 || {
    cat "$work/plan"
    fail check
}
grep -q 'asks for: 6 answers: 2 test arms, 3 outcomes; segments by 1 pair' "$work/plan" ||
    fail 'check does not say what is asked'

case_name='both e-mails, three outcomes'
"$CS_PROGRAM" simulate "$study"/{study,a,b}.yaml --epsilon 3 --data-dir "$study" \
    --output-dir "$work/out" >"$work/said" 2>"$work/log" || {
    cat "$work/said" "$work/log"
    fail simulate
}
"$CS_PROGRAM" report "$work"/out/{a,b} --out "$work/again" >/dev/null || fail report
cmp "$work/again/report.json" "$work/out/a/report.json" || fail 'made again, it differs'
python3 - "$study" "$work/out/report.json" <<'END' || fail 'the answers'
import csv, json, sys

folder, path = sys.argv[1:]
rows = [{**a, **b} for a, b in zip(*(csv.DictReader(open(f"{folder}/{party}.csv")) for party in "ab"))]
report = json.load(open(path))
arms = {"womens": "Womens E-Mail", "mens": "Mens E-Mail", "control": "No E-Mail"}


def mean(column, arm, cap=float("inf"), **where):
    values = [min(cap, float(row[column])) for row in rows if row["segment"] == arms[arm]
              and all(row[name] == value for name, value in where.items())]
    return sum(values) / len(values)


def near(what, lift, truth, slack=0):
    """As far off as privacy noise explains."""
    print(f"    {what}: {lift['value']:.4f}, {truth:.4f} in the rows")
    assert abs(lift["value"] - truth) <= 5 * lift["variance_noise"] ** 0.5 + slack, (what, lift, truth)


assert report["schema"] == "cosynth-report/2"
assert [(x["outcome"], x["test"]) for x in report["answers"]] == [
    (outcome, test) for outcome in ("visit", "conversion", "spend") for test in ("womens", "mens")]
for answer in report["answers"]:
    outcome, test = answer["outcome"], answer["test"]
    near(f"{outcome}, {test}", answer["direct"]["lift"],
         mean(outcome, test) - mean(outcome, "control"))
    assert answer["power"]["lift"] > answer["power"]["lift_without_noise"] > 0
    names = {level["column"] for segment in answer["segments"] for level in segment["by"]}
    assert not names & {"segment", "visit", "conversion", "spend"}, names
    if outcome == "spend":
        amounts, cap = answer["amounts"], answer["amounts"]["cap"] or float("inf")
        near(f"spend capped at {cap:.0f}, {test}", amounts["direct"]["lift"],
             mean(outcome, test, cap) - mean(outcome, "control", cap))
for segment in report["answers"][0]["segments"]:
    if len(segment["by"]) < 2 or segment["direct"]["verdict"] != "reported":
        continue
    where = {level["column"]: level["level"] for level in segment["by"]}
    near(f"visit, womens, {where}", segment["direct"]["lift"],
         mean("visit", "womens", **where) - mean("visit", "control", **where))
END
finish
