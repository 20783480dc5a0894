#!/bin/bash
# Nodes that are killed at random moments and started again: what crash.py looks at holds,
# and what comes of a run that is given up. More of it: scripts/crash.
. "$(dirname "$0")/lib.sh"
set_base

expect_status() { # party, extended regular expression
    "$CS_PROGRAM" status "$here/$1/node.yaml" >"$here/$1.status" 2>&1
    grep -Eq "$2" "$here/$1.status" || fail "status of $1 does not say: $2: $(cat "$here/$1.status")"
}

expect_doctor() { # party, extended regular expression
    "$CS_PROGRAM" doctor "$here/$1/study.yaml" "$here/$1/node.yaml" >"$here/$1.doctor" 2>&1
    grep -Eq "$2" "$here/$1.doctor" || fail "doctor of $1 does not say: $2: $(cat "$here/$1.doctor")"
}

# b is killed in a stage, and a does not wait for it.
cut_in() { # stage
    sed -i 's/^reconnect:.*/reconnect: 1/; s/^wait:.*/wait: 2/' "$here"/[ab]/node.yaml
    end_one "$1" KILL b
    sed -i 's/^wait:.*/wait: 20/' "$here"/[ab]/node.yaml
}

runs_charged() { # party
    "$CS_PROGRAM" ledger export "$here/$1/ledger.db" |
        python3 -c 'import json, sys; print(len(json.load(sys.stdin)["runs"]))'
}

begin 'a run that was cut after its tables were opened goes on, as the limit is used up'
of_a_run=$(sed -n 's/.*epsilon: *\([0-9.]*\).*/\1/p' "$here/a/study.yaml")
echo "ledger_limit: {epsilon: $of_a_run, delta: 1.0e-3}" >>"$here/a/node.yaml"
expect_doctor a '^ok +budget +the run costs'
cut_in train
expect_codes 4 137
expect_no_output a
expect_status a '^kept     tables opened$'
expect_status a '^next     run again at both'
expect_doctor a '^ok +kept run +a run of this study did not end'
expect_doctor a '^ok +budget +the run is charged already'
tables=$(sed -n 's/^tables   //p' "$here/a.status")
run_both
expect_codes 0 0
expect_outputs
for party in a b; do
    expect_same "tables of $party" "\"$tables\"" "$(json "$here/$party/out/receipt.json" tables_digest)"
    expect_same "sessions of $party" 2 "$(json "$here/$party/out/receipt.json" sessions)"
    expect_same "runs charged to $party" 1 "$(runs_charged "$party")"
    expect_status "$party" 'no run is kept'
done
expect_doctor a '^refused +budget'

begin 'another study does not take the place of a run that was cut'
cut_in train
sed -i 's/^seed:.*/seed: 77/' "$here"/[ab]/study.yaml
grep -q '^seed: 77' "$here/a/study.yaml" || echo 'seed: 77' | tee -a "$here"/[ab]/study.yaml >/dev/null
expect_doctor a '^refused +kept run .*--fresh'
run_both
expect_codes 2 2
expect_words a 'a run is kept there that did not end'

begin 'a run that one party gives up is over, and what was charged stays'
cut_in train
options_b=--fresh run_both
expect_codes 3 2
expect_words b 'nothing of it is kept here'
run_both # nor is it kept because the peer named it
expect_codes 3 2
expect_words b 'nothing of it is kept here'
options_a=--fresh options_b=--fresh run_both
expect_codes 0 0
expect_same 'runs charged to a' 2 "$(runs_charged a)"

begin 'a peer that is started again is waited for'
sed -i 's/^reconnect:.*/reconnect: 2/' "$here"/[ab]/node.yaml
node a >"$here/a.log" 2>&1 &
job=$!
"$CS_SOURCE_DIR/tests/e2e/end_in_stage.py" measure KILL "$here/b.log" \
    "$CS_PROGRAM" run "$here/b/study.yaml" "$here/b/node.yaml" --log plain
node b >"$here/b.log" 2>&1
code_b=$?
wait "$job"
code_a=$?
expect_codes 0 0
expect_outputs
grep -q 'the peer was lost' "$here/a.log" || fail 'a did not lose its peer'

begin 'killed at random moments'
python3 "$CS_SOURCE_DIR/tests/e2e/crash.py" "$work/base" "${CS_CRASHES:-4}" "${CS_SEED:-1}" ||
    fail 'see above'
finish
