#!/bin/bash
# generator.start: a run that begins with what another has learned.
. "$(dirname "$0")/lib.sh"

demo=$work/demo
make_data "$demo" 1500 || exit 1
simulate() { # study, output
    "$CS_PROGRAM" simulate "$1" "$demo/a.yaml" "$demo/b.yaml" --output-dir "$demo/$2" \
        >"$work/said" 2>"$work/told"
}
case_name='the first run, and another'
simulate "$demo/study.yaml" first || { cat "$work/told"; fail simulate; }
simulate "$demo/study.yaml" other || { cat "$work/told"; fail simulate; }

# The people of the first run say nothing wrong of the second's, so that it comes nearer.
case_name='a run that starts from the first'
sed 's|^\(generator: {.*\)}|\1, start: "first/{party}/model.cosynth"}|' "$demo/study.yaml" >"$demo/start.yaml"
simulate "$demo/start.yaml" second || { cat "$work/told"; fail simulate; }
[ "$(json "$demo/second/a/receipt.json" population_digest)" = \
    "$(json "$demo/second/b/receipt.json" population_digest)" ] || fail 'two populations'
[ "$(json "$demo/second/a/receipt.json" study_digest)" != \
    "$(json "$demo/first/a/receipt.json" study_digest)" ] || fail 'a start is not in the terms'
for party in a b; do
    [ "$(json "$demo/second/$party/receipt.json" start model_sha256)" = \
        "$(json "$demo/first/$party/receipt.json" model_sha256)" ] || fail 'not the start of the receipt'
    [ "$(json "$demo/second/$party/receipt.json" start people)" -gt 0 ] || fail 'a start without people'
done
[ "$(json "$demo/first/a/receipt.json" start)" = null ] || fail 'the first run has a start'

case_name='models of two runs'
cp "$demo/other/b/model.cosynth" "$demo/first/b/"
simulate "$demo/start.yaml" third
code=$?
[ "$code" = 3 ] || fail "exit code $code"
grep -q "have different synthetic people; start from the two models of one run" "$work/told" ||
    fail "it says $(cat "$work/told")"
[ ! -e "$demo/third/a/synthetic.csv" ] || fail 'something was written'

case_name='a model that is not there'
rm "$demo/first/a/model.cosynth"
simulate "$demo/start.yaml" fourth
code=$?
[ "$code" = 2 ] || fail "exit code $code"
grep -q "first/a/model.cosynth: cannot be opened: .*; name the output folder" "$work/told" ||
    fail "it says $(cat "$work/told")"

case_name='a model without privacy'
sed 's|^privacy:.*|privacy: {epsilon: none, acknowledge: "these outputs are not private"}|' \
    "$demo/study.yaml" >"$demo/open.yaml"
for party in a b; do
    { cat "$demo/$party.yaml"; echo 'allow_unprotected: true'; } >"$demo/open-$party.yaml"
done
"$CS_PROGRAM" simulate "$demo/open.yaml" "$demo/open-a.yaml" "$demo/open-b.yaml" \
    --output-dir "$demo/first" >"$work/said" 2>&1 || { cat "$work/said"; fail simulate; }
simulate "$demo/start.yaml" fifth
code=$?
[ "$code" = 2 ] || fail "exit code $code"
grep -q "was made without privacy, so nothing that follows from it is private" "$work/told" ||
    fail "it says $(cat "$work/told")"
"$CS_PROGRAM" synthesize "$demo/first/a" --rows 3 --out "$work/open.csv" >"$work/said" 2>"$work/told" ||
    fail synthesize
grep -q 'NOT PRIVATE' "$work/told" || fail 'what is drawn from it is not marked'
[ "$(grep -c '^not-private-' "$work/open.csv")" = 3 ] || fail 'rows without a mark'
finish
