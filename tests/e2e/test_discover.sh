#!/bin/bash
# Categories whose values the study leaves open: many people's are found, one person's is
# in nothing that a run writes or says. The control is the same study without privacy.
. "$(dirname "$0")/lib.sh"

lonely="Only $marker"

# Of a column at each party, at most 6 and 5 values; a row of each has one of its own.
open_columns() {
    local party
    edit_rows a "rows[7][column['region']] = 'Only ' + marker"
    edit_rows b "rows[7][column['device']] = 'Only ' + marker"
    for party in a b; do
        sed -i -e 's/^\(    - {name: region, type: category, \)values:.*/\1discover: 6}/' \
            -e 's/^\(    - {name: device, type: category, \)values:.*/\1discover: 5}/' \
            "$here/$party/study.yaml"
    done
}

# What each node found, which is the same at both; and that their rows hold nothing else.
expect_found() { # values of region, of device, as JSON
    local party
    for party in a b; do
        expect_same "$party: region" "$(json "$here/$party/out/measured.json" values a region)" "$1"
        expect_same "$party: device" "$(json "$here/$party/out/measured.json" values b device)" "$2"
    done
    python3 - "$here" "$1" "$2" <<'END_OF_PYTHON' || fail 'values of the synthetic rows'
import csv, json, sys

here, found = sys.argv[1], [json.loads(text) for text in sys.argv[2:]]
for party, column, values in zip("ab", ("region", "device"), found):
    rows = csv.DictReader(open(f"{here}/{party}/out/synthetic.csv", newline=""))
    seen = {row[column] for row in rows}
    assert seen <= set(values) | {"other"} and len(seen) > 1, (seen, values)
END_OF_PYTHON
}

expect_found_by_many() {
    expect_found '["East", "Isles, overseas", "North", "South", "West"]' \
        '["desktop", "phone", "tablet"]'
    if grep -rl "$marker" "$here"/[ab]/out "$here"/[ab].log "$here"/[ab]/ledger.db*; then
        fail 'these have the value of one person'
    fi
}

expect_charged() {
    expect_same 'what the ledger says was found' "$(python3 -c 'import sqlite3, sys
print(*[row for row in sqlite3.connect(sys.argv[1]).execute(
    "SELECT what, people_of FROM release WHERE what LIKE ? ORDER BY what", ("values of %",))])' \
        "$here/b/ledger.db")" "('values of device', 'b') ('values of region', 'a')"
    expect_same 'what it cost in the receipts' \
        "$(json "$here/a/out/receipt.json" released values)" \
        "$(json "$here/b/out/receipt.json" released values)"
}

expect_use_of_outputs() {
    "$CS_PROGRAM" report "$here/a/out" "$here/b/out" >"$here/joint" 2>&1 || fail report
    grep -q 'North' "$here/joint" || fail 'the joint report lacks a found value'
    "$CS_PROGRAM" synthesize "$here/a/out" --rows 200 --where 'region=East' \
        --where 'device=tablet' --out "$here/more.csv" >"$here/synthesize.log" 2>&1 ||
        fail synthesize
    expect_same 'rows drawn from the model' "$(grep -c ',East,' "$here/more.csv")" 200
}

set_base 6000
begin 'found in files of the same people'
open_columns
"$CS_PROGRAM" check "$here/a/study.yaml" "$here/a/node.yaml" >"$here/checked" 2>/dev/null
grep -q 'values:   of 2 columns' "$here/checked" || fail 'check does not tell of the search'
run_both
expect_codes 0 0
expect_outputs
expect_found_by_many
expect_charged
expect_use_of_outputs

begin 'the control: without privacy a value of one person is found'
open_columns
sed -i 's/^privacy:.*/privacy: {epsilon: none, acknowledge: these outputs are not private}/' \
    "$here"/[ab]/study.yaml
for party in a b; do
    echo 'allow_unprotected: true' >>"$here/$party/node.yaml"
done
run_both
expect_codes 0 0
expect_found "[\"East\", \"Isles, overseas\", \"North\", \"$lonely\", \"South\", \"West\"]" \
    "[\"$lonely\", \"desktop\", \"phone\", \"tablet\"]"

begin 'parties that do not agree on how many'
open_columns
sed -i 's/discover: 5/discover: 4/' "$here/a/study.yaml"
run_both
expect_words a 'columns.b.device.discover: here 4, at the peer 5'
expect_no_output a b

rm -rf "$work/base" "$work/data"
set_private_base 8000
begin 'found in files of people who partly overlap'
open_columns
run_both
expect_codes 0 0
expect_outputs
expect_found_by_many
expect_charged
expect_use_of_outputs
finish
