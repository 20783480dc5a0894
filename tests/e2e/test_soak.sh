#!/bin/sh
# scripts/soak, on a few runs: nothing grows, and what would is seen.
set -eu
"$CS_SOURCE_DIR/scripts/soak" --runs 7 --at-once 2
