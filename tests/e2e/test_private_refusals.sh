#!/bin/bash
# Private linkage that cannot be: settings, identifiers and terms that do not fit, a peer
# that goes in the middle of it.
. "$(dirname "$0")/lib.sh"
node_words=--no-checkpoint # a run that goes on is for test_crash.sh
set_private_base

refused 'two rows with one e-mail address' a ':40: .*line 20' '
rows[19][column["email"]] = marker + "@mail.example"
rows[39][column["email"]] = " " + marker.lower() + "@MAIL.example"'
refused 'two rows with one telephone number' b ':30: .*line 12' '
rows[11][column["phone"]] = "0151 9999999"
rows[29][column["phone"]] = "+49 151 999 99 99"'
refused 'no column of telephone numbers' b 'no column "phone"' 'rows = [r[:-1] for r in rows]'

# What is wrong with one party's files is said before the peer is called.
unusable() { # words, party, what it says, file, sed
    begin "$1"
    local other=b codes='2 4'
    [ "$2" = a ] || { other=a codes='4 2'; }
    impatient "$other"
    sed -i "$5" "$here/$2/$4"
    run_both
    # shellcheck disable=SC2086  # two codes
    expect_codes $codes
    expect_words "$2" "load: .*$4$3"
    expect_words "$other" 'hello: the peer did not answer in time: '
    expect_no_output a b
}

unusable 'an identifier that no column is named for' a \
    ': id: columns named: 1, needed: 2; one for each identifier of the study .email, phone., in' \
    node.yaml 's/^id:.*/id: email/'
unusable 'a column that is no identifier' b ': id: columns named: 3, needed: 2' \
    node.yaml 's/^id:.*/id: [email, phone, device]/'
unusable 'a rule for the unlinked where all are linked' a \
    ':5: unlinked: has a meaning with `link: private` alone' \
    study.yaml 's/^link:.*/link: aligned\nunlinked: excluded/; /^identifiers/d'
unusable 'telephone numbers of no country' b ':5: identifiers.2.: lacks `country`' \
    study.yaml 's/, country: "49"//'

begin 'identifiers of other kinds at the peer'
sed -i 's/^identifiers: .email/identifiers: [lower/' "$here/b/study.yaml"
run_both
expect_codes 3 3
for party in a b; do
    expect_words "$party" 'hello: the parties hold different terms.*identifiers.1..kind: .*agree on one'
done
expect_no_output a b

begin 'identifiers in another order at the peer'
sed -i 's/^identifiers: .email, \(.*\)\]/identifiers: [\1, email]/' "$here/b/study.yaml"
sed -i 's/^id: .*/id: [phone, email]/' "$here/b/node.yaml"
run_both
expect_codes 3 3
expect_words a 'differ: .*identifiers.*agree on one'
expect_no_output a b

for party in a b; do
    begin "$party ended in link"
    other=$(echo ab | tr -d "$party")
    sed -i 's/^timeout:.*/timeout: 4/' "$here/$other/node.yaml"
    end_one link KILL "$party"
    codes='137 4'
    [ "$party" = a ] || codes='4 137'
    # shellcheck disable=SC2086  # two codes
    expect_codes $codes
    expect_words "$other" 'link: the peer did not answer in time: .*did not come back within 4 s'
    expect_no_output "$other"
    expect_no_identifier_told
done
finish
