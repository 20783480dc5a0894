#!/bin/sh
# scripts/faults, on a few calls: each run ends as it should, and what would be wrong is seen.
set -eu
[ "$(uname -sm)" = 'Linux x86_64' ] || exit 77
"$CS_SOURCE_DIR/scripts/faults" --control
"$CS_SOURCE_DIR/scripts/faults" --party a --sample 300 malloc
"$CS_SOURCE_DIR/scripts/faults" --party b --sample 37 open write rename receive
