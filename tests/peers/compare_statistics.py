#!/usr/bin/env python3
"""Growth models and scales of the product beside R, on the same files, in turn. Standard library only.

compare_statistics.py FOLDER [--schakel PATH] [--pairs 3] [--only growth-intercept|growth-slope|scales]...

FOLDER is what statistics_workload.py made. Timed are whole processes, as in compare.py: processor seconds, user and system
together, product and peer in turn, the median of the ratios. Then the numbers of both are held beside each other.
"""

import argparse
import csv
import pathlib
import shutil
import statistics
import sys
import tempfile

from compare import run

HERE = pathlib.Path(__file__).resolve().parent
WEIGHT = {"weight0.3": "weight[0.3]", "weight1.2": "weight[1.2]"}


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def growth(folder, place, of_pupil):
    """The folder to analyse, the peer's command, and what to compare."""
    study = place / "study"
    study.mkdir()
    (study / "scores.csv").symlink_to((folder / "pupils/scores.csv").resolve())
    model = "model_slope.toml" if of_pupil == "slope" else "model.toml"
    shutil.copy(folder / "pupils" / model, study / "model.toml")
    peer = ["Rscript", str(HERE / "growth_lme4.R"), str(study / "scores.csv"), of_pupil, str(place / "peer.csv")]

    def values():
        theirs = {}
        for row in rows(place / "peer.csv"):
            theirs[WEIGHT.get(row["term"], row["term"])] = float(row["estimate"])
        ours = {row["term"]: float(row["estimate"]) for row in rows(place / "out/models.csv") if row["kind"] in ("fixed", "criterion")}
        criterion = [float(row["estimate"]) for row in rows(place / "out/models.csv") if row["kind"] == "criterion"]
        ours["criterion"] = criterion[0]
        return ours, theirs

    return study, peer, values


def scales(folder, place):
    study = folder / "scales"
    peer = ["Rscript", str(HERE / "scales_psych.R"), str(study), str(place / "peer.csv"), "1"]

    def values():
        theirs = {}
        for row in rows(place / "peer.csv"):
            for measure in ("alpha_pairwise", "omega_total", "icc_1", "icc_2", "rwg_j_median"):
                theirs[row["scale"] + " " + measure] = float(row[measure])
        ours = {}
        for row in rows(place / "out/scale_measures.csv"):
            if row["group"] == "" and row["value"] != "" and not row.get("item"):
                ours[row["scale"] + " " + row["measure"]] = float(row["value"])
        return ours, theirs

    return study, peer, values


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--schakel", default=str(HERE.parents[1] / "target/release/schakel"))
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--only", action="append", choices=("growth-intercept", "growth-slope", "scales"))
    given = parser.parse_args()
    if shutil.which("Rscript") is None:
        sys.exit("SKIPPED: Rscript is not installed")
    print(f"{'question':<18} {'product s':>10} {'peer s':>9} {'ratio':>8} {'least':>8} {'most':>8} {'MiB':>6} {'peer':>6}")
    for question in given.only or ("growth-intercept", "growth-slope", "scales"):
        with tempfile.TemporaryDirectory() as temporary:
            place = pathlib.Path(temporary)
            if question == "scales":
                study, peer, values = scales(given.folder, place)
            else:
                study, peer, values = growth(given.folder, place, question.removeprefix("growth-"))
            product = [given.schakel, "analyse", str(study), "--out", str(place / "out"), "--no-html", "--cores", "1"]
            pairs, memory = [], [0.0, 0.0]
            for _ in range(given.pairs):
                ours, theirs = run(product), run(peer)
                pairs.append((ours[0], theirs[0]))
                memory = [max(memory[0], ours[1]), max(memory[1], theirs[1])]
            ratios = [theirs / ours for ours, theirs in pairs]
            middle = [statistics.median(side) for side in zip(*pairs)]
            print(f"{question:<18} {middle[0]:>10.3f} {middle[1]:>9.2f} {statistics.median(ratios):>8.1f} {min(ratios):>8.1f} "
                  f"{max(ratios):>8.1f} {memory[0]:>6.0f} {memory[1]:>6.0f}", flush=True)
            ours, theirs = values()
            for name, theirs_value in theirs.items():
                if name not in ours:
                    print(f"    {name:<40} {'-':>16} {theirs_value:>16.8g}")
                    continue
                apart = abs(ours[name] - theirs_value) / max(1.0, abs(theirs_value))
                print(f"    {name:<40} {ours[name]:>16.8g} {theirs_value:>16.8g} {apart:>10.1e}")


if __name__ == "__main__":
    main()
