#!/bin/bash
# report.html in a browser, as its readers have it: no error, no request, nothing that
# overlaps or is cut, on a phone, on a desk, in the dark, without scripts and on paper; of a
# study whose names would break it if they could. Then the page is broken on purpose, in one
# way after the other, and every check must see what is meant for it.
. "$(dirname "$0")/lib.sh"
has_browser || skip 'no chromium, or no python3-selenium'

make_data "$work/data" 2000 && make_private "$work/data" || exit 1
python3 - "$work/data" <<'END' || exit 1
import csv, json, sys

folder = sys.argv[1]
names = {"North": "</script><script>alert('North')</script>", "Isles, overseas": "جزر 'بعيدة'",
         "South": "a level with a name that is far too long to stand beside any plot at all",
         "East": "\u202eEast & West\u202c", "test": "Letter <b>and</b> gift", "neither": "Card"}
rows = list(csv.reader(open(f"{folder}/a.csv", newline="", encoding="utf-8")))
rows = [rows[0]] + [[names.get(field, field) for field in row] for row in rows[1:]]
with open(f"{folder}/a.csv", "w", newline="", encoding="utf-8") as out:
    csv.writer(out, lineterminator="\n").writerows(rows)
study = open(f"{folder}/study.yaml", encoding="utf-8").read()
for name, other in names.items():
    if name != "test":
        study = study.replace(f'"{name}"', json.dumps(other))
study = study.replace('"test"', json.dumps(names["test"]))
study = study.replace("test: [test]", json.dumps({
    "test": {"letter": [names["test"]], "card": [names["neither"]]}})[1:-1])
study += "report: {segment_minimum: 50}\n"
study += "outcomes: [{column: basket, value: mean}]\npairs: [[region, device]]\n"
study = study.replace("study: demo-email", "study: \"<!-- demo & 'email'\"")
open(f"{folder}/study.yaml", "w", encoding="utf-8").write(study)
END
for party in a b; do
    sed -i 's/^id:.*/id: [email, phone]/' "$work/data/$party.yaml"
done

case_name='a report with four answers'
"$CS_PROGRAM" simulate "$work/data"/{study,a,b}.yaml --epsilon 8 --output-dir "$work/out" \
    >"$work/said" 2>"$work/log" || {
    cat "$work/said" "$work/log"
    fail simulate
}
expect_page "$work/out/report.html"
for words in 'id="answer-4"' 'Time by stage' 'noisy cross tables' 'at both'; do
    grep -q "$words" "$work/out/a/report.html" || fail "no word of $words"
done

case_name='a page that is broken'
"$CS_SOURCE_DIR/tests/e2e/browse.py" "$work/out/report.html" --broken || fail 'a break is not seen'
finish
