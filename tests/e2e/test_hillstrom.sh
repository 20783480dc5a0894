#!/bin/bash
# Real data, the same people in the same order at both.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hillstrom.sh"
expect_hillstrom aligned 1
expect_page "$work/out/report.html"
finish
