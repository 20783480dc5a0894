#!/usr/bin/env python3
"""Kills nodes at random moments, starts them again, and looks at what comes of it.

usage: crash.py BASE RUNS SEED

BASE has a/ and b/, as tests/e2e/lib.sh makes them. Each run takes a copy. One node, the
other, or both are killed (-9), once or more; whichever is not done is started again, as a
service manager would. Of each run must hold:

- both end well with all outputs and the same people, and nothing else is left there; or
  a node refuses to go on, in words, with the code of its own fault or the other party's
- tables that were opened before a kill, as `cosynth status` tells, are those of the receipt
- either ledger verifies, and has this one run alone
"""

import collections
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time

PROGRAM = os.environ["CS_PROGRAM"]
PARTIES = "ab"
OUTPUTS = {"measured.json", "model.cosynth", "receipt.json", "report.html", "report.json",
           "report.txt", "study.yaml", "synthetic.csv"}
STAGES = ["load", "hello", "link", "measure", "fit", "train", "judge", "propose", "refit", "emit",
          "report", "publish"]
STARTS_MAX = 12  # of a node
KILLS_MAX = 3    # of a run


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def tell(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True)


class Node:
    def __init__(self, folder, party):
        self.folder, self.party = os.path.join(folder, party), party
        self.process, self.code, self.starts, self.killed = None, None, 0, 0
        self.opened = set()

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def start(self):
        self.starts += 1
        self.code = None
        with open(self.path("log"), "ab") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "run", self.path("study.yaml"), self.path("node.yaml"), "--log", "plain"],
                stdout=log, stderr=log)

    def runs(self):
        if self.process is not None and self.process.poll() is not None:
            self.code, self.process = self.process.returncode, None
        return self.process is not None

    def kill(self):
        if not self.runs():
            return
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.runs()
        self.killed += 1
        self.note_tables()

    def status(self):
        return dict(line.split(None, 1) for line in
                    tell("status", self.path("node.yaml")).stdout.splitlines() if " " in line)

    def note_tables(self):
        tables = self.status().get("tables")
        if tables:
            self.opened.add(tables.strip())

    def receipt(self):
        with open(self.path("out", "receipt.json")) as stream:
            return json.load(stream)

    def has_begun(self, stage):
        with open(self.path("log"), errors="replace") as stream:
            return any(line.split()[-2:] == [stage, "..."] for line in stream)

    def goes_on(self):
        return os.path.exists(self.path("out", ".checkpoint"))

    def has_outputs(self):
        return OUTPUTS <= set(os.listdir(self.path("out"))) if os.path.isdir(self.path("out")) else False

    def is_done(self):
        """Also if it was killed just before it would have ended."""
        return self.has_outputs() and not self.goes_on()

    def refuses(self):
        return self.code in (2, 3)

    def last_words(self):
        with open(self.path("log"), errors="replace") as stream:
            return [line for line in stream if line.startswith("cosynth: ")][-1:]


def prepare(base, folder):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    address = f"tcp://127.0.0.1:{free_port()}"
    for party, line in zip(PARTIES, (f"listen: {address}", f"connect: {address}")):
        with open(os.path.join(folder, party, "node.yaml"), "w") as stream:
            stream.write("\n".join([f"party: {party}", f"data: {party}.csv", "id: id", "key: key", line,
                                    "output: out", "ledger: ledger.db", "timeout: 5", "wait: 8",
                                    "reconnect: 2", "threads: 1", ""]))
    return [Node(folder, party) for party in PARTIES]


def seconds_of_a_run(base, folder):
    nodes = prepare(base, folder)
    start = time.monotonic()
    for node in nodes:
        node.start()
    while any([node.runs() for node in nodes]):
        time.sleep(0.005)
    if [node.code for node in nodes] != [0, 0]:
        sys.exit("".join(word for node in nodes for word in node.last_words()))
    return time.monotonic() - start


class Kill:
    """At a moment of the run; or a moment after its victim, or the first of two, begins a stage."""

    def __init__(self, rng, seconds):
        self.victims = rng.choice(["a", "b", "ab"])
        self.stage = rng.choice(STAGES) if rng.random() < 0.7 else None
        self.delay = rng.uniform(0, 0.1 if self.stage else seconds)

    def __str__(self):
        return f"{self.victims} {self.delay:.3f} s into {self.stage or 'the run'}"

    def is_due(self, nodes, seconds):
        if self.stage is None:
            return seconds >= self.delay
        if any(node.has_begun(self.stage) for node in nodes if node.party in self.victims):
            time.sleep(self.delay)
            return True
        return False


