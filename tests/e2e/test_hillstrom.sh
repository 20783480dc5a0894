#!/bin/bash
# Real data, where it lies beside the sources: 64,000 customers of an e-mail experiment,
# or 8,000 of them where no optimised program has been built. Bounds are loose; what is
# reached is measured elsewhere.
. "$(dirname "$0")/lib.sh"

shared=$CS_SOURCE_DIR/../shared
[ -e "$shared/data/hillstrom.csv" ] || skip 'no real data beside the sources'
case_name=hillstrom
rows=8000 within=0.03 lift=0.04
optimised=$CS_SOURCE_DIR/build/release/cosynth
if [ -x "$optimised" ]; then
    CS_PROGRAM=$optimised rows=0 within=0.008 lift=0.008
fi

study=$shared/studies/hillstrom
python3 "$shared/tools/split.py" hillstrom "$shared/data/hillstrom.csv" "$work/data" --rows $rows
"$CS_PROGRAM" simulate "$study/study.yaml" "$study/a.yaml" "$study/b.yaml" --epsilon 3 \
    --data-dir "$work/data" --output-dir "$work/out" >"$work/said" 2>"$work/log" || {
    cat "$work/said" "$work/log"
    fail simulate
}
python3 "$shared/tools/score.py" "$work"/data/[ab].csv "$work"/out/[ab]/synthetic.csv \
    --arm segment --test 'Womens E-Mail' --control 'No E-Mail' --conversion visit \
    --converted 1 >"$work/score"
cat "$work/score"
python3 - "$work/score" "$within" "$lift" <<'END' || fail score
import json, sys

score, within, lift = json.load(open(sys.argv[1])), float(sys.argv[2]), float(sys.argv[3])
assert score["within"] < within and score["across"] < within
assert abs(score["lift_syn"] - score["lift_real"]) < lift
END
finish
