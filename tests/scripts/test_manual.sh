#!/bin/sh
# The manual: mandoc has nothing to say against a page, and
# the overview says of a command what the program says. A page with a fault is the control.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
pages=$CS_SOURCE_DIR/docs/man
failed=0

fail() {
    echo "FAILED: $1"
    failed=1
}

for page in "$pages"/*.1; do
    mandoc -T lint -W warning "$page" || fail "$page has a fault"
done
{ cat "$pages/cosynth-run.1"; echo '.El'; } >"$work/broken.1"
! mandoc -T lint -W warning "$work/broken.1" >"$work/said" || fail 'a list that nobody began is not noticed'

mandoc -T html "$pages/cosynth-check.1" | grep -q 'data-dir' ||
    fail 'cosynth-check(1) does not show the options of run'

"$CS_PROGRAM" --help | sed -n 's/^  cosynth \([a-z-]*\)  *\(.*\)/\1 \2/p' >"$work/commands"
[ -s "$work/commands" ] || fail 'there are no commands'
while read -r command summary; do
    grep -A1 "^\.It Xr cosynth-$command 1\$" "$pages/cosynth.1" | grep -qFx "$summary." ||
        fail "cosynth(1) does not say of $command: $summary."
    "$CS_PROGRAM" help "$command" | cmp -s - "$work/help" && fail "help $command is another's"
    "$CS_PROGRAM" help "$command" >"$work/help"
    "$CS_PROGRAM" "$command" --help | cmp -s - "$work/help" || fail "help $command differs"
done <"$work/commands"
code=0
"$CS_PROGRAM" help nothing >"$work/said" 2>&1 || code=$?
[ "$code" = 2 ] || fail "help of no command: exit code $code"
exit $failed
