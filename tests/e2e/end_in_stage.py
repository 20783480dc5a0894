#!/usr/bin/env python3
"""Runs a node and ends it by a signal in a stage of its run, for certain.

    end_in_stage.py STAGE SIGNAL LOG COMMAND [WORD...]

The node's standard error is a pipe that holds one line: a node that has more to say waits
until the last line is read. So it is at most at the end of the stage whose first line was
read last. In the last stage nothing would hold it before its files appear: there it is
ended while it waits to say the stage's first line. Exits as a shell would, 128 + SIGNAL."""
import fcntl, os, select, signal, subprocess, sys, time

F_SETPIPE_SZ = 1031
LAST, BEFORE_LAST = "publish", "report"

stage, number, log_path, *command = sys.argv[1:]
number = getattr(signal, "SIG" + number)
lines, node_end = os.pipe2(os.O_DIRECT | os.O_CLOEXEC)
fcntl.fcntl(node_end, F_SETPIPE_SZ, os.sysconf("SC_PAGESIZE"))
node = subprocess.Popen(command, stderr=node_end, stdout=subprocess.DEVNULL)
os.close(node_end)

log = open(log_path, "wb", buffering=0)
awaited = (BEFORE_LAST if stage == LAST else stage).encode()
while line := os.read(lines, 65536):
    log.write(line)
    words = line.split()
    if words[-1:] == [b"..."] and words[-2] == awaited:
        if stage == LAST:
            select.select([lines], [], [])  # the line that ends the stage before
        time.sleep(0.2)
        node.send_signal(number)
        break
while line := os.read(lines, 65536):
    log.write(line)
code = node.wait()
sys.exit(128 - code if code < 0 else code)
