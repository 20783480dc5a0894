#!/bin/bash
# A peer that never comes, or goes in the middle: the other ends soon, with words. Most of
# the time here is waiting, so that a few cases go at once.
. "$(dirname "$0")/lib.sh"
node_words=--no-checkpoint # a run that goes on is for test_crash.sh
set_base

at_once=4
patience=6 # seconds: as soon as may be, with several nodes on each core
gone="the peer did not answer in time: .*did not come back within $patience s; is its node still running"
nobody='the peer did not answer in time: .*node started'
stopped="the peer gave up: the peer's node was stopped"

# A case in the background.
aside() { # function, words of it
    while [ "$(jobs -rp | wc -l)" -ge $at_once ]; do
        wait -n
    done
    (
        "$@" >"$work/said-$BASHPID" 2>&1
        cat "$work/said-$BASHPID"
        [ $failures = 0 ] || : >"$work/failed"
    ) &
}

wait_for_all() {
    wait
    [ ! -e "$work/failed" ] || failures=1
}

never_comes() { # party, words of the case
    begin "$2"
    impatient "$1"
    node "$1" >"$here/$1.log" 2>&1
    code_a=$? code_b=-
    expect_codes 4 -
    expect_words "$1" "hello: $nobody"
    expect_no_output "$1"
}

ended() { # stage, signal, party that is ended, its code, that of the other, what it says
    local other=a codes="$5 $4"
    [ "$3" = b ] || other=b codes="$4 $5"
    begin "$3 ended in $1 by SIG$2"
    sed -i "s/^timeout:.*/timeout: $patience/" "$here/$other/node.yaml"
    [ "$1" != load ] || impatient "$other"
    end_one "$1" "$2" "$3"
    # shellcheck disable=SC2086  # two codes
    expect_codes $codes
    expect_words "$other" "$6"
    expect_no_output "$other"
    [ -z "$(find "$here/$3/out" -maxdepth 1 -type f 2>/dev/null)" ] || fail "$3 has outputs"
}

# In order: what it staged is away, and the other has not waited.
stops() { # as ended
    ended "$@"
    expect_no_output "$3"
    grep -q '^cosynth: stopped' "$here/$3.log" || fail "$3 does not say that it was stopped"
}

then_the_next_run_clears() { # as ended
    ended "$@"
    case_name='the next run clears what the killed one left'
    [ -n "$(find "$here/$3/out" -name '.part-*')" ] || fail 'it left nothing, which proves nothing'
    run_both
    expect_codes 0 0
    expect_outputs
}

aside then_the_next_run_clears publish KILL a 137 4 "publish: $gone"
aside never_comes a 'a peer that never comes to the one who listens'
aside never_comes b 'a peer that is never there for the one who connects'
aside ended load KILL a 137 4 "hello: $nobody"
aside ended hello KILL b 137 4 "(hello: $nobody|$gone)"
aside ended link KILL a 137 4 "$gone"
aside ended measure KILL b 137 4 "$gone"
aside ended fit KILL a 137 4 "$gone"
aside ended train KILL b 137 4 "$gone"
aside ended propose KILL a 137 4 "$gone"
aside ended refit KILL b 137 4 "$gone"
aside ended emit KILL a 137 4 "$gone"
aside ended report KILL b 137 4 "$gone"
aside stops link HUP b 129 3 "$stopped"
aside stops fit TERM a 143 3 "$stopped"
aside stops train TERM b 143 3 "$stopped"
aside stops emit INT b 130 3 "$stopped"
wait_for_all
finish
