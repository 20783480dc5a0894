#!/usr/bin/env python3
"""Reads the log of a node that was started with `--log json`.

    read_log.py LOG PARTY EXIT_CODE LEVEL...

Every line is an object with the keys of docs/OPERATING.md, in the order of time, the last
one the exit. Prints the run's id, if it is known at the end. The levels are all that
there may be."""
import json, re, sys

path, party, exit_code, *levels = sys.argv[1:]
lines = [json.loads(line) for line in open(path, encoding="utf-8")]
runs = []
for line in lines:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]), line
    assert line["level"] in levels, line
    assert line["event"] in ("begin", "progress", "end", "note", "exit"), line
    assert line["message"], line
    assert line.get("party", party) == party, line
    runs.append(line.get("run"))
assert [line["time"] for line in lines] == sorted(line["time"] for line in lines)
last = lines[-1]
assert last["event"] == "exit" and last["exit_code"] == int(exit_code), last
assert all(line["event"] != "exit" for line in lines[:-1])

begun = [line["stage"] for line in lines if line["event"] == "begin"]
ended = [line for line in lines if line["event"] == "end"]
assert [line["stage"] for line in ended] == begun[: len(ended)]
for line in ended:
    assert line["seconds"] >= 0
    if line["stage"] == "measure":
        assert line["sent_bytes"] > 0 and line["received_bytes"] > 0 and line["rounds"] > 0
for line in lines:
    if line["event"] == "progress":
        assert 0 <= line["done"] <= 1 and line["stage"] in begun, line

# Not known before the greeting, and the same from then on.
known = [run for run in runs if run is not None]
assert runs == [None] * (len(runs) - len(known)) + known
assert len(set(known)) <= 1 and bool(known) == ("hello" in [l["stage"] for l in ended])
print(known[0] if known else "")
