#!/bin/bash
# People who partly overlap, linked privately by two identifiers: what comes out is what a
# join in the clear gives, and nobody's identifier. The budget is large, so that the noise
# does not blur what is compared.
. "$(dirname "$0")/lib.sh"
set_private_base 3000
sed -i 's/epsilon: 3/epsilon: 30/' "$work"/base/[ab]/study.yaml

expect_the_join() {
    "$CS_SOURCE_DIR/tests/e2e/is_the_join.py" "$here" "$here/a/a.csv" "$here/b/b.csv" ||
        fail 'that is not the join'
}

# The comparison is worth something only if it fails for what is not so, and there.
expect_another_join() { # what differs, a.csv, b.csv
    "$CS_SOURCE_DIR/tests/e2e/is_the_join.py" "$here" "$2" "$3" >/dev/null 2>"$here/refusal"
    grep -q "^AssertionError: ('$1" "$here/refusal" || fail "is not told: $(cat "$here/refusal")"
}

begin 'check, before the peer is called'
"$CS_PROGRAM" check "$here/a/study.yaml" "$here/a/node.yaml" >"$here/check" 2>"$here/a.log" ||
    fail "check: $(cat "$here/a.log")"
for line in '^link: +private, by email \(email\), then phone \(phone\)$' \
    'who are not at b count as not converted$' 'for a peer with as many rows$' 'of 30 at delta'; do
    grep -Eq "$line" "$here/check" || fail "does not say: $line"
done
grep -Eq 'identifier phone: [0-9]+ of [0-9]+ rows have one; ' "$here/a.log" ||
    fail 'does not count identifiers'

begin 'people linked privately'
run_both
expect_codes 0 0
expect_outputs
expect_the_join
expect_no_identifier_told
expect_no_value_told
expect_same 'measured cells' "$(sha256sum <"$here/a/out/measured.json")" \
    "$(sha256sum <"$here/b/out/measured.json")"
for key in study_digest plan_digest privacy released fit refit people people_at population_digest; do
    expect_same "$key" "$(json "$here/a/out/receipt.json" "$key")" \
        "$(json "$here/b/out/receipt.json" "$key")"
done
python3 - "$here/a/out/receipt.json" <<'END' || fail 'the receipt is not what it should be'
import json, sys

receipt = json.load(open(sys.argv[1]))
opened = [o["purpose"] for o in receipt["released"]["opened_shares"]]
assert opened == ["measure: noisy cross tables", "average of weights, round 1",
                  "average of weights, round 2"], opened
assert receipt["people"] == sum(receipt["people_at"].values())
assert "link" in [s["stage"] for s in receipt["stages"]]
assert ["age (a)", "age (b)"] in [t["columns"] for t in receipt["released"]["tables"]]
END
case_name='the report, again'
"$CS_PROGRAM" report "$here/a/out" "$here/b/out" --out "$here/again" >"$here/report.log" 2>&1 ||
    fail "report: $(cat "$here/report.log")"
cmp "$here/again/report.json" "$here/a/out/report.json" || fail 'report.json differs'
cmp "$here/again/report.txt" "$here/b/out/report.txt" || fail 'report.txt differs'

case_name='another join is told from the right one'
sed '1!s/,[^,]*,\([^,]*\)$/,,\1/' "$here/b/b.csv" >"$here/by-phone.csv"
expect_another_join 'test no' "$here/a/a.csv" "$here/by-phone.csv"

case_name='an identifier in a log is found'
tail -n 1 "$here/identifiers" >>"$here/b.log"
[ -n "$(expect_no_identifier_told)" ] || fail 'it is not'

begin 'people who are at a alone are left out'
sed -i 's/^link: private/&\nunlinked: excluded/' "$here"/[ab]/study.yaml
run_both
expect_codes 0 0
expect_outputs
expect_the_join
case_name='the rates of the other rule are told from these'
sed -i '/^unlinked/d' "$here/a/study.yaml"
expect_another_join 'test, direct' "$here/a/a.csv" "$here/b/b.csv"

begin 'nobody is at both'
sed -i "s/$marker/other/I; s/)151/)161/" "$here/b/b.csv"
run_both
expect_codes 2 2
for party in a b; do
    expect_words "$party" 'fit: .*hides whether anybody is at both .*identifiers.*cosynth check'
done
expect_no_output a b
expect_no_identifier_told
finish
