# shellcheck shell=bash disable=SC2086,SC2154
# hillstrom.sh: real data, where it lies beside the sources: 64,000 customers of an e-mail
# experiment, or 8,000 of them where no optimised program has been built. Bounds are loose;
# what is reached is measured elsewhere. Needs lib.sh.
shared=$CS_SOURCE_DIR/../shared
[ -e "$shared/data/hillstrom.csv" ] || skip 'no real data beside the sources'
rows=8000 within=0.03 lift=0.04
optimised=$CS_SOURCE_DIR/build/release/cosynth
if [ -x "$optimised" ]; then
    CS_PROGRAM=$optimised rows=0 within=0.008 lift=0.008
fi

# Scores count the people at both parties: how near tables of two columns are, on average,
# and the lift.
expect_hillstrom() { # link, by how much bounds are wider, split.py's options
    local study=$work/study
    case_name="hillstrom, link: $1"
    cp -R "$shared/studies/hillstrom" "$study" && chmod -R u+w "$study" || exit 1
    sed -i "s/^link:.*/link: $1/" "$study/study.yaml"
    python3 "$shared/tools/split.py" hillstrom "$shared/data/hillstrom.csv" "$work/data" \
        --rows $rows "${@:3}"
    "$CS_PROGRAM" simulate "$study"/{study,a,b}.yaml --epsilon 3 --data-dir "$work/data" \
        --output-dir "$work/out" >"$work/said" 2>"$work/log" || {
        cat "$work/said" "$work/log"
        fail simulate
    }
    python3 "$shared/tools/score.py" "$work"/data/[ab].csv "$work"/out/[ab]/synthetic.csv \
        --arm segment --test 'Womens E-Mail' --control 'No E-Mail' --conversion visit \
        --converted 1 >"$work/score"
    cat "$work/score"
    python3 - "$work/score" $within $lift "$2" <<'END' || fail score
import json, sys

score = json.load(open(sys.argv[1]))
within, lift, wider = map(float, sys.argv[2:])
assert score["within"] < within * wider and score["across"] < within * wider
assert abs(score["lift_syn"] - score["lift_real"]) < lift * wider
assert abs(score["rows_syn"] - score["rows_real"]) < within * wider * score["rows_real"]
END
}
