#!/bin/bash
# Files that a study cannot be run on, and what a node says of them: where, never what.
. "$(dirname "$0")/lib.sh"
set_base

refused 'a missing column' a 'no column "level"' \
    'rows = [[f for i, f in enumerate(r) if i != column["level"]] for r in rows]'
refused 'no column of ids' b 'no column "id"' 'rows = [r[1:] for r in rows]'
refused 'a ragged line' a ':5: ' 'rows[4] += [marker]'
refused 'a short line' b ':7: ' 'rows[6] = [marker]'
refused 'a duplicate id' a ':40: .*line 20' 'rows[19][0] = rows[39][0] = marker'
refused 'an empty id' b ':9: ' 'rows[8][0] = ""; rows[8][1] = "77"'
refused 'a word for a number' a ':11: .*balance' 'rows[10][column["balance"]] = marker'
refused 'not a date' a ':12: .*signup' 'rows[11][column["signup"]] = marker'
refused 'an empty number' b ':13: .*pages' 'rows[12][column["pages"]] = ""'
refused 'an empty file' a 'is empty; it needs a header' 'rows = []'
refused 'a header alone' b 'no rows' 'rows = rows[:1]'
refused 'an arm nobody is in' a 'nobody is in the test arm; check `arm`' '
for r in rows[1:]: r[column["arm"]] = r[column["arm"]].replace("test", "neither")'

begin 'ids in another order'
edit_rows b 'rows[3], rows[4] = rows[4], rows[3]'
run_both
expect_codes 3 3
expect_words a 'link: .*same people in the same order: sort both'
expect_words b 'link: .*same people in the same order: sort both'
expect_no_output a b

begin 'one row more'
edit_rows b 'rows.append([marker] + rows[-1][1:])'
run_both
expect_codes 3 3
expect_words a 'link: .*1000 people.*1001.*leave out'
expect_words b 'link: .*1001 people.*1000.*leave out'
expect_no_output a b
expect_no_value_told

begin 'a category that is not listed'
edit_rows a 'for r in rows[5:8]: r[column["region"]] = marker'
run_both
expect_codes 0 0
expect_outputs
grep -q 'column region: 3 values are not in the study.s list; they count as `other`' \
    "$here/a.log" || fail 'a does not count them'
expect_no_value_told
! grep -rl "$marker" "$here"/[ab]/out || fail 'a value of a row is in an output'
finish
