#!/bin/sh
# scripts/check-layers notices each kind of violation: one is planted at a time, in a copy.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

plant() { # file, the line to plant, what the check must say
    rm -rf "$work/tree"
    mkdir "$work/tree"
    (cd "$CS_SOURCE_DIR" && cp -R crypto model protocol party "$work/tree")
    echo "$2" >>"$work/tree/$1"
    if "$CS_SOURCE_DIR/scripts/check-layers" "$work/tree" >"$work/said" 2>&1; then
        echo "not noticed: $2 in $1"
        failed=1
    elif ! grep -qF "$3" "$work/said" || ! grep -qF "$1" "$work/said"; then
        echo "noticed, but not said where and why: $2 in $1"
        cat "$work/said"
        failed=1
    fi
}

"$CS_SOURCE_DIR/scripts/check-layers" "$CS_SOURCE_DIR"
plant crypto/share.c '#include "model/study.h"' 'crypto/ may not include'
plant model/study.c '#include "protocol/channel.h"' 'model/ may not include'
plant protocol/measure.c '#include "party/job.h"' 'protocol/ may not include'
plant party/job.c '#include "proto/cosynth.pb-c.h"' 'packed and unpacked in one place'
plant model/fit.c 'randombytes_buf(x, 8);' 'struct cs_rng'
plant protocol/measure.c 'cs_share_join32(x, a, b, n);' 'protocol/reveal.c'
plant model/fit.c 'printf("%d", x);' 'only party/ speaks'
plant model/matrix.h '#include <cblas.h>' 'third-party'
plant protocol/train.c 'cs_curve_add(curve, loss);' 'only work on private results'
exit $failed
