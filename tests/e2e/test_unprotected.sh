#!/bin/bash
# A study without privacy: who has to agree to it, and that every output says what it is.
# The control is the same study with an epsilon.
. "$(dirname "$0")/lib.sh"

set_base 1000
sentence='these outputs are not private'
mark='NOT PRIVATE'

set_privacy() { # words
    sed -i "s/^privacy:.*/privacy: $1/" "$here"/[ab]/study.yaml
}

consent() { # parties
    local party
    for party in "$@"; do
        echo 'allow_unprotected: true' >>"$here/$party/node.yaml"
    done
}

# Every file but the study, which says it in its own words, both logs, and all rows.
expect_marks() {
    local party name
    for party in a b; do
        for name in report.html report.txt report.json receipt.json; do
            grep -q "$mark" "$here/$party/out/$name" || fail "$party: $name is not marked"
        done
        grep -q 'The two lifts agree' "$here/$party/out/report.txt" || fail "$party: the lifts"
        grep -q "$sentence" "$here/$party/out/study.yaml" || fail "$party: study.yaml"
        expect_same "$party: measured.json" "$(json "$here/$party/out/measured.json" private)" false
        expect_same "$party: receipt.json" \
            "$(json "$here/$party/out/receipt.json" privacy epsilon_spent)" null
        expect_same "$party: rows without the mark" \
            "$(tail -n +2 "$here/$party/out/synthetic.csv" | grep -vc '^not-private-[0-9]')" 0
        [ "$(grep -c "$mark" "$here/$party.log")" = 2 ] || fail "$party: the log is not marked"
    done
}

# The tables of a run are those of the join, cell by cell.
expect_exact() { # true or false
    python3 - "$here" "$1" <<'END_OF_PYTHON' || fail "exact cells: not $1"
import collections, csv, json, sys

here, exact = sys.argv[1], sys.argv[2] == "true"
rows = {p: {r["id"]: r for r in csv.DictReader(open(f"{here}/{p}/{p}.csv", newline=""))} for p in "ab"}
people = [{**rows["a"][i], **rows["b"][i]} for i in rows["a"]]
tables = json.load(open(f"{here}/a/out/measured.json"))["tables"]
compared = 0
for table in tables:
    if table["columns"] != ["arm", "converted"]:
        continue
    names = [(arm, yes) for arm in ("test", "control", "neither", "other")
             for yes in ("no", "yes", "other")]
    true = collections.Counter((r["arm"], r["converted"]) for r in people)
    assert (table["cells"] == [true[name] for name in names]) == exact, table["cells"]
    compared += 1
assert compared == 1
sums = {sum(table["cells"]) for table in tables}
assert (sums == {len(people)}) == exact, sums
END_OF_PYTHON
}

begin 'without privacy, by consent of both'
set_privacy "{epsilon: none, acknowledge: $sentence}"
consent a b
"$CS_PROGRAM" check "$here/a/study.yaml" "$here/a/node.yaml" >"$here/checked" 2>/dev/null
grep -q 'noise:    none' "$here/checked" || fail 'check names a noise'
grep -q 'privacy:  none' "$here/checked" || fail 'check names an epsilon'
grep -q "$mark" "$here/checked" || fail 'check does not warn'
run_both
expect_codes 0 0
expect_outputs
expect_marks
expect_exact true

case_name='the mark in what is made of both outputs'
"$CS_PROGRAM" report "$here/a/out" "$here/b/out" >"$here/joint" 2>&1 || fail report
head -n 1 "$here/joint" | grep -q "^$mark" || fail 'the joint report does not begin with it'
expect_same 'what the ledger says was spent' "$(python3 -c 'import sqlite3, sys
print(*sqlite3.connect(sys.argv[1]).execute("SELECT runs, unprotected, epsilon FROM spent").fetchone())' \
    "$here/a/ledger.db")" '1 1 inf'

begin 'the control: with an epsilon nothing is marked, and no cell is exact'
consent a b
run_both
expect_codes 0 0
expect_outputs
grep -rl "$mark\|not-private" "$here"/[ab]/out "$here"/[ab].log && fail 'these are marked'
expect_exact false

begin 'an owner who does not consent'
set_privacy "{epsilon: none, acknowledge: $sentence}"
consent b
impatient b
run_both
expect_codes 2 4
expect_words a 'allow_unprotected: is not true'
expect_no_output a b

begin 'a study that does not acknowledge it'
set_privacy '{epsilon: none}'
consent a b
run_both
expect_codes 2 2
expect_words a "is none: no noise would protect anybody.*acknowledge: .$sentence"
expect_no_output a b

begin 'one party alone'
sed -i "s/^privacy:.*/privacy: {epsilon: none, acknowledge: $sentence}/" "$here/a/study.yaml"
consent a b
run_both
expect_words a "privacy.acknowledge: here $sentence, at the peer nothing"
expect_no_output a b

begin 'the command line'
consent a b
"$CS_PROGRAM" run "$here/a/study.yaml" "$here/a/node.yaml" --epsilon none 2>"$here/a.log"
expect_same 'exit code' $? 2
expect_words a 'add .acknowledge:'
finish
