"""Values of coder_agreement.json, from irrCAC 0.4.4 and krippendorff 0.9.0. The codes are of our own making, from a seed.

Run: python3 coder_agreement.py > coder_agreement.json
"""
import json
import random

import krippendorff
import pandas as pd
from irrCAC.raw import CAC

draw = random.Random(20)


def codes(things, coders, n_codes, sure, missing):
    rows = []
    for _ in range(things):
        true = min(int(draw.random() ** 2 * n_codes), n_codes - 1)
        row = []
        for _ in range(coders):
            code = true if draw.random() < sure else draw.randrange(n_codes)
            row.append(None if draw.random() < missing else code)
        rows.append(row)
    return rows


def value(found):
    return found["est"]["coefficient_value"]


cases = []
for things, coders, n_codes, sure, missing in [
    (60, 2, 4, 0.7, 0.0),
    (40, 3, 3, 0.6, 0.0),
    (80, 4, 5, 0.5, 0.2),
    (30, 2, 4, 0.9, 0.15),
]:
    rows = codes(things, coders, n_codes, sure, missing)
    frame = pd.DataFrame(rows, columns=[str(c) for c in range(coders)], dtype=float)
    everywhere = list(range(n_codes))
    case = {"codes": rows, "n_codes": n_codes}
    plain = CAC(frame, categories=everywhere, digits=12)
    squared = CAC(frame, categories=everywhere, weights="quadratic", digits=12)
    case["gwet_nominal"] = value(plain.gwet())
    case["gwet_quadratic"] = value(squared.gwet())
    if missing == 0:
        case["fleiss"] = value(plain.fleiss())
    turned = [[float("nan") if row[c] is None else row[c] for row in rows] for c in range(coders)]
    for level in ("nominal", "ordinal", "interval"):
        case["krippendorff_" + level] = krippendorff.alpha(
            reliability_data=turned, level_of_measurement=level, value_domain=everywhere
        )
    cases.append(case)
print(json.dumps(cases, indent=1))
