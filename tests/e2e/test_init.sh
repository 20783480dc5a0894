#!/bin/bash
# init: each party proposes its part, the parts are joined, and the study runs. What few
# rows hold must be in no file and in nothing that is said.
. "$(dirname "$0")/lib.sh"

init() { # words
    (cd "$here" && "$CS_PROGRAM" init "$@")
}

set_base 2000
begin 'parts of both, joined'
init a/a.csv --party a --id id --arm arm --key a/key >"$here/said" &&
    init b/b.csv --party b --id id --conversion converted --key b/key >>"$here/said" &&
    init study-a.yaml --merge study-b.yaml >>"$here/said" || fail init
sed -i '$ a generator: {kind: vae, latent: 4, layers: [16], epochs: 1, rounds: 2}' \
    "$here/study.yaml"
for party in a b; do
    cp "$here/study.yaml" "$here/$party/study.yaml"
    "$CS_PROGRAM" check "$here/$party/study.yaml" "$here/$party/node.yaml" >/dev/null ||
        fail "check at $party"
done
grep -q 'arm: {column: arm, test: \["test"\], control: \["control"\]}' "$here/study.yaml" ||
    fail 'the arms are not those of the data'
! grep -q 'from your rows' "$here/study.yaml" || fail 'a mark is left in the study'
run_both
expect_codes 0 0
expect_outputs

case_name='a file that is there is not written over'
! init a/a.csv --party a --id id >"$here/again" 2>&1 || fail 'it was written over'
grep -q 'study-a.yaml: is there already' "$here/again" || fail 'nothing was said of it'

# One row less than what may be told, and, so that the test can fail, just as many.
for n in 19 20; do
    begin "a level on $n rows"
    edit_rows a "rows[1:1 + $n] = [r[:-1] + [marker] for r in rows[1:1 + $n]]"
    init a/a.csv --party a --id id --output part.yaml >"$here/said" 2>&1 || fail init
    told=no
    ! grep -qi "$marker" "$here/part.yaml" "$here/said" || told=yes
    expect_same 'is it told' "$told" "$([ $n = 20 ] && echo yes || echo no)"
done

begin 'an incomplete study says what is missing'
init a/a.csv --party a --id id >/dev/null && init b/b.csv --party b --id id >/dev/null ||
    fail init
! init study-a.yaml --merge study-b.yaml >/dev/null 2>"$here/said" || fail 'it was taken'
grep -q 'study.yaml.*arm.*is missing' "$here/said" || fail "$(cat "$here/said")"
finish
