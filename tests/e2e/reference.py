"""reference.py REF.json DIR: are the metrics in DIR/none.json, DIR/synthcity.json and
DIR/features.json, which is without the target column, those of the reference, which
synthcity's own evaluators and exact definitions gave?"""
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
    ("synthcity", "nearest_syn_neighbor_distance.mean",
     "synthcity nearest_syn_neighbor_distance mean", None),
    ("synthcity", "close_values_probability.score", "synthcity close_values_probability score",
     None),
    ("synthcity", "distant_values_probability.score",
     "synthcity distant_values_probability score", None),
    ("synthcity", "max_mean_discrepancy.joint", "synthcity mmd_rbf joint", None),
    ("synthcity", "max_mean_discrepancy_linear.joint", "synthcity mmd_linear joint", None),
    ("synthcity", "max_mean_discrepancy_polynomial.joint", "synthcity mmd_polynomial joint", None),
    ("synthcity", "prdc.precision", "synthcity prdc precision", None),
    ("synthcity", "prdc.recall", "synthcity prdc recall", None),
    ("synthcity", "prdc.density", "synthcity prdc density", None),
    ("synthcity", "prdc.coverage", "synthcity prdc coverage", None),
    ("synthcity", "wasserstein_dist.joint", "synthcity wasserstein_dist(sinkhorn) joint", None),
    ("synthcity", "identifiability_score.score", "synthcity identifiability_score score", None),
    ("features", "delta_precision_alpha_naive",
     "synthcity alpha_precision delta_precision_alpha_naive", None),
    ("features", "delta_coverage_beta_naive",
     "synthcity alpha_precision delta_coverage_beta_naive", None),
    ("features", "authenticity", "synthcity alpha_precision authenticity_naive", None),
    ("none", "max_mean_discrepancy.joint", "exact mmd2_rbf_minmax gamma=1_biased", None),
    ("none", "prdc.precision", "exact prdc_k5_minmax precision", None),
    ("none", "prdc.recall", "exact prdc_k5_minmax recall", None),
    ("none", "prdc.density", "exact prdc_k5_minmax density", None),
    ("none", "prdc.coverage", "exact prdc_k5_minmax coverage", None),
    ("none", "dcr.mean", "exact dcr_syn_to_real_minmax mean", None),
    ("none", "dcr.5th_percentile", "exact dcr_syn_to_real_minmax 0.05", None),
    ("none", "dcr_real.5th_percentile", "exact dcr_real_to_real_minmax 0.05", None),
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
    found = {form: metrics(f"{folder}/{form}.json") for form in ("none", "synthcity", "features")}
    bad = 0
    for form, name, path, change in COMPARED:
        value = json.load(open(reference))
        for key in path.split():
            value = value[key.replace("_biased", " biased")]
        value = change(value) if change else value
        if not abs(found[form][name] - value) <= 1e-9 * max(1, abs(value)):
            print(f"{form}: {name} is {found[form][name]}, the reference {value}")
            bad = 1
    return bad


sys.exit(main())
