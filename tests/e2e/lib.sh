# shellcheck shell=bash disable=SC2015,SC2016,SC2119
# lib.sh: what the tests of whole runs share; each sources it.
#
# `set_base` makes a small study and both parties' folders, as two hosts would have them;
# `set_private_base` one of people who partly overlap, to be linked by what people.py gives
# them.
# A case takes a copy (`begin`), breaks something, runs both nodes (`run_both`) and says
# what must come of it (`expect_...`). `finish` ends the test. Needs CS_PROGRAM and
# CS_SOURCE_DIR in the environment.
set -u

work=$(mktemp -d "${TMPDIR:-/tmp}/cosynth-e2e-XXXXXX")
failures=0
marker=Xq7Zu # stands in rows that cause errors; no message may show it
id_columns=id

clean_up() {
    local job
    for job in $(jobs -p); do
        kill -9 "$job" 2>/dev/null
    done
    rm -rf "$work"
}
trap clean_up EXIT

skip() {
    echo "skipped: $1"
    exit 77
}

fail() {
    echo "FAILED: ${case_name:-}: $1"
    failures=$((failures + 1))
}

finish() {
    [ "$failures" = 0 ] || exit 1
    exit 0
}

free_port() {
    python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

# A study whose nets are small and quickly trained: what is tested here is the run.
make_data() { # folder, people
    "$CS_PROGRAM" demo-data "$1" --people "$2" >/dev/null &&
        sed -i 's/^generator:.*/generator: {kind: vae, latent: 4, layers: [16], epochs: 1, rounds: 2, train_on: both}/' \
            "$1/study.yaml"
}

write_node() { # folder, party, address line
    printf '%s\n' "party: $2" "data: $2.csv" "id: $id_columns" 'key: key' "$3" \
        'output: out' 'ledger: ledger.db' 'timeout: 20' 'wait: 20' 'reconnect: 3' >"$1/$2/node.yaml"
}

make_private() { # folder
    python3 "$CS_SOURCE_DIR/tests/e2e/people.py" split "$1" &&
        sed -i 's/^link:.*/link: private\nidentifiers: [email, {kind: phone, country: "49"}]/' \
            "$1/study.yaml"
    id_columns='[email, phone]'
}

# What both hosts have: each its file and its key, both the study.
hand_out() {
    local base=$work/base party
    for party in a b; do
        mkdir -p "$base/$party"
        cp "$work/data/$party.csv" "$base/$party/"
        "$CS_PROGRAM" keygen --out "$base/$party/key" >"$base/$party.fingerprint" || exit 1
    done
    printf 'parties: {a: {fingerprint: "%s"}, b: {fingerprint: "%s"}}\n' \
        "$(cat "$base/a.fingerprint")" "$(cat "$base/b.fingerprint")" >>"$work/data/study.yaml"
    cp "$work/data/study.yaml" "$base/a/"
    cp "$work/data/study.yaml" "$base/b/"
}

set_base() { # people
    make_data "$work/data" "${1:-1000}" || exit 1
    hand_out
}

set_private_base() { # people
    make_data "$work/data" "${1:-1000}" && make_private "$work/data" || exit 1
    hand_out
}

# A new case: $here is its folder, with a/ and b/.
begin() { # words
    case_name=$1
    here=$work/case-$BASHPID
    rm -rf "$here"
    cp -R "$work/base" "$here"
    local address
    address=tcp://127.0.0.1:$(free_port)
    write_node "$here" a "listen: $address"
    write_node "$here" b "connect: $address"
}

# How long this party waits for a peer that does not come.
impatient() { # party
    sed -i 's/^wait:.*/wait: 2/' "$here/$1/node.yaml"
}

# With the words in node_words besides.
node() { # party, more words
    local party=$1
    shift
    timeout 120 "$CS_PROGRAM" run "$here/$party/study.yaml" "$here/$party/node.yaml" \
        ${log_words:---log plain} ${node_words:-} "$@"
}

# With the words in options_a and options_b besides.
run_both() {
    # shellcheck disable=SC2086  # words
    node a ${options_a:-} >"$here/a.log" 2>&1 &
    local a=$!
    # shellcheck disable=SC2086
    node b ${options_b:-} >"$here/b.log" 2>&1
    code_b=$?
    wait "$a"
    code_a=$?
}

# One node is ended in a stage; the other must find out by itself.
end_one() { # stage, signal, party that is ended
    local other=a code code_other job
    [ "$3" = b ] || other=b
    node "$other" >"$here/$other.log" 2>&1 &
    job=$!
    "$CS_SOURCE_DIR/tests/e2e/end_in_stage.py" "$1" "$2" "$here/$3.log" \
        "$CS_PROGRAM" run "$here/$3/study.yaml" "$here/$3/node.yaml" --log plain ${node_words:-}
    code=$?
    wait "$job"
    code_other=$?
    code_a=$code code_b=$code_other
    [ "$3" = a ] || code_a=$code_other code_b=$code
}

last_words() { # party
    grep -s '^cosynth: ' "$here/$1.log" | tail -1
}

say_outcome() {
    echo "$case_name: exit codes $code_a, $code_b"
    echo "    a: $(last_words a)"
    echo "    b: $(last_words b)"
}

expect_codes() { # of a, of b
    say_outcome
    [ "$code_a" = "$1" ] && [ "$code_b" = "$2" ] || {
        fail "exit codes $code_a and $code_b, not $1 and $2"
        tail -n 40 "$here/a.log" "$here/b.log"
    }
}

expect_words() { # party, extended regular expression
    last_words "$1" | grep -Eq -- "$2" || fail "$1 does not say: $2"
}

expect_same() { # what, one, other
    [ -n "$2" ] && [ "$2" = "$3" ] || fail "$1: '$2' and '$3'"
}

# Neither an output, nor what was to become one. What a run that was cut has to go on
# with is neither.
expect_no_output() { # parties
    local party left
    for party in "$@"; do
        left=$(find "$here/$party/out" -mindepth 1 ! -name .checkpoint 2>/dev/null)
        [ -z "$left" ] || fail "$party left files: $left"
    done
}

expect_outputs() {
    local party name
    for party in a b; do
        for name in synthetic.csv report.html report.txt report.json receipt.json measured.json model.cosynth study.yaml; do
            [ -s "$here/$party/out/$name" ] || fail "$party has no $name"
        done
        [ -z "$(find "$here/$party/out" -name '.part*')" ] || fail "$party has a part left"
    done
}

expect_no_value_told() {
    ! grep -il "$marker" "$here"/[ab].log || fail 'a value of a row is in what a node says'
}

# Of people.py's: in no notation, in nothing a node says or keeps but its own input.
expect_no_identifier_told() {
    local party
    for party in a b; do
        python3 "$CS_SOURCE_DIR/tests/e2e/people.py" texts "$here/$party/$party.csv"
    done >"$here/identifiers"
    [ -s "$here/identifiers" ] || fail 'there are no identifiers to look for'
    ! grep -rilF -f "$here/identifiers" "$here"/[ab].log "$here"/[ab]/out "$here"/[ab]/ledger.db* ||
        fail 'an identifier is in one of these'
}

has_browser() {
    command -v chromium chromedriver >/dev/null && /usr/bin/python3 -c 'import selenium' 2>/dev/null
}

# A page that a reader can read: see browse.py.
expect_page() { # file
    has_browser || return 0
    "$CS_SOURCE_DIR/tests/e2e/browse.py" "$1" || fail "$1: see above"
}

# A value of a JSON file, by its path of keys.
json() { # file, keys
    python3 -c 'import json, sys
value = json.load(open(sys.argv[1]))
for key in sys.argv[2:]:
    value = value[key]
print(json.dumps(value))' "$@"
}

# Changes a party's rows: Python that finds them in `rows`, the header first.
edit_rows() { # party, python
    python3 - "$here/$1/$1.csv" "$2" "$marker" <<'END'
import csv, sys

path, change, marker = sys.argv[1:]
rows = list(csv.reader(open(path, newline="")))
column = {name: i for i, name in enumerate(rows[0])}
exec(change)
csv.writer(open(path, "w", newline=""), lineterminator="\n").writerows(rows)
END
}

# One party's file is not usable: it says so, the other that nobody came.
refused() { # words, party, what it says, python
    begin "$1"
    local other=b codes='2 4'
    [ "$2" = a ] || { other=a codes='4 2'; }
    impatient "$other"
    edit_rows "$2" "$4"
    run_both
    # shellcheck disable=SC2086  # two codes
    expect_codes $codes
    expect_words "$2" "load: the input is not usable: .*$2\.csv.*$3"
    expect_words "$other" 'hello: the peer did not answer in time: '
    expect_no_output a b
    expect_no_value_told
}
