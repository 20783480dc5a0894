#!/bin/bash
# What owners let be spent on their people, through whole runs, and the ledger's command.
. "$(dirname "$0")/lib.sh"
set_base 1000
sed -i 's/^generator:.*/generator: {kind: independent}/' "$work"/base/[ab]/study.yaml

limit() { # party, map
    sed -i '/^ledger_limit/d' "$here/$1/node.yaml"
    echo "ledger_limit: $2" >>"$here/$1/node.yaml"
}

ledger() { # action, party, more words
    local action=$1 party=$2
    shift 2
    "$CS_PROGRAM" ledger "$action" --node "$here/$party/node.yaml" "$@"
}

runs() { # file
    python3 -c 'import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM run").fetchone()[0])' "$1"
}

# By somebody who can write the file, and puts the trigger back.
tamper() { # file, statement
    python3 - "$1" "$2" <<'END'
import sqlite3, sys

path, statement = sys.argv[1:]
ledger = sqlite3.connect(path, isolation_level=None)
triggers = ledger.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
for name, _ in triggers:
    ledger.execute(f"DROP TRIGGER {name}")
ledger.execute(statement)
for _, sql in triggers:
    ledger.execute(sql)
END
}

begin 'a limit that the second run would go over'
limit a '{epsilon: 5}'
run_both
expect_codes 0 0
rm -r "$here"/[ab]/out
run_both
expect_codes 2 3
expect_words a 'link: .*ledger.db: runs on these people: epsilon spent before: 2\.9.*asks for 2\.9.*the limit is 5; nothing was charged'
expect_words b 'the peer says: .*in stage link'
expect_no_output a b
expect_same 'runs that a charged' "$(runs "$here/a/ledger.db")" 1
expect_same 'runs that b charged' "$(runs "$here/b/ledger.db")" 1

case_name='check refuses what the limit would'
"$CS_PROGRAM" check "$here/a/study.yaml" "$here/a/node.yaml" >"$here/checked" 2>"$here/a.log"
expect_same 'exit code' $? 2
expect_words a 'check.*the limit is 5|load.*the limit is 5'
grep -q 'limit:    epsilon 5 for all runs on these people' "$here/checked" || fail 'no limit is named'

case_name='outputs that go elsewhere, and a ledger that would'
node a --output-dir "$here/elsewhere" >"$here/a.log" 2>&1 &
node b >"$here/b.log" 2>&1
wait $!
expect_words a 'the limit is 5'
[ ! -e "$here/elsewhere/a/ledger.db" ] || fail 'the ledger moved'
node a --ledger "$here/trial.db" >"$here/a.log" 2>&1
expect_same 'exit code' $? 2
expect_words a 'ledger_limit: does not go with --ledger'

case_name='a simulation moves the ledger of who has no limit'
limit a '{epsilon: 100}'
"$CS_PROGRAM" simulate "$here/a/study.yaml" "$here/a/node.yaml" "$here/b/node.yaml" \
    --output-dir "$here/trial" >/dev/null 2>"$here/a.log" || fail "$(last_words a)"
expect_same 'runs that a charged' "$(runs "$here/a/ledger.db")" 2
expect_same 'runs that b charged' "$(runs "$here/b/ledger.db")" 1
expect_same 'runs of the trial' "$(runs "$here/trial/b/ledger.db")" 1
[ ! -e "$here/trial/a/ledger.db" ] || fail 'the ledger of who has a limit moved'

case_name='what the command shows'
ledger show a >"$here/shown" || fail show
grep -q '^limit    epsilon 100, per data set' "$here/shown" || fail 'no limit is shown'
grep -q '^spent    epsilon 5\.9.*; runs: 2' "$here/shown" || fail 'not what was spent'
ledger show a --format json >"$here/shown.json" || fail 'show as JSON'
expect_same 'runs' "$(json "$here/shown.json" links)" "$(ledger verify a | sed -n 's/^links *//p')"
ledger export a >"$here/exported.json" || fail export
expect_same 'rows of the chain' "$(json "$here/exported.json" links)" \
    "$(python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))["chain"]))' "$here/exported.json")"
"$CS_PROGRAM" ledger show "$here/nowhere.db" 2>"$here/a.log"
expect_same 'exit code' $? 2
expect_words a 'nowhere.db: is not there'
"$CS_PROGRAM" ledger burn "$here/a/ledger.db" 2>"$here/a.log"
expect_same 'exit code' $? 2
expect_words a 'burn: a ledger can be asked for show, export or verify'

case_name='verify'
head=$(json "$here/trial/a/receipt.json" ledger_head | tr -d '"')
ledger verify a >/dev/null || fail 'not intact'
ledger verify a --head "$head" >/dev/null || fail 'the head of the receipt is not in the chain'
ledger verify b --head "$head" >/dev/null 2>&1
expect_same 'exit code with the head of another ledger' $? 2
tamper "$here/a/ledger.db" 'SELECT 1'
ledger verify a >/dev/null || fail 'the control is not intact'
tamper "$here/a/ledger.db" 'UPDATE run SET epsilon = 0.5 WHERE id = 1'
ledger verify a >"$here/verified" 2>"$here/a.log"
expect_same 'exit code' $? 2
grep -q '^found    link 1 of the chain does not hold' "$here/verified" || fail 'it is not found'
expect_words a 'is not as it was written'
ledger verify a --format json >"$here/verified" 2>/dev/null
expect_same 'intact' "$(json "$here/verified" intact)" false
tamper "$here/a/ledger.db" 'ALTER TABLE run ADD COLUMN more TEXT'
ledger export a >"$here/exported.json" || fail 'export of a table that somebody changed'
ledger show a >/dev/null || fail 'show of a table that somebody changed'
ledger verify a 2>/dev/null | grep -q '^found    table .run. is gone, or not' || fail 'it is not found'
finish
