#!/bin/bash
# evaluate: two CSV files compared, as text and as JSON; what the peers say of reference
# files; bad input, by file and line, without a value.
. "$(dirname "$0")/lib.sh"

case_name='forms'
here=$work
printf 'x,c\n1,a\n2,b\n3,a\n4,b\n' >"$work/real.csv"
printf 'c,x,z\na,1,0\nb,3,0\na,2,0\n' >"$work/synthetic.csv"
evaluate() { # words
    "$CS_PROGRAM" evaluate "$@" >"$work/said" 2>"$work/errors"
}

evaluate "$work/real.csv" "$work/synthetic.csv" || fail "$(cat "$work/errors")"
expect_same 'lines with the mark' "$(grep -c '^do not share: made from real rows$' "$work/said")" 2
grep -q '1 columns passed over' "$work/said" || fail 'a column less is not told'
! grep -q '^utility$' "$work/said" || fail 'utility without a target'
! grep -q '^survival$' "$work/said" || fail 'survival without a time'
for group in sanity marginal shapes joint detection privacy anonymity disclosure; do
    grep -q "^$group\$" "$work/said" || fail "no group $group"
    grep -q "evaluate $group" "$work/errors" || fail "no progress of $group"
done

evaluate "$work/real.csv" "$work/synthetic.csv" --format json --only shapes --category x ||
    fail "$(cat "$work/errors")"
expect_same may_be_shared "$(json "$work/said" may_be_shared)" false
expect_same warning "$(json "$work/said" warning)" '"do not share: made from real rows"'
expect_same groups "$(python3 -c 'import json, sys
print([g["name"] for g in json.load(open(sys.argv[1]))["groups"]])' "$work/said")" "['shapes']"
expect_same 'type of x' "$(python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["columns"][0]["type"])' "$work/said")" category

expect_same 'likeness of c' "$(python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["columns"][1]["likeness"])' "$work/said")" 0.833333333333333

case_name='a page'
python3 - "$work" <<'END'
import random, sys

draw = random.Random(1)
evil = ["</script><script>alert(1)</script>", "جزر 'بعيدة'", "a&b", "\u202eEast"]
for name, late in ("real", 0), ("synthetic", 2), ("holdout", 0):
    with open(f"{sys.argv[1]}/{name}-page.csv", "w", encoding="utf-8") as out:
        print('age,"<b>plan</b>",weeks,ended,a column with a name that is far too long,none', file=out)
        for _ in range(200):
            print(draw.randint(18, 90), draw.choice(evil), late + draw.randint(0, 40),
                  draw.randint(0, 1), round(draw.gauss(0, 1), 3), "", sep=",", file=out)
END
evaluate "$work/real-page.csv" "$work/synthetic-page.csv" --holdout "$work/holdout-page.csv" \
    --only sanity --only shapes --only survival --only anonymity --only disclosure \
    --sensitive '<b>plan</b>' --time weeks --event ended --format html \
    --output "$work/evaluation.html" || fail "$(cat "$work/errors")"
expect_page "$work/evaluation.html"
[ ! -s "$work/said" ] || fail 'something was printed'
for words in 'do not share' 'id="survival"' 'Share that survives' 'id="anonymity"' \
    'data-most="1"' NewRowSynthesis; do
    grep -qi "$words" "$work/evaluation.html" || fail "no word of $words"
done
evaluate "$work/real-page.csv" "$work/missing.csv" --format html --output "$work/none.html" &&
    fail 'a page of a file that is not there'
[ ! -e "$work/none.html" ] && [ ! -e "$work/none.html.part" ] || fail 'a page without figures'

