#!/bin/bash
# What nodes say of themselves, in each form: programs can read it, and no value of a row
# is in it.
. "$(dirname "$0")/lib.sh"
set_base

read_log() { # party, exit code, levels
    "$CS_SOURCE_DIR/tests/e2e/read_log.py" "$here/$1.log" "$@" || fail "$1: its log, see above"
}

# Values that no study lists, in what is told most of.
plant() {
    edit_rows a 'for r in rows[5:8]: r[column["region"]] = marker'
    edit_rows b 'for r in rows[1:]: r[0] = marker + r[0]'
    edit_rows a 'for r in rows[1:]: r[0] = marker + r[0]'
    grep -q "$marker" "$here/a/a.csv" && grep -q "$marker" "$here/b/b.csv" ||
        fail 'nothing was planted'
}

begin 'objects, at level debug'
plant
log_words='--log json --log-level debug'
run_both
code_words=$code_a$code_b
[ "$code_words" = 00 ] || fail "exit codes $code_a, $code_b"
run_a=$(read_log a 0 debug info warning)
run_b=$(read_log b 0 debug info warning)
[ -n "$run_a" ] && [ -n "$run_b" ] || fail 'no run id'
[ "$run_a" = "$run_b" ] || fail "runs $run_a and $run_b"
grep -q '"level":"warning".*column region: 3 values' "$here/a.log" || fail 'no warning'
expect_no_value_told

begin 'objects, of a run that is refused'
plant
edit_rows a 'rows[10][column["balance"]] = marker'
impatient b
run_both
[ "$code_a$code_b" = 24 ] || fail "exit codes $code_a, $code_b"
[ -z "$(read_log a 2 info warning error)" ] || fail 'a run that never was has an id'
[ -z "$(read_log b 4 info warning error)" ] || fail 'a run that never was has an id'
expect_no_value_told

begin 'lines with time and run'
plant
log_words='--log plain --log-level debug'
run_both
expect_codes 0 0
stamp='^[0-9-]{10}T[0-9:]{8}\.[0-9]{3}Z'
! grep -vE "$stamp (-{8} [a-]|[0-9a-f]{8} a) " "$here/a.log" || fail 'a line is not stamped'
grep -qE "$stamp -{8} a load     +[0-9.]+ s$" "$here/a.log" || fail 'the run is known too early'
grep -qE "$stamp [0-9a-f]{8} a publish  \.\.\." "$here/a.log" || fail 'the run is not known'
tail -1 "$here/a.log" | grep -qE "a exit +[0-9.]+ s  code 0$" || fail 'no last line'
expect_no_value_told

begin 'warnings alone'
plant
log_words='--log plain --log-level warning'
run_both
expect_codes 0 0
[ "$(wc -l <"$here/a.log")" = 1 ] && grep -q 'warning: column region' "$here/a.log" ||
    fail "$(cat "$here/a.log")"
[ ! -s "$here/b.log" ] || fail "$(cat "$here/b.log")"

begin 'both nodes of a host'
"$CS_PROGRAM" simulate "$here"/a/study.yaml "$here"/{a,b}/node.yaml --output-dir "$here/out" --log json \
    >/dev/null 2>"$here/both.log" || fail 'simulate'
python3 - "$here/both.log" <<'END' || fail 'the log of both'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
assert sorted((l["party"], l["exit_code"]) for l in lines if l["event"] == "exit") == [("a", 0), ("b", 0)]
END
finish
