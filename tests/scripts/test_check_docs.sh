#!/bin/sh
# scripts/check-docs notices each kind of drift: one is planted at a time, in a copy.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

copy() {
    rm -rf "$work/tree"
    mkdir "$work/tree"
    (cd "$CS_SOURCE_DIR" && cp -R crypto model protocol party proto tests scripts docs *.md \
        CMakeLists.txt CMakePresets.json "$work/tree")
}

expect() { # what the check must say
    if "$work/tree/scripts/check-docs" >"$work/said" 2>&1; then
        echo "not noticed: $1"
        failed=1
    elif ! grep -qF "$1" "$work/said"; then
        echo "noticed, but not said: $1"
        cat "$work/said"
        failed=1
    fi
}

plant() { # file, the line to plant, what the check must say
    copy
    echo "$2" >>"$work/tree/$1"
    expect "$3"
}

strike() { # file, the text to strike from it, what the check must say
    copy
    sed -i "s|$2||g" "$work/tree/$1"
    expect "$3"
}

copy
"$work/tree/scripts/check-docs"

# The words are put together here: in one piece they would be found in this file.
gone=cs_was_once
plant docs/PROTOCOL.md "\`${gone}_here\`" "${gone}_here is named"
plant docs/PRIVACY.md '`party/gone.c`' 'party/gone.c is named'
lost=docs/LOST
plant model/fit.h "/* $lost.md */" "$lost.md is named in the code"
plant crypto/new.h '' 'crypto/new.h is not in the map'
plant party/receipt.c '"fresh_key"' 'no word on fresh_key'
plant party/command_run.c '{ .name = "stray" }' 'no option --stray'
plant docs/man/cosynth-run.1 '.It Fl -stale Ar N' 'there is no option --stale'
plant docs/man/cosynth-run.1 '.Xr cosynth-walk 1' 'cosynth-walk(1) is referred to'
plant party/command_run.c '    "walk",' 'cosynth-walk.1: there is no such page'
strike docs/TESTING.md '`crypto/vole.h`' 'no word on whether crypto/vole.h'
strike docs/PRIVACY.md 'MASK_KEY' 'no word on the frame MASK_KEY'
strike docs/man/cosynth.1 '^.It Xr cosynth-keygen 1$' 'no command keygen'
strike docs/RECEIPT.md 'plan_digest' 'no word on plan_digest'
exit $failed