# What cannot be used: words, and what is said of it.
refuse() { # words that are said, exit code, arguments
    local words=$1 code=$2 got
    shift 2
    case_name="refusal: $words"
    evaluate "$@"
    got=$?
    [ "$got" = "$code" ] || fail "exit code $got, not $code"
    grep -q -- "$words" "$work/errors" || fail "$(cat "$work/errors")"
    [ ! -s "$work/said" ] || fail 'something was printed'
    ! grep -q "$marker" "$work/errors" || fail 'a value is told'
}
printf 'x,c\n1,a\n2,b,%s\n' "$marker" >"$work/ragged.csv"
printf 'y\n1\n' >"$work/other.csv"
printf 'x,y\n1,1\n2,2\n' >"$work/y.csv"
printf 'x,c\n' >"$work/empty.csv"
printf 'x,c\n1,"%s"b\n' "$marker" >"$work/quote.csv"
refuse 'ragged.csv:3: has 3 fields' 2 "$work/real.csv" "$work/ragged.csv"
refuse 'quote.csv:2: byte .*quote out of place' 2 "$work/quote.csv" "$work/real.csv"
refuse 'no column in common' 2 "$work/real.csv" "$work/other.csv"
refuse 'empty.csv: has no rows' 2 "$work/real.csv" "$work/empty.csv"
refuse 'missing.csv: cannot be read' 2 "$work/real.csv" "$work/missing.csv"
refuse '--category: q is not a column' 2 "$work/real.csv" "$work/real.csv" --category q
refuse '--target: .*synthetic.csv has no column y' 2 "$work/y.csv" "$work/synthetic.csv" --target y
refuse '--sensitive: .*other.csv has no column x' 2 "$work/y.csv" "$work/y.csv" \
    --holdout "$work/other.csv" --sensitive y --sensitive x
refuse 'empty.csv: has no rows' 2 "$work/real.csv" "$work/real.csv" --holdout "$work/empty.csv"
refuse '--time and --event need each other' 2 "$work/real.csv" "$work/real.csv" --time x
refuse '--event: c is not a number' 2 "$work/real.csv" "$work/real.csv" --time x --event c
refuse '--only: there is no group' 2 "$work/real.csv" "$work/real.csv" --only more
refuse '--only: utility needs --target' 2 "$work/real.csv" "$work/real.csv" --only utility
refuse '--only: attack needs --holdout or --sensitive' 2 "$work/real.csv" "$work/real.csv" \
    --only attack
refuse '--compat: ' 2 "$work/real.csv" "$work/real.csv" --compat other
refuse '--format: ' 2 "$work/real.csv" "$work/real.csv" --format xml

case_name='holdout, target and sensitive columns'
for i in {1..40}; do echo "$((i % 7)),$((i % 2)),$((i % 3))"; done | sed '1i x,y,z' >"$work/people.csv"
evaluate "$work/people.csv" "$work/people.csv" --holdout "$work/people.csv" --target y \
    --sensitive z --format json --only utility --only attack || fail "$(cat "$work/errors")"
expect_same 'rows of the holdout' "$(python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["holdout"]["rows"])' "$work/said")" 40
expect_same 'metrics without a value' "$(python3 -c 'import json, sys
print([m["name"] for g in json.load(open(sys.argv[1]))["groups"]
       for m in g["metrics"] if m["value"] is None])' "$work/said")" '[]'

case_name='reference files'
fixture=$CS_SOURCE_DIR/../shared/reference/fixture
if [ -e "$fixture/ref.json" ]; then
    for compat in none synthcity; do
        as=()
        [ $compat = none ] || as=(--compat $compat)
        "$CS_PROGRAM" evaluate "$fixture/real.csv" "$fixture/syn.csv" --format json \
            "${as[@]}" >"$work/$compat.json" 2>"$work/errors" || fail "$(cat "$work/errors")"
    done
    for name in real syn; do # the peer's alpha-precision leaves the target out
        cut -d, -f1-7 "$fixture/$name.csv" >"$work/$name-features.csv"
    done
    "$CS_PROGRAM" evaluate "$work/real-features.csv" "$work/syn-features.csv" --format json \
        --compat synthcity >"$work/features.json" 2>"$work/errors" || fail "$(cat "$work/errors")"
    python3 "$CS_SOURCE_DIR/tests/e2e/reference.py" "$fixture/ref.json" "$work" ||
        fail 'a metric is not that of the reference'
else
    echo 'the reference files are not here: not compared'
fi
finish
