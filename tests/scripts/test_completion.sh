#!/bin/bash
# The completion for bash offers what the parser takes: for each command the options of its
# table, no more and no fewer; words that an option may have are those of its help.
set -u

source_dir=$CS_SOURCE_DIR
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
. "$source_dir/packaging/cosynth.bash"

fail() {
    echo "FAILED: $1"
    failed=1
}

# What is offered after these words, of which the last is being typed; one a line, sorted.
offered() { # words
    COMP_WORDS=(cosynth "$@")
    COMP_CWORD=$#
    _cosynth "$CS_PROGRAM" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    printf '%s\n' "${COMPREPLY[@]}" | sort
}

expect() { # what should be offered, words
    local wanted=$1
    shift
    [ "$(offered "$@" | xargs)" = "$wanted" ] || fail "after $*: $(offered "$@" | xargs), not $wanted"
}

file_of() { # command: where its table is
    grep -l "^    \"$1\",\$" "$source_dir"/party/command_*.c
}

commands=$(sed -n 's/^    "\([a-z-]*\)",$/\1/p' "$source_dir"/party/command_*.c)
[ "$(echo "$commands" | wc -l)" -ge 12 ] || fail "these are not all commands: $commands"

expect "$(printf '%s\n' "$commands" help --help --version | sort | xargs)" ''
expect 'keygen' key
expect "$(echo "$commands" | sort | xargs)" help ''

for command in $commands; do
    { grep -oE '\.name = "[a-z-]+"' "$(file_of "$command")" | cut -d'"' -f2; echo help; } |
        sed 's/^/--/' | sort -u >"$work/table"
    offered "$command" -- >"$work/offered"
    diff "$work/table" "$work/offered" || fail "$command: not what its table has"
    while read -r option; do
        for word in $(_cosynth_words "$CS_PROGRAM" "$command" "$option"); do
            "$CS_PROGRAM" "$command" --help | grep -qw -- "$word" ||
                fail "$command $option: its help has no word $word"
        done
    done <"$work/offered"
done

expect 'export show verify' ledger ''
expect 'epsilon plan' privacy ''
expect 'plain' run --log p
expect 'plain' run --log = p
expect 'auto json none plain' run --log =
expect 'debug' run --log-level d
expect '--output-dir' run --out
expect 'html json text' evaluate --format ''
expect 'aligned private' demo-data d --link ''

cd "$work" || exit 1
mkdir keys && touch study.yaml 'a b.csv'
expect 'keys' keygen --out k
expect '' keygen --out s
expect 'study.yaml' run s
expect 'study.yaml' run --watch s
expect '' run --threads s
[ "$(offered run 'a ')" = 'a b.csv' ] || fail 'a blank in a name is lost'
exit $failed
