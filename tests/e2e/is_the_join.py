#!/usr/bin/env -S python3 -B
"""Compares what a run has put out with the join of two files in the clear.

    is_the_join.py HERE A.csv B.csv         HERE/a and HERE/b: outputs, study, log of both

Each bound is six standard deviations of the noise, as the outputs themselves say it. Without
any, what is counted is as it is in the join; a rate of synthetic people may be off by FIT."""
import collections, json, sys

import people

FIT = 0.005

here, *paths = sys.argv[1:]
rows = dict(zip("ab", map(people.read, paths)))
found = people.linked(rows["a"], rows["b"])
n_people = {"a": len(rows["a"]), "b": len(rows["b"]), "both": len(found) - found.count(None)}
arms = collections.Counter(row["arm"] for row in rows["a"])
cells = collections.Counter(
    (row["arm"], other["converted"]) for row, other in zip(rows["a"], found) if other)


def output(path):
    return json.load(open(f"{here}/{path}"))


def near(what, value, true, variance, slack=0):
    assert abs(value - true) <= 6 * variance**0.5 + 1e-9 + slack, (what, value, true, variance)
    print(f"    {what}: {value:.4g}, {true:.4g} in the join")


def compare_cells():
    table = next(t for t in output("a/out/measured.json")["tables"]
                 if t["columns"] == ["arm", "converted"])
    names = [(arm, yes) for arm in ("test", "control", "neither", "other")
             for yes in ("no", "yes", "other")]
    assert len(names) == len(table["cells"])
    for name, count in zip(names, table["cells"]):
        near(" ".join(name), count, cells[name], 2 * table["s2_q16"] / 65536)


def compare_report(report):
    for where, n in n_people.items():
        measured = report["people"][where]
        near(f"people, {where}", measured["people"], n, measured["variance_noise"])
        n_synthetic = sum(m for at, m in report["people"]["synthetic"].items()
                          if at in ("both", f"only_{where}"))
        near(f"synthetic people, {where}", n_synthetic, n, measured["variance_noise"])
    excluded = "unlinked: excluded" in open(f"{here}/a/study.yaml").read()
    for arm in "test", "control":
        n_yes, n_no = cells[arm, "yes"], cells[arm, "no"]
        n = n_yes + n_no if excluded else arms[arm]
        for kind in "direct", "synthetic":
            rate = report["answers"][0][kind][arm]
            slack = 0 if kind == "direct" or report["privacy"]["private"] else FIT
            near(f"{arm}, {kind}", rate["rate"], n_yes / n, rate["variance_noise"], slack)


def compare_persons(at):
    """`person` is shared by those at both, and by nobody else."""
    persons = {party: [row["person"] for row in people.read(f"{here}/{party}/out/synthetic.csv")]
               for party in "ab"}
    for party, numbers in persons.items():
        assert len(set(numbers)) == len(numbers) == at["both"] + at[f"only_{party}"], (party, at)
    assert len(set(persons["a"]) & set(persons["b"])) == at["both"], at


def compare_notes():
    """What the owner is told, and nobody else."""
    for party in "ab":
        log = open(f"{here}/{party}.log").read()
        for kind, note in people.notes(rows[party]).items():
            assert f"identifier {kind}: {note}\n" in log, (party, kind, note)


report = output("a/out/report.json")
compare_cells()
compare_report(report)
compare_persons(output("a/out/receipt.json")["people_at"])
assert output("b/out/receipt.json")["people_at"] == report["people"]["synthetic"]
compare_notes()
