#!/bin/bash
# A peer that never comes, or goes in the middle: the other ends soon, with words.
. "$(dirname "$0")/lib.sh"
set_base

gone='the peer did not answer in time: .*did not come back within 3 s; is its node still running'
nobody='the peer did not answer in time: .*node started'

begin 'a peer that never comes to the one who listens'
impatient a
node a >"$here/a.log" 2>&1
code_a=$? code_b=-
expect_codes 4 -
expect_words a "hello: $nobody"
expect_no_output a

begin 'a peer that is never there for the one who connects'
impatient b
node b >"$here/b.log" 2>&1
code_b=$? code_a=-
expect_codes - 4
expect_words b "hello: $nobody"
expect_no_output b

ended() { # stage, signal, party that is ended, its code, what the other says
    local other=a codes="4 $4"
    [ "$3" = b ] || other=b codes="$4 4"
    begin "$3 ended in $1 by SIG$2"
    impatient "$other"
    end_one "$1" "$2" "$3"
    # shellcheck disable=SC2086  # two codes
    expect_codes $codes
    expect_words "$other" "$5"
    expect_no_output "$other"
    [ -z "$(find "$here/$3/out" -maxdepth 1 -type f 2>/dev/null)" ] || fail "$3 has outputs"
}

ended load KILL a 137 "hello: $nobody"
ended hello KILL b 137 "(hello: $nobody|$gone)"
ended link KILL a 137 "$gone"
ended measure KILL b 137 "$gone"
ended fit KILL a 137 "$gone"
ended train KILL b 137 "$gone"
ended propose KILL a 137 "$gone"
ended refit KILL b 137 "$gone"
ended emit KILL a 137 "$gone"
ended report KILL b 137 "$gone"
ended publish KILL a 137 "publish: $gone"

case_name='the next run clears what the killed one left'
[ -n "$(find "$here/a/out" -name '.part-*')" ] || fail 'it left nothing, which proves nothing'
run_both
expect_codes 0 0
expect_outputs

ended fit TERM a 143 "$gone"
expect_no_output a
ended emit INT b 130 "$gone"
expect_no_output b
finish
