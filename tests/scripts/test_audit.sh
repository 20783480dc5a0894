#!/bin/sh
# scripts/audit on few runs: it must believe the program, and find out one without noise;
# and its faults can be planted.
set -eu
cd "$CS_SOURCE_DIR"
command -v python3 >/dev/null && command -v patch >/dev/null || exit 77
for fault in tests/audit/*.patch; do
    patch -p1 -s --dry-run --force -i "$fault" || { echo "$fault does not fit any more"; exit 1; }
done
scripts/audit --build "$(dirname "$CS_PROGRAM")" --runs 4 --trials 200 --epsilon 3 --skip-faults
