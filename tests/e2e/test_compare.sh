#!/bin/bash
# compare: runs of one study at several epsilons, another question, other people.
. "$(dirname "$0")/lib.sh"

case_name=compare
demo=$work/demo
make_data "$demo" 2000 || exit 1
simulate() { # output, epsilon, study
    "$CS_PROGRAM" simulate "$3" "${3%/*}/a.yaml" "${3%/*}/b.yaml" --epsilon "$2" \
        --output-dir "$work/$1" >"$work/said" 2>&1 || {
        cat "$work/said"
        fail "simulate $1"
        exit 1
    }
}
simulate low 1 "$demo/study.yaml"
simulate high 8 "$demo/study.yaml"
sed 's/^conversion:.*/conversion: {column: member, converted: ["yes"]}/' "$demo/study.yaml" \
    >"$demo/another.yaml"
simulate another 8 "$demo/another.yaml"
make_data "$work/fewer" 1500
simulate fewer 8 "$work/fewer/study.yaml"

compare() { # words
    "$CS_PROGRAM" compare "$@" 2>"$work/why"
}

refused() { # words, folders
    local words=$1
    shift
    compare "$@" >"$work/page" && fail "not refused: $*"
    grep -q -- "$words" "$work/why" || {
        fail "not said: $words"
        cat "$work/why"
    }
}

# More noise ranks below, whatever the order of the words.
for order in "low high" "high low"; do
    # shellcheck disable=SC2086  # two words
    set -- $order
    compare "$work/$1/a" "$work/$2/a" --format json --output "$work/page.json" ||
        { fail compare && cat "$work/why"; }
    python3 - "$work/page.json" <<'END' || fail "the comparison is not what it should be ($order)"
import json, sys

page = json.load(open(sys.argv[1]))
low, high = page["runs"]
answer = lambda run: run["answers"][0]
assert (low["epsilon"], high["epsilon"]) == (1, 8), (low, high)
assert (low["standing"]["rank"], high["standing"]["rank"]) == (2, 1)
assert answer(low)["half_width"] > answer(high)["half_width"]
assert answer(low)["noise_share"] > answer(high)["noise_share"]
assert answer(low)["smallest_lift_shown"] > answer(high)["smallest_lift_shown"]
assert page["may_be_shared"] is True and page["recommended"] in (1, 2)
spent = low["epsilon_spent"] + high["epsilon_spent"]
assert abs(page["epsilon_sum"] - spent) < 1e-9 and spent <= 9
assert abs(low["people"] - 2000) < 6 * low["people_noise_variance"] ** .5
assert all(run["against_real_rows"] is None for run in page["runs"])
END
done

# The rule: what is wide enough to be allowed, and what shows the lift.
compare "$work/low/a" "$work/high/a" --within 900 | grep -q '^Take run 1 ' ||
    fail 'the smallest epsilon is not recommended'
compare "$work/low/a" "$work/high/a" --within 0.1 | grep -q '^Take run 2 ' ||
    fail 'the narrowest is not recommended'
compare "$work/low/a" "$work/high/a" --lift 60 | grep -q '^Take run 1 ' ||
    fail 'a large lift needs a large epsilon'
compare "$work/low/a" "$work/high/a" --lift 0.01 | grep -q '^Take none: ' ||
    fail 'a tiny lift is said to be shown'

# A page that read real rows says so, in every form; one that did not may be shared.
for format in text json html; do
    compare "$work/low/a" "$work/high/a" --format $format >"$work/shared" || fail $format
    compare "$work/low/a" "$work/high/a" --format $format --real "$demo/a.csv" \
        >"$work/marked" || fail "$format --real"
    grep -qi 'do not share' "$work/marked" || fail "$format: real rows, and no mark"
    ! grep -qi 'do not share' "$work/shared" || fail "$format: a mark without reason"
    grep -q identifiability "$work/marked" || fail "$format: no metric"
done
cp "$work/marked" "$work/page.html" # of the last, html
expect_page "$work/page.html"

# Runs that were charged to one ledger: it knows whether the people are the same, and what
# else was spent on them.
charged() { # name, epsilon
    "$CS_PROGRAM" simulate "$demo/study.yaml" "$demo/a.yaml" "$demo/b.yaml" --epsilon "$2" \
        >"$work/said" 2>&1 || { fail "simulate $1" && cat "$work/said"; }
    cp -R "$demo/out/a" "$work/$1"
}
charged first 1
charged second 4
charged third 2
sed -i '2,$s/^/x/' "$demo/a.csv" "$demo/b.csv" # as many people, and others
charged others 4
compare "$work/first" "$work/second" --ledger "$demo/out/a/ledger.db" >"$work/lines" ||
    { fail 'compare with the ledger' && cat "$work/why"; }
tr '\n' ' ' <"$work/lines" >"$work/page"
grep -q 'has 3 runs on these people, 1 of them not compared here: epsilon 6\.9' "$work/page" ||
    fail 'the ledger is not told of'
grep -q 'By the ledger the people of all runs are the same' "$work/page" || fail 'nor the people'
compare "$work/second" "$work/others" >/dev/null || fail 'without the ledger nothing is wrong'
refused 'not about the same people: the ledger has them' \
    "$work/second" "$work/others" --ledger "$demo/out/a/ledger.db"
refused 'the run is not in the ledger' \
    "$work/second" "$work/high/a" --ledger "$demo/out/a/ledger.db"

# The page, as its readers have it.
compare "$work/low/a" "$work/high/a" --format html --real "$demo/b.csv" --output "$work/page.html" &&
    expect_page "$work/page.html"

refused 'ask different questions, by what is to happen: .*converted.*member' \
    "$work/high/a" "$work/another/a"
refused 'not about the same people: they measured [0-9]* and [0-9]*' \
    "$work/high/a" "$work/fewer/a"
refused 'are outputs of one run' "$work/high/a" "$work/high/b"
refused 'of party b' "$work/high/a" "$work/low/b"
refused 'name .*/high/a or .*/high/b' "$work/low/a" "$work/high"
refused 'one more word is needed\|1 more word is needed' "$work/high/a"
refused '--lift and --within' "$work/high/a" "$work/low/a" --lift 1 --within 1
cp -R "$work/high/a" "$work/broken"
sed -i 's/"epsilon_spent": [0-9.]*/"epsilon_spent": "8"/' "$work/broken/receipt.json"
refused 'broken/receipt.json: privacy.epsilon_spent: is not a number' \
    "$work/low/a" "$work/broken"
finish
