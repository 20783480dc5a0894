#!/bin/bash
# watch: what a node tells who watches it, what is seen of one that lives, died or is over,
# and what is never told.
. "$(dirname "$0")/lib.sh"
set_base

watch() { # words
    LC_ALL=C "$CS_PROGRAM" watch "$@" >"$here/seen" 2>"$here/said"
}

expect_seen() { # extended regular expression
    grep -Eq -- "$1" "$here/seen" || {
        fail "not seen: $1"
        cat "$here/seen" "$here/said"
    }
}

# Runs both nodes, a with --watch; a second name keeps a's journal when it is removed.
run_kept() {
    run_both_watched &
    local run=$!
    until ln "$here"/a/out/.part-*/journal.jsonl "$here/kept" 2>/dev/null; do
        kill -0 "$run" 2>/dev/null || break
        sleep 0.02
    done
    wait "$run"
    read -r code_a code_b <"$here/codes"
}

run_both_watched() {
    node a --watch >"$here/a.log" 2>&1 &
    local a=$!
    node b >"$here/b.log" 2>&1
    code_b=$?
    wait "$a"
    echo "$? $code_b" >"$here/codes"
}

# Every line is of a form that has no place for a value of a row; losses are those of the
# stages named.
check_journal() { # curves, of the stages
    is_as_it_may_be "$1" || fail 'the journal is not what it may be'
    echo "$case_name: the journal is as it may be"
}

is_as_it_may_be() { # curves, of the stages
    python3 - "$here/kept" "$1" 2>"$here/why" <<'END'
import json, sys

path, stages = sys.argv[1:]
lines = [json.loads(line) for line in open(path)]
head, rest = lines[0], lines[1:]
forms = [{"stage", "at", "seconds", "done", "over", "cpu_seconds", "memory_bytes",
          "sent_bytes", "received_bytes", "rounds"}, {"curve", "value"}, {"charged"}]
assert set(head) == {"schema", "version", "pid", "started", "study", "party", "epsilon",
                     "delta", "stages"}, head
for line in rest:
    assert any(set(line) <= form for form in forms), line
    for key, value in line.items():
        assert value in head["stages"] if key in ("stage", "curve") else \
            value is None or isinstance(value, (int, float)), line
assert [line["stage"] for line in rest if line.get("over")] == head["stages"]
curves = [line["curve"] for line in rest if "curve" in line]
assert sorted(set(curves)) == stages.split(), set(curves)
END
}

expect_noticed() { # a line that must not be there, curves
    cp "$here/kept" "$here/as_it_was"
    echo "$1" >>"$here/kept"
    ! is_as_it_may_be "$2" || fail "not noticed: $1"
    mv "$here/as_it_was" "$here/kept"
}

begin 'a run that is watched'
run_kept
expect_codes 0 0
expect_outputs
check_journal 'fit refit train'
[ "$(stat -c %a "$here/kept")" = 600 ] || fail 'others may read the journal'
watch "$here/a/out"
expect_seen '^state    finished'
expect_seen '^budget   epsilon [0-9.]+ of 3 spent'
watch "$here/a/node.yaml" --once
expect_seen '^cosynth  demo-email, party a'

# The loss of steps on real rows is not private. Here nothing else is learned from.
begin 'a generator that learns from real rows alone'
sed -i 's/train_on: both/train_on: rows/' "$here/a/study.yaml" "$here/b/study.yaml"
run_kept
expect_codes 0 0
check_journal 'fit refit'
expect_noticed '{"curve":"train","value":1.5}' 'fit refit'
expect_noticed '{"stage":"train","row":1.5}' 'fit refit'
expect_noticed '{"curve":"fit","value":"Xq7Zu"}' 'fit refit'

begin 'a run without privacy'
for party in a b; do
    sed -i 's/^privacy:.*/privacy: {epsilon: none, acknowledge: "these outputs are not private"}/' "$here/$party/study.yaml"
    echo 'allow_unprotected: true' >>"$here/$party/node.yaml"
done
run_kept
expect_codes 0 0
check_journal ''
watch "$here/a/out"
expect_seen 'NOT PRIVATE'

# On a terminal it goes on by itself until the run is over, whatever its end.
follow() {
    python3 - "$CS_PROGRAM" watch "$here/a/out" >"$here/seen" <<'END'
import os, pty, sys

pid, terminal = pty.fork()
if pid == 0:
    os.environ.update(LC_ALL="C.UTF-8")
    os.execv(sys.argv[1], ["cosynth", *sys.argv[2:]])
try:
    while data := os.read(terminal, 65536):
        os.write(1, data)
except OSError:  # the other end is closed
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
}

begin 'a run that is followed'
run_both_watched &
run=$!
until compgen -G "$here/a/out/.part-*/journal.jsonl" >/dev/null; do sleep 0.02; done
follow || fail 'it is not followed to its end'
wait "$run"
expect_seen 'state    running for'
expect_seen '✓ load'
tail -n 25 "$here/seen" | grep -q 'state    finished' || fail 'its end is not seen'

begin 'a run that is followed and stopped'
node b >"$here/b.log" 2>&1 &
node a --watch >"$here/a.log" 2>&1 &
until compgen -G "$here/a/out/.part-*/journal.jsonl" >/dev/null; do sleep 0.02; done
follow &
follower=$!
until grep -qs running "$here/seen"; do sleep 0.02; done
kill -TERM "$(sed -n 's/.*running for .*process \([0-9]*\).*/\1/p' "$here/seen" | head -1)"
wait "$follower" || fail 'it is not followed to its end'
wait
expect_seen 'ended without outputs'

begin 'nobody asked'
run_both
expect_codes 0 0
! grep -rlq journal "$here/a/out" || fail 'there is a journal'

begin 'a node that died'
node b >"$here/b.log" 2>&1 &
other=$!
"$CS_SOURCE_DIR/tests/e2e/end_in_stage.py" fit KILL "$here/a.log" \
    "$CS_PROGRAM" run "$here/a/study.yaml" "$here/a/node.yaml" --log plain --watch
wait "$other"
watch "$here/a/out" || fail 'a dead node is not seen'
expect_seen '^state    died in stage (fit|train), after .*: process [0-9]+ is gone$'
expect_seen '^budget   epsilon [0-9.]+ of 3 spent'
expect_seen '^    emit$'
grep -q 'running' "$here/seen" && fail 'it is said to run'

begin 'nothing to see'
mkdir "$here/a/out"
watch "$here/a/out" && fail 'something is seen'
grep -q 'start the node with --watch' "$here/said" || fail 'it is not said what to do'
finish
