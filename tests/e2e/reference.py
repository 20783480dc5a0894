"""reference.py REF.json DIR: are the metrics in DIR/none.json and DIR/synthcity.json those
of the reference, which synthcity's own evaluators and exact definitions gave?"""
import json
import sys

# The form, the metric, where the reference is, and what it becomes here.
COMPARED = [
    ("synthcity", "inv_kl_divergence.marginal", "synthcity inv_kl_divergence marginal", None),
    ("synthcity", "ks_test.marginal", "synthcity ks_test marginal", None),
    ("synthcity", "chi_squared_test.marginal", "synthcity chi_squared_test marginal", None),
    ("synthcity", "jensenshannon_dist.marginal", "synthcity jensenshannon_dist marginal", None),
    ("synthcity", "common_rows_proportion.score", "synthcity common_rows_proportion score", None),
    ("synthcity", "data_mismatch.score", "synthcity data_mismatch score", None),
    ("none", "ks_test.marginal", "exact mean_over_columns ks", lambda ks: 1 - ks),
    ("none", "Column Shapes", "exact mean_over_columns ks", lambda ks: 1 - ks),
    ("none", "wasserstein_1d.marginal", "exact mean_over_columns wasserstein1_minmax", None),
]


def metrics(path):
    return {
        m["name"]: m["value"] for g in json.load(open(path))["groups"] for m in g["metrics"]
    }


def main():
    reference, folder = sys.argv[1:]
    found = {form: metrics(f"{folder}/{form}.json") for form in ("none", "synthcity")}
    bad = 0
    for form, name, path, change in COMPARED:
        value = json.load(open(reference))
        for key in path.split():
            value = value[key]
        value = change(value) if change else value
        if not abs(found[form][name] - value) <= 1e-9 * max(1, abs(value)):
            print(f"{form}: {name} is {found[form][name]}, the reference {value}")
            bad = 1
    return bad


sys.exit(main())
