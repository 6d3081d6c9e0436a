#!/usr/bin/env python3
"""Exact permutation p-values by hand in numpy: all assignments of ten against ten as one matrix of zeros and ones.

Usage: perm_numpy.py FILE.csv [OUTCOMES]
FILE.csv has a column `group` (1 = high, 0 = low) and one column per outcome; where it does not exist it is made, from a seed,
with 20 schools and OUTCOMES outcomes (40). Prints p-values to stdout, the time to stderr.
"""
import os
import random
import sys
import time
from itertools import combinations

import numpy as np


def make(path, outcomes):
    dice = random.Random(2026)
    with open(path, "w", encoding="utf-8") as file:
        file.write(",".join(["group"] + [f"outcome_{k + 1}" for k in range(outcomes)]) + "\n")
        for school in range(20):
            high = school < 10
            values = [dice.gauss(0.30 + (0.03 * (k % 4) if high else 0.0), 0.10) for k in range(outcomes)]
            file.write(",".join([str(int(high))] + [f"{value:.6f}" for value in values]) + "\n")


def p_values(values, is_high):
    n, n_high = len(is_high), int(is_high.sum())
    chosen = np.array(list(combinations(range(n), n_high)))
    membership = np.zeros((len(chosen), n))
    np.put_along_axis(membership, chosen, 1.0, axis=1)
    middle = values.sum(axis=0) * n_high / n
    distance = np.abs(membership @ values - middle)
    observed = np.abs(values[is_high].sum(axis=0) - middle)
    return (distance >= observed * (1 - 1e-9)).mean(axis=0)


path = sys.argv[1]
if not os.path.exists(path):
    make(path, int(sys.argv[2]) if len(sys.argv) > 2 else 40)
table = np.genfromtxt(path, delimiter=",", skip_header=1)
wall, cpu = time.perf_counter(), time.process_time()
p = p_values(table[:, 1:], table[:, 0] == 1)
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
print("p", *(f"{value:.17g}" for value in p[:3]))
print(f"numpy {np.__version__} outcomes={table.shape[1] - 1} wall={wall:.4f}s cpu={cpu:.4f}s", file=sys.stderr)
