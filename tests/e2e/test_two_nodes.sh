#!/bin/bash
# Two nodes with their own folders and keys; then the same study once more.
. "$(dirname "$0")/lib.sh"
set_base

receipt() { # party, key
    json "$here/$1/out/receipt.json" "$2"
}

begin 'two nodes'
run_both
expect_codes 0 0
expect_outputs
expect_same 'population digest' "$(receipt a population_digest)" "$(receipt b population_digest)"
expect_same 'measured cells' "$(sha256sum <"$here/a/out/measured.json")" \
    "$(sha256sum <"$here/b/out/measured.json")"
expect_same 'receipt and file' "$(receipt a synthetic_csv_sha256)" \
    "\"$(sha256sum <"$here/a/out/synthetic.csv" | cut -d' ' -f1)\""

case_name='the report, again'
"$CS_PROGRAM" report "$here/a/out" "$here/b/out" --out "$here/again" >"$here/report.log" 2>&1 ||
    fail "report: $(cat "$here/report.log")"
cmp "$here/again/report.json" "$here/a/out/report.json" || fail 'report.json differs'
cmp "$here/again/report.txt" "$here/b/out/report.txt" || fail 'report.txt differs'

case_name='the study, again'
mv "$here/a/out" "$here/a/first"
study_digest=$(receipt b study_digest)
plan_digest=$(receipt b plan_digest)
released=$(receipt b released)
run_both
expect_codes 0 0
expect_outputs
expect_same 'study digest' "$study_digest" "$(receipt b study_digest)"
expect_same 'plan digest' "$plan_digest" "$(receipt b plan_digest)"
expect_same 'what is released' "$released" "$(receipt b released)"
python3 - "$here/a/first/measured.json" "$here/a/out/measured.json" <<'END' || fail 'noise'
import json, sys

first, second = ([t["cells"] for t in json.load(open(p))["tables"]] for p in sys.argv[1:])
same = [i for i, cells in enumerate(first) if cells == second[i]]
assert len(first) == len(second) > 10, "other tables"
assert not same, f"tables {same} have the same noise in both runs"
END
finish
