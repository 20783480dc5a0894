#!/bin/bash
# privacy: what a study would cost, before any run, and single questions.
. "$(dirname "$0")/lib.sh"

ask() { # words: into $said, $complained and $code
    said=$("$CS_PROGRAM" privacy "$@" 2>"$work/log")
    code=$?
    complained=$(cat "$work/log")
}

expect_answer() { # answer, words
    local expected=$1
    shift
    ask "$@"
    [ "$code $said" = "0 $expected" ] || fail "privacy $*: $said $complained, not $expected"
}

expect_refusal() { # pattern, words
    local pattern=$1
    shift
    ask "$@"
    [ "$code" = 2 ] && [ -z "$said" ] && grep -qE -- "$pattern" <<<"$complained" ||
        fail "privacy $*: $code $said $complained"
}

case_name='a single question'
expect_answer 'sigma 4.22468' epsilon gaussian --epsilon 1 --delta 1e-6
expect_answer 'epsilon 1' epsilon gaussian --sigma 4.22467888933 --delta 1e-6
expect_answer 'rho 0.0305566' epsilon zcdp --epsilon 1 --delta 1e-5
expect_answer 'epsilon 1' epsilon zcdp --rho 0.030556595198 --delta 1e-5
expect_answer 'sigma 1.689' epsilon sampled --rate 0.01535579374 --steps 660 --epsilon 1 --delta 1e-5
ask epsilon sampled --rate 0.01 --steps 10000 --sigma 4 --delta 1e-5
python3 -c 'import sys; sys.exit(not .9465 < float(sys.argv[1].split()[1]) < .9475)' "$said" ||
    fail "sampled: $said, not .947"

case_name='a question that cannot be answered'
expect_refusal '--delta' epsilon gaussian --sigma 1
expect_refusal '--sigma, or --epsilon' epsilon gaussian --delta 1e-6
expect_refusal '--sigma, or --epsilon' epsilon gaussian --sigma 1 --epsilon 1 --delta 1e-6
expect_refusal '--rate, --steps' epsilon sampled --sigma 1 --delta 1e-6
expect_refusal 'laplace is not' epsilon laplace --sigma 1 --delta 1e-6
expect_refusal 'cosynth privacy --help' epsilon zcdp --rho x --delta 1e-6
expect_refusal 'privacy plan' receipt
expect_refusal '1 more word' plan

set_base 1000
begin 'a plan'
"$CS_PROGRAM" demo-data "$work/private" --people 1000 --link private >/dev/null || fail demo-data
expect_refusal 'text or json' plan "$here/a/study.yaml" --format xml
expect_refusal '--rows-a' plan "$here/a/study.yaml"
ask plan "$here/a/study.yaml" --rows-b 1000 --format json
echo "$said" >"$work/aligned.json"
ask plan "$work/private/study.yaml" --rows-a 2000 --rows-b 1500 --epsilon 1 --format json
echo "$said" >"$work/private.json"
ask plan "$work/private/study.yaml" --rows-a 2000 --rows-b 1500 --epsilon 1
echo "$said" >"$work/private.txt"
"$CS_PROGRAM" check "$here/a/study.yaml" "$here/a/node.yaml" >"$work/checked" 2>&1

python3 - "$work" <<'END_OF_PYTHON' || fail 'the costs are not what they should be'
import json, re, sys

work = sys.argv[1]
aligned, private = (json.load(open(f"{work}/{link}.json")) for link in ("aligned", "private"))
assert aligned["rows"] == {"a": 1000, "b": 1000}, aligned
assert set(aligned["stages"]) == {"own_tables", "cross_tables", "densities", "training"}
assert set(aligned["together"]) == {"both"}
both = aligned["together"]["both"]
assert .99 * aligned["epsilon"] < both <= aligned["epsilon"], both
assert private["epsilon"] == 1 and private["rows"]["b"] == 1500, private
cross, own = private["stages"]["cross_tables"], private["stages"]["own_tables"]
assert cross["epsilon"]["a"] == cross["epsilon"]["b"] == 0 < cross["epsilon"]["both"]
assert 0 < own["epsilon"]["a"] < own["epsilon"]["both"] < private["together"]["both"] <= 1
assert 0 < own["noise"][0] < own["noise"][1]
for who in ("both", "a", "b"):
    parts = [stage["epsilon"][who] for stage in private["stages"].values()]
    assert max(parts) < private["together"][who] <= sum(parts), (who, parts)
text = open(f"{work}/private.txt").read()
told = re.search(r"^together +([\d.]+) +([\d.]+) +([\d.]+)$", text, re.M)
assert [float(x) for x in told.groups()] == [
    round(private["together"][who], 4) for who in ("both", "a", "b")], text
checked = re.search(r"^privacy: +epsilon ([\d.]+) of", open(f"{work}/checked").read(), re.M)
assert checked and float(checked.group(1)) == round(both, 4), (both, checked)
END_OF_PYTHON
finish
