#!/bin/bash
# A disk that is full when the outputs are written: neither party gets any.
. "$(dirname "$0")/lib.sh"
node_words=--no-checkpoint # a run that goes on is for test_crash.sh
set_base 12000 # whose synthetic.csv is larger than anything else that a node writes

begin 'files that may not grow, as on a full disk'
(
    ulimit -f 200
    node a >"$here/a.log" 2>&1
) &
job=$!
node b >"$here/b.log" 2>&1
code_b=$?
wait "$job"
code_a=$?
expect_codes 5 3
expect_words a 'emit: a file could not be read or written: .*synthetic.csv.*free some space'
expect_words b 'the peer says: a file could not be read or written: in stage emit'
expect_no_output a b

begin 'an earlier output survives'
mkdir "$here/b/out"
echo earlier >"$here/b/out/synthetic.csv"
node a >"$here/a.log" 2>&1 &
job=$!
(
    ulimit -f 200
    node b >"$here/b.log" 2>&1
)
code_b=$?
wait "$job"
code_a=$?
expect_codes 3 5
expect_same 'the earlier output' earlier "$(cat "$here/b/out/synthetic.csv")"
expect_no_output a

begin 'a full disk'
mkdir "$here/a/out"
if ! mount -t tmpfs -o size=200k none "$here/a/out" 2>/dev/null; then
    echo 'no file system may be mounted here: left out'
    finish
fi
run_both
expect_codes 5 3
expect_words a 'emit: a file could not be read or written: .*No space left.*free some space'
expect_words b 'the peer says: a file could not be read or written: in stage emit'
expect_no_output a b
umount "$here/a/out"
finish
