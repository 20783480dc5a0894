#!/bin/bash
# Whoever is not the peer keeps nobody out and stops nothing; whoever has the peer's key and
# says what the protocol does not allow ends the run, with words, and costs no memory.
. "$(dirname "$0")/lib.sh"
set_base

# Else the sanitizer keeps what was freed, as if the node did.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=1"

hostile() { "$CS_SOURCE_DIR/tests/e2e/hostile.py" "$@"; }

port_of_a() { sed -n 's/.*127.0.0.1:\([0-9]*\).*/\1/p' "$here/a/node.yaml"; }

# The greatest memory that a process had, and how many descriptors it has, in kB and as is.
memory_of() { sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status"; }
descriptors_of() { find "/proc/$1/fd" -mindepth 1 2>/dev/null | wc -l; }

start_a() {
    "$CS_PROGRAM" run "$here/a/study.yaml" "$here/a/node.yaml" --log plain >"$here/a.log" 2>&1 &
    a=$!
}

expect_b_to_get_through() {
    node b >"$here/b.log" 2>&1
    code_b=$?
    wait "$a"
    code_a=$?
    expect_codes 0 0
    expect_outputs
}

begin 'an honest run, of which somebody keeps every byte'
tap=$(free_port)
sed -i "s|^connect:.*|connect: tcp://127.0.0.1:$tap|" "$here/b/node.yaml"
hostile record "$tap" "$(port_of_a)" "$work/said" &
run_both
expect_codes 0 0
[ -s "$work/said" ] || fail 'nothing was kept'

begin 'strangers'
"$CS_PROGRAM" keygen --out "$work/stranger" >/dev/null || exit 1
sed -i 's/^wait:.*/wait: 60/' "$here"/[ab]/node.yaml
start_a
strangers=()
for act in silent silent_within drip 'old 1' 'old 2' nobody "unknown $work/stranger" "replay $work/said"; do
    # shellcheck disable=SC2086  # an act and its argument
    hostile stranger "$(port_of_a)" $act 2>"$work/${act%% *}.log" &
    strangers+=($!)
done
for stranger in "${strangers[@]}"; do
    wait "$stranger" || fail "a stranger was not sent away: $(cat "$work"/*.log)"
done
expect_b_to_get_through

begin 'a flood of strangers, while the peer comes'
sed -i 's/^wait:.*/wait: 60/' "$here"/[ab]/node.yaml
start_a
hostile stranger "$(port_of_a)" nobody
before=$(memory_of "$a")
hostile stranger "$(port_of_a)" flood 4 >"$work/flood" &
flood=$!
most=0
while kill -0 $flood 2>/dev/null; do
    now=$(descriptors_of "$a")
    [ "$now" -le $most ] || most=$now
    sleep 0.1
done
wait $flood
after=$(memory_of "$a")
echo "$(cat "$work/flood"): at most $most descriptors, memory from $before to $after kB"
[ "$(sed 's/ .*//' "$work/flood")" -ge 100 ] || fail 'that was no flood'
[ $most -gt 0 ] && [ $most -le 100 ] || fail "$most descriptors"
[ $((after - before)) -le 131072 ] || fail "memory grew from $before to $after kB"
hostile stranger "$(port_of_a)" flood 3 >/dev/null &
expect_b_to_get_through

# The peer's key, in wrong hands.
deviates() { # act, code of a, its words
    begin "the right key, and: $1"
    sed -i 's/^wait:.*/wait: 8/; s/^timeout:.*/timeout: 4/' "$here/a/node.yaml"
    start_a
    hostile peer "$(port_of_a)" "$here/b/key" "$1" 2>"$here/b.log" &
    local peer=$!
    most=0
    while kill -0 "$a" 2>/dev/null; do
        now=$(memory_of "$a" 2>/dev/null)
        [ "${now:-0}" -le "$most" ] || most=$now
        sleep 0.1
    done
    wait "$a"
    code_a=$? code_b=-
    kill "$peer" 2>/dev/null
    wait "$peer" 2>/dev/null
    expect_codes "$2" -
    expect_words a "$3"
    expect_no_output a
    [ "$most" -le 500000 ] || fail "$most kB of memory"
}

out_of_place='hello: the peer sent what the protocol does not allow here: the peer sent a message out of place'
no_frame='hello: the peer sent what .*: the peer sent a message that is no frame'
deviates huge_word 4 'hello: the peer did not answer in time: the connection broke'
deviates unknown_word 3 "$out_of_place"
deviates gap 3 "$out_of_place"
deviates rest 3 "$out_of_place"
deviates greeting 3 "$out_of_place"
deviates greetings 3 "$out_of_place"
deviates huge_frame 3 "$no_frame"
deviates no_frame 3 "$no_frame"
deviates another_kind 3 "$no_frame"
deviates long_frame 3 'hello: .*the peer sent 1048576 bytes in a HELLO frame, 0 to 256 are due'
deviates later_kind 3 'hello: .*the peer sent a STUDY frame where HELLO is next'
deviates sequence 3 'hello: .*a frame was lost or came twice'
deviates twice 3 'hello: .*a frame was lost or came twice'
# Refused where they outrun this end's reading, or else at the nonsense behind them.
deviates beats 3 "$out_of_place|$no_frame"
finish
