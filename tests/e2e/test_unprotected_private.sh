#!/bin/bash
# Without privacy, people who partly overlap: the tables are those of the join to the last
# count, and still nobody's identifier comes out.
. "$(dirname "$0")/lib.sh"
set_private_base 1000
sed -i 's/^privacy:.*/privacy: {epsilon: none, acknowledge: these outputs are not private}/' \
    "$work"/base/[ab]/study.yaml

begin 'people linked privately, without noise'
for party in a b; do
    echo 'allow_unprotected: true' >>"$here/$party/node.yaml"
done
run_both
expect_codes 0 0
expect_outputs
"$CS_SOURCE_DIR/tests/e2e/is_the_join.py" "$here" "$here/a/a.csv" "$here/b/b.csv" ||
    fail 'that is not the join'
expect_no_identifier_told
expect_no_value_told
finish
