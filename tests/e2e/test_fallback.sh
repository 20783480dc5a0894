#!/bin/bash
# Generators that come to nothing: the run ends well, without them, and says so.
. "$(dirname "$0")/lib.sh"
set_base 2000

# The study's generator line, the same at both.
generator() { # settings
    sed -i "s/^generator:.*/generator: {kind: vae, latent: 4, rounds: 2, $1}/" \
        "$here/a/study.yaml" "$here/b/study.yaml"
}

standing() { # party, contender
    json "$here/a/out/report.json" generators "$1" "$2" standing
}

begin 'a generator that is well'
generator 'layers: [64], epochs: 250, train_on: population'
sed -i 's/^privacy:.*/privacy: {epsilon: 30, delta: 1.0e-6}/' "$here"/[ab]/study.yaml
run_both
expect_codes 0 0
expect_outputs
expect_same 'what is used' '"fitted"' "$(json "$here/a/out/report.json" generators a used)"
grep -q 'a: the vae fitted to private results was used' "$here/b/out/report.txt" ||
    fail 'the report does not say what was used'

begin 'training on real rows that goes wrong'
generator 'layers: [16], epochs: 40, train_on: both, optimiser: sgd, schedule: constant, learning_rate: 1, clip: 1000, average: 0'
run_both
expect_codes 0 0
expect_outputs
for party in a b; do
    [ "$(standing $party tuned)" != '"stands"' ] || fail "$party has a tuned generator"
    grep -qE "$party: .*(diverged|collapsed|was no better)" "$here/$party/out/report.txt" ||
        fail "$party does not say that it fell back"
    [ "$(json "$here/$party/out/receipt.json" generators $party used)" != '"tuned"' ] ||
        fail "$party used what fell"
done
cmp "$here/a/out/report.json" "$here/b/out/report.json" || fail 'the reports differ'
"$CS_PROGRAM" report "$here/a/out" "$here/b/out" --out "$here/again" >/dev/null || fail report
cmp "$here/again/report.json" "$here/a/out/report.json" || fail 'made again, it differs'

begin 'a generator that sees nothing but such training'
generator 'layers: [16], train_on: rows, optimiser: sgd, schedule: constant, learning_rate: 1, clip: 1000, average: 0'
run_both
expect_codes 0 0
expect_same 'what a uses' '"independent"' "$(json "$here/a/out/report.json" generators a used)"
expect_same 'what b uses' '"independent"' "$(json "$here/a/out/report.json" generators b used)"
grep -q 'candidates of independent columns were used' "$here/a/out/report.txt" ||
    fail 'the report does not say so'
finish
