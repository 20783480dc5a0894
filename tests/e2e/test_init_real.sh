#!/bin/bash
# init on real data, where it lies beside the sources: what is proposed is accepted by
# check, and is what a person wrote for the same files, but for levels that are rare.
. "$(dirname "$0")/lib.sh"
shared=$CS_SOURCE_DIR/../shared
[ -e "$shared/data/hillstrom.csv" ] || skip 'no real data beside the sources'

# Columns and types of both studies, and levels.
compare() { # study by hand, proposed
    python3 - "$@" <<'END' || fail 'not the columns that a person declared'
import re, sys

def columns(path):
    found = {}
    for line in open(path):
        column = re.match(r" +- \{name: (\w+), type: (\w+)", line)
        if column:
            levels = re.search(r"values: \[(.*)\]", line)
            texts = re.findall(r'"((?:[^"\\]|\\.)*)"', levels[1]) if levels else []
            found[column[1]] = (column[2], texts)
    return found

hand, proposed = map(columns, sys.argv[1:])
assert len(hand) > 9 and hand.keys() == proposed.keys(), (hand.keys(), proposed.keys())
for name in hand:
    assert hand[name][0] == proposed[name][0], name
    assert set(proposed[name][1]) <= set(hand[name][1]), name
listed = sum(len(texts) for _, texts in proposed.values())
assert listed >= 0.8 * sum(len(texts) for _, texts in hand.values()), listed
END
}

propose() { # study, data, arm, conversion
    case_name=$1 here=$work/$1
    local study=$shared/studies/$1 party
    python3 "$shared/tools/split.py" "$1" "$shared/data/$2" "$here" >/dev/null
    for party in a b; do
        "$CS_PROGRAM" keygen --out "$here/$party/key" >/dev/null
        printf '%s\n' "party: $party" "data: $party.csv" 'id: id' "key: $party/key" \
            'listen: tcp://127.0.0.1:7101' "output: $party/out" "ledger: $party/ledger.db" \
            >"$here/$party.yaml"
    done
    (cd "$here" && "$CS_PROGRAM" init a.csv --party a --id id --arm "$3" --key a/key &&
        "$CS_PROGRAM" init b.csv --party b --id id --conversion "$4" --key b/key &&
        "$CS_PROGRAM" init study-a.yaml --merge study-b.yaml) >"$here/said" || fail init
    for party in a b; do
        "$CS_PROGRAM" check "$here/study.yaml" "$here/$party.yaml" >"$here/said" 2>&1 ||
            fail "check at $party: $(cat "$here/said")"
    done
    compare "$study/study.yaml" "$here/study.yaml"
    for role in arm conversion; do
        expect_same "$role" "$(sed -n "s/^$role: //p" "$study/study.yaml" | tr -d '"')" \
            "$(sed -n "s/^$role: //p" "$here/study.yaml" | tr -d '"')"
    done
}

propose hillstrom hillstrom.csv segment visit
propose adult adult_train.csv arm income
finish
