#!/bin/bash
# Real data in orders of their own: 70 % of the people at both, 20 % at a alone, 10 % at b.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hillstrom.sh"
expect_hillstrom private 1.25 --shuffle --only-a 0.2 --only-b 0.1
finish
