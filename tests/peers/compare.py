#!/usr/bin/env python3
"""The product beside its peers on the same files, in turn, in the same minutes. Standard library only.

compare.py FOLDER [--schakel PATH] [--level networks|actors] [--pairs 5] [--peer NAME]... [--python NAME=PATH]...

FOLDER holds persons.csv and ties.csv (panel_workload.py makes some). Product and peer run one after the other, as often as
--pairs says. What counts is the processor time of whole processes, user and system together: start, reading and writing
included. The median of the ratios of the pairs is printed, with the largest resident memory, and then how far the values of
both lie apart, so that a peer that was asked another question is seen. A peer that is not installed is skipped, out loud.
"""

import argparse
import csv
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PEERS = {
    "rustworkx": ("panel_rustworkx.py", "rustworkx"),
    "python-igraph": ("panel_igraph.py", "igraph"),
    "igraph": ("panel_igraph.R", "igraph"),
    "sna": ("panel_sna.R", "sna"),
}
# Iterative, and with a scale of its own in every program.
SCALED = {"eigenvector"}


def run(command):
    """Runs to the end: processor seconds, resident MiB."""
    quiet = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=os.environ | quiet)
    said = process.stderr.read().decode(errors="replace")
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with {process.returncode}:\n{said[-2000:]}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def interpreter(peer, pythons):
    """What runs the peer's script, or why nothing does."""
    script, package = PEERS[peer]
    if script.endswith(".R"):
        command, probe = [shutil.which("Rscript")], ["-e", f"library({package}); library(data.table)"]
    else:
        command, probe = [pythons.get(peer, sys.executable)], ["-c", f"import {package}"]
    if command[0] is None:
        return None, "Rscript is not installed"
    tried = subprocess.run(command + probe, capture_output=True, check=False)
    if tried.returncode != 0:
        return None, f"{package} is not installed for {command[0]}"
    return command, None


def table(path, names):
    """Values by key, empty cells left out."""
    found = {}
    if not path.exists() or path.stat().st_size == 0:
        return found
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["value"] not in ("", "NA", "NaN", "Inf"):
                found[tuple(row[name] for name in names)] = float(row["value"])
    return found


def scaled(values):
    """Each network's scores against the largest of them, whatever their sign."""
    largest = {}
    for key, value in values.items():
        largest[key[:3]] = max(largest.get(key[:3], 0.0), abs(value))
    return {key: abs(value) / (largest[key[:3]] or 1.0) for key, value in values.items()}


def apart(ours, theirs):
    """Per measure: values that both have, the largest relative deviation, and where it is."""
    found = {}
    for measure in sorted({key[-1] for key in theirs} & {key[-1] for key in ours}):
        mine = {key: value for key, value in ours.items() if key[-1] == measure}
        other = {key: value for key, value in theirs.items() if key[-1] == measure}
        if measure in SCALED:
            mine, other = scaled(mine), scaled(other)
        both = mine.keys() & other.keys()
        worst, where = 0.0, ""
        for key in both:
            deviation = abs(mine[key] - other[key]) / max(1.0, abs(other[key]))
            if deviation > worst:
                worst, where = deviation, "/".join(key[:-1])
        found[measure] = (len(both), len(mine.keys() ^ other.keys()), worst, where)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--schakel", default=str(HERE.parents[1] / "target/release/schakel"))
    parser.add_argument("--level", choices=("networks", "actors"), default="networks")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--cores", default="1", help="cores of the product; peers have one")
    parser.add_argument("--same-measures", action="store_true", help="the product computes what the peer has and no more: neither other measures nor bounds")
    parser.add_argument("--peer", action="append", choices=PEERS)
    parser.add_argument("--python", action="append", default=[], metavar="NAME=PATH", help="the Python of one peer")
    given = parser.parse_args()
    pythons = dict(choice.split("=", 1) for choice in given.python)
    files = [str(given.folder / "persons.csv"), str(given.folder / "ties.csv")]

    print(f"{'peer':<14} {'product s':>10} {'peer s':>9} {'ratio':>8} {'least':>8} {'most':>8} {'MiB':>6} {'peer':>6}")
    compared = {}
    for peer in given.peer or PEERS:
        command, missing = interpreter(peer, pythons)
        if missing:
            print(f"SKIPPED {peer}: {missing}")
            continue
        with tempfile.TemporaryDirectory() as place:
            own, other = pathlib.Path(place, "product"), pathlib.Path(place, "peer")
            other.mkdir()
            theirs = [*command, str(HERE / PEERS[peer][0]), *files, str(other), given.level]
            ours = [given.schakel, "analyse", str(given.folder), "--out", str(own), "--no-html", "--treatment", "null",
                    "--cores", given.cores]
            ours += ["--no-actors"] if given.level == "networks" else []
            times, memory = [], [0.0, 0.0]
            run(theirs)
            names = [(other / "network_measures.csv", 3), (other / "actor_measures.csv", 4)]
            if given.same_measures:
                ours += ["--no-bounds", "--measures", ",".join(sorted(measures_of(names)))]
            run(ours)
            for _ in range(given.pairs):
                product, product_memory = run(ours)
                taken, peer_memory = run(theirs)
                times.append((product, taken))
                memory = [max(memory[0], product_memory), max(memory[1], peer_memory)]
            ratios = [taken / product for product, taken in times]
            middle = [statistics.median(side) for side in zip(*times)]
            print(f"{peer:<14} {middle[0]:>10.3f} {middle[1]:>9.2f} {statistics.median(ratios):>8.1f} {min(ratios):>8.1f} "
                  f"{max(ratios):>8.1f} {memory[0]:>6.0f} {memory[1]:>6.0f}", flush=True)
            network, person = ("school", "wave", "relation", "measure"), ("school", "wave", "relation", "person", "measure")
            compared[peer] = {}
            for name, key in (("network_measures.csv", network), ("actor_measures.csv", person)):
                compared[peer] |= apart(table(own / name, key), table(other / name, key))
    for peer, measures in compared.items():
        print(f"\n{peer}: values that both have, values that one has, largest relative deviation")
        for measure, (both, one, worst, where) in measures.items():
            mark = "" if worst <= 1e-6 or (measure in SCALED and worst <= 1e-5) else f"  <- {where}"
            print(f"  {measure:<28} {both:>7} {one:>7} {worst:10.1e}{mark}")


def measures_of(files):
    found = set()
    for path, place in files:
        if path.exists() and path.stat().st_size > 0:
            with open(path, newline="", encoding="utf-8") as file:
                rows = csv.reader(file)
                next(rows)
                found |= {row[place] for row in rows}
    return found


if __name__ == "__main__":
    main()