def draw_kills(rng, seconds):
    return [Kill(rng, seconds) for _ in range(1 + sum(rng.random() < 0.3 for _ in range(KILLS_MAX - 1)))]


def start_again(nodes):
    """As a service manager does; a node that is done is needed as long as its peer is not."""
    for node in nodes:
        if not node.runs() and not node.is_done() and not node.refuses() and node.starts < STARTS_MAX:
            node.start()


def is_over(nodes):
    if any([node.runs() for node in nodes]):
        return False
    return (all(node.code == 0 or node.is_done() for node in nodes) or any(node.refuses() for node in nodes) or
            any(node.starts >= STARTS_MAX for node in nodes))


def play(nodes, kills, patience):
    begun = time.monotonic()
    for node in nodes:
        node.start()
    while not is_over(nodes):
        now = time.monotonic() - begun
        if now > patience:
            return "did not end"
        if kills and kills[0].is_due(nodes, now):
            for node in nodes:
                if node.party in kills[0].victims:
                    node.kill()
            kills.pop(0)
        start_again(nodes)
        time.sleep(0.005)
    return None


def check_ledger(node):
    said = tell("ledger", "verify", node.path("ledger.db"))
    if said.returncode != 0:
        return f"{node.party}: the ledger does not verify: {said.stdout}{said.stderr}"
    listed = json.loads(tell("ledger", "export", node.path("ledger.db")).stdout)
    if len(listed["runs"]) != 1:
        return f"{node.party}: {len(listed['runs'])} runs are charged"
    return None


def check_outputs(nodes):
    for node in nodes:
        left = set(os.listdir(node.path("out")))
        if left - {".checkpoint"} != OUTPUTS:
            return f"{node.party}: {sorted(left)}"
        tables = node.receipt()["tables_digest"]
        if node.opened - {tables}:
            return f"{node.party}: other tables were opened before a kill"
    a, b = (node.receipt() for node in nodes)
    for key in ("run_id", "tables_digest", "population_digest", "study_digest"):
        if a[key] != b[key]:
            return f"receipts differ in {key}"
    return None


def judge(nodes):
    """What came of the run; a finding begins with `BAD`."""
    for node in nodes:
        if os.path.exists(node.path("ledger.db")):
            found = check_ledger(node)
            if found:
                return f"BAD {found}"
    if any(node.refuses() for node in nodes):
        words = "".join(word for node in nodes for word in node.last_words())
        return "refused: " + words if words else "BAD no words"
    if any(node.code != 0 and not node.is_done() for node in nodes):
        return f"BAD codes {[node.code for node in nodes]}"
    found = check_outputs(nodes)
    return f"BAD {found}" if found else "whole"


def main():
    base, runs, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    folder = os.path.join(os.path.dirname(os.path.abspath(base)), "crash")
    rng = random.Random(seed)
    seconds = seconds_of_a_run(base, folder)
    tally, killed, opened, bad = collections.Counter(), 0, 0, 0
    for run in range(runs):
        nodes = prepare(base, folder)
        kills = draw_kills(rng, seconds)
        words = ", ".join(map(str, kills))
        outcome = play(nodes, kills, 30 * seconds + 120)
        outcome = judge(nodes) if outcome is None else f"BAD {outcome}"
        killed += sum(node.killed for node in nodes)
        opened += any(node.opened for node in nodes)
        tally[outcome.split(":")[0]] += 1
        if outcome.startswith("BAD") or outcome.startswith("refused"):
            print(f"run {run}, kills {words}: {outcome}", flush=True)
        if outcome.startswith("BAD"):
            bad += 1
            shutil.copytree(folder, f"{folder}-bad-{run}", dirs_exist_ok=True)
    print(f"a run takes {seconds:.1f} s; {runs} runs, {killed} kills, {opened} runs after tables were opened; "
          + ", ".join(f"{n} {what}" for what, n in sorted(tally.items())))
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
