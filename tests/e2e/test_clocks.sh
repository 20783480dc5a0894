#!/bin/bash
# Two nodes whose clocks are more than a day apart: nothing of a run depends on the hour.
. "$(dirname "$0")/lib.sh"
command -v faketime >/dev/null || skip 'faketime is not installed'
! grep -q __tsan_init "$CS_PROGRAM" ||
    skip 'the thread sanitizer does not see waits that libfaketime takes over'
set_base

# Only the hour of the day is wrong: durations, which the kernel counts, are right.
in_26_hours() {
    DONT_FAKE_MONOTONIC=1 ASAN_OPTIONS=verify_asan_link_order=0 faketime -f +26h "$@"
}

# By its ledger: when a run began, in seconds.
began() { # party, run
    date -d "$("$CS_PROGRAM" ledger export "$here/$1/ledger.db" | python3 -c 'import json, sys
print(json.load(sys.stdin)["runs"][int(sys.argv[1])]["started"])' "$2")" +%s
}

expect_whole() {
    expect_codes 0 0
    expect_outputs
    for party in a b; do
        "$CS_PROGRAM" ledger verify "$here/$party/ledger.db" --head \
            "$(json "$here/$party/out/receipt.json" ledger_head | tr -d '"')" >/dev/null ||
            fail "$party: the ledger"
    done
}

begin 'clocks that are 26 hours apart'
node a >"$here/a.log" 2>&1 &
job=$!
in_26_hours timeout 120 "$CS_PROGRAM" run "$here/b/study.yaml" "$here/b/node.yaml" \
    --log plain >"$here/b.log" 2>&1
code_b=$?
wait $job
code_a=$?
expect_whole
expect_same 'population digest' "$(json "$here/a/out/receipt.json" population_digest)" \
    "$(json "$here/b/out/receipt.json" population_digest)"
apart=$(($(began b 0) - $(began a 0)))
[ $apart -ge 93540 ] && [ $apart -le 93660 ] ||
    fail "in the ledgers the run began $apart s apart, not 26 hours"

case_name='a clock that is put back'
run_both
expect_whole
[ "$(began b 1)" -lt "$(began b 0)" ] || fail 'it was not put back, which proves nothing'
finish
