#!/bin/bash
# Runs that end because the parties' terms do not fit: keys, study files, node files.
. "$(dirname "$0")/lib.sh"
set_base

begin 'the peer has another key'
rm -r "$here/b/key"
"$CS_PROGRAM" keygen --out "$here/b/key" >"$here/new" || exit 1
sed -i "s|$(cat "$here/b.fingerprint")|$(cat "$here/new")|" "$here/b/study.yaml"
run_both
expect_codes 3 3
expect_words a 'hello: the peer is not who it should be: .*certificate is .*correct the study file'
expect_words b 'hello: the peer is not who it should be: the peer refuses .*its study file must name'
expect_no_output a b

begin "the study has another key of one's own"
impatient a
sed -i "s|$(cat "$here/b.fingerprint")|sha256:$(printf 'ab%.0s' $(seq 32))|" "$here/b/study.yaml"
run_both
expect_codes 4 2
expect_words a 'hello: the peer did not answer in time: .*node started'
expect_words b 'study.yaml: parties.b.fingerprint .* put the fingerprint'
expect_no_output a b

begin 'studies that differ in one number'
sed -i 's/epsilon: 3/epsilon: 2/' "$here/b/study.yaml"
run_both
expect_codes 3 3
expect_words a 'hello: the parties hold different terms.*epsilon.*agree on one'
expect_words b 'hello: the parties hold different terms.*epsilon.*agree on one'
expect_no_output a b

begin 'studies that differ in one category'
sed -i 's/"tablet"/"watch"/' "$here/a/study.yaml"
run_both
expect_codes 3 3
expect_words a 'differ: .*device.*agree on one'
expect_words b 'differ: .*device.*agree on one'
expect_no_output a b

begin 'both nodes are party a'
sed -i 's/^party: b/party: a/; s/^key: .*/key: ..\/a\/key/; s/b.csv/..\/a\/a.csv/' "$here/b/node.yaml"
run_both
expect_codes 3 3
expect_no_output a b

begin 'an unknown key in the study'
impatient a
sed -i '4i colour: blue' "$here/b/study.yaml"
run_both
expect_codes 4 2
expect_words b 'study.yaml:4: colour: '
expect_no_output a b

begin 'a column more than the study has identifiers'
impatient a
sed -i 's/^id: .*/id: [id, device]/' "$here/b/node.yaml"
run_both
expect_codes 4 2
expect_words b 'node.yaml: id: columns named: 2, needed: 1; one for each identifier of the study .raw., in this order'
expect_no_output a b

begin 'a study without fingerprints'
impatient a
sed -i '/^parties:/d' "$here/b/study.yaml"
run_both
expect_codes 4 2
expect_words b 'study.yaml: parties: .*cosynth keygen'
expect_no_output a b

begin 'no study'
impatient a
rm "$here/b/study.yaml"
run_both
expect_codes 4 2
expect_words b 'study.yaml: cannot be opened: '
expect_no_output a b
finish
