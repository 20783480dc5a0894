#!/bin/bash
# synthesize: the model that a run leaves, what is not in it, and what is drawn from it.
. "$(dirname "$0")/lib.sh"

demo=$work/demo
out=$demo/out
case_name='a run that leaves its model'
make_data "$demo" 1000 || exit 1
# One person of A has a balance that nobody else has, inside a bin, and an identifier.
sed -i "2{s/^[^,]*,/$marker-7731,/;s/^\(.*\),\([0-9.]*\),\([a-z]*,[a-z]*\)\$/\1,1313.13,\3/}" "$demo/a.csv"
sed -i "2s/^[^,]*,/$marker-7731,/" "$demo/b.csv"
grep -q "$marker.*1313.13" "$demo/a.csv" || fail 'nothing was planted'
"$CS_PROGRAM" simulate "$demo/study.yaml" "$demo/a.yaml" "$demo/b.yaml" \
    --output-dir "$out" >"$work/said" 2>&1 || { cat "$work/said"; fail simulate; }
for party in a b; do
    expect_same "digest of $party's model" "$(json "$out/$party/receipt.json" model_sha256)" \
        "\"$(sha256sum <"$out/$party/model.cosynth" | cut -d' ' -f1)\""
done

# As text, as 64 bits, as a varint, as a float: what a real row had is in no model; an edge
# of the study is, as a control.
case_name='no real value is in a model'
python3 - "$out" "$marker" <<'END' || fail 'what is in the models'
import struct, sys

def varint(n):
    n = n << 1 # zigzag
    parts = []
    while n > 127:
        parts.append(n & 127 | 128)
        n >>= 7
    return bytes(parts + [n])

def forms(grid, decimals):
    return [b"%.2f" % (grid / 100), struct.pack("<q", grid), varint(grid), struct.pack("<f", grid / 100)]

for party in "ab":
    model = open(f"{sys.argv[1]}/{party}/model.cosynth", "rb").read()
    assert sys.argv[2].encode() not in model, "an identifier"
    assert not any(form in model for form in forms(131313, 2)), "a value"
    assert any(form in model for form in forms(100000, 2)), "no edge either"
END

draw() { # party, more words
    local party=$1
    shift
    "$CS_PROGRAM" synthesize "$out/$party" --out "$work/$party.csv" "$@" >"$work/said" 2>"$work/told"
}

case_name='both parties, the same words'
for party in a b; do
    draw "$party" --rows 400 --where 'age>=33' --where 'age<61' --where 'arm in test,control' \
        --where 'pages>=3' --balance converted || fail "$party: $(cat "$work/told")"
    grep -q "^wrote 400 rows to $work/$party.csv\$" "$work/said" || fail "$party says $(cat "$work/said")"
    cp "$work/told" "$work/told.$party"
done
cmp -s "$work/told.a" "$work/told.b" || fail 'the parties count other people'
python3 - "$out" "$work" <<'END' || fail 'the rows'
import csv, sys

out, work = sys.argv[1:]
rows = {p: list(csv.DictReader(open(f"{work}/{p}.csv"))) for p in "ab"}
for party in "ab":
    first = open(f"{out}/{party}/synthetic.csv").readline()
    assert open(f"{work}/{party}.csv").readline() == first, "another header"
    assert [r["person"] for r in rows[party]] == [str(i + 1) for i in range(400)]
    assert all(33 <= int(r["age"]) < 61 for r in rows[party]), "age"
assert [r["age"] for r in rows["a"]] == [r["age"] for r in rows["b"]], "other people"
assert {r["arm"] for r in rows["a"]} == {"test", "control"}
assert all(int(r["pages"]) >= 3 for r in rows["b"])
assert sum(r["converted"] == "yes" for r in rows["b"]) == 200
END

case_name='the same again, by the file, and with another seed'
cp "$work/a.csv" "$work/first.csv"
"$CS_PROGRAM" synthesize "$out/a/model.cosynth" --rows 400 --balance converted --where 'pages>=3' \
    --where 'age<61' --where 'age>=33' --where 'arm!=neither' --out "$work/again.csv" >/dev/null 2>&1 ||
    fail synthesize
cmp -s "$work/first.csv" "$work/again.csv" || fail 'other rows'
draw a --rows 400 --seed 77 || fail synthesize
draw b --rows 400 --seed 78 || fail synthesize
[ "$(cut -d, -f2 "$work/a.csv")" != "$(cut -d, -f2 "$work/b.csv")" ] || fail 'the seed changes nothing'

case_name='more rows than people'
draw a --rows 5000 || fail synthesize
grep -Eq '^cosynth: synthesize: 5000 rows from [0-9]+ distinct synthetic people$' "$work/told" ||
    fail "it says $(cat "$work/told")"
draw a --rows 10
[ ! -s "$work/told" ] || fail "it says $(cat "$work/told")"

refuse() { # words, more words of the command
    local words=$1
    shift
    rm -f "$work/a.csv"
    draw a "$@"
    code=$?
    [ "$code" = 2 ] || fail "$*: exit code $code"
    grep -Eq -e "$words" "$work/told" || fail "$*: it says $(cat "$work/told")"
    [ ! -e "$work/a.csv" ] || fail "$*: something was written"
}

case_name='new rows by the generator'
draw a --rows 300 --from generator --where 'age<35' --balance arm || fail "$(cat "$work/told")"
[ "$(tail -n +2 "$work/a.csv" | cut -d, -f2 | awk '$1 >= 35' | wc -l)" = 0 ] || fail 'their ages'
[ "$(grep -c ',test$' "$work/a.csv")" -ge 90 ] || fail 'their arms'

case_name='what cannot be drawn'
refuse 'no synthetic person satisfies all conditions; drop' --rows 9 --where 'balance=77.77' \
    --where 'age=89' --where 'pages=40' --where 'basket=999.99' --where 'region=other'
refuse '`agee` is no column of the study; did you mean `age`\?' --rows 9 --where 'agee>3'
refuse '`Nord` is no value of `region`; did you mean `North`\?' --rows 9 --where 'region=Nord'
refuse '`colour` is no column of the study; there are age, region' --rows 9 --balance colour
refuse '--from: people is not population or generator' --rows 9 --from people
refuse 'rows: say how many' --where 'age>3'

case_name='what is no model'
printf 'x' | dd of="$out/a/model.cosynth" bs=1 seek=2000 conv=notrunc 2>/dev/null
refuse 'model.cosynth: is damaged: its checksum does not fit; copy it again' --rows 9
cp "$demo/a.csv" "$out/a/model.cosynth"
refuse 'model.cosynth: is not a saved model; name' --rows 9
rm "$out/a/model.cosynth"
refuse 'model.cosynth: cannot be opened: .*; name the output folder' --rows 9
finish
