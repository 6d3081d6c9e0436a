#!/usr/bin/env python3
"""Makes a folder with pupil scores and answers to scales of the size of a large study, from a seed. Standard library only.

statistics_workload.py FOLDER [--seed N] [--schools 104] [--pupils 12500] [--respondents 4730]

scores.csv: six moments per pupil, three before and three during an intervention, one in twenty-five missing; columns t1 (years
before the start), t2 (years since), time (t1 + t2) and weight. model.toml and model_slope.toml ask for the piecewise growth model
with slopes per school, and an intercept, or an intercept and a slope, per pupil. items.csv and scales.toml: 33 items in four
scales, one in fifty missing.
"""

import argparse
import pathlib
import random

MODEL = """outcome = "score"
fixed = ["t1", "t2", "weight"]
random = [{{ group = "school", slopes = ["t1", "t2"] }}, {{ group = "pupil"{slopes} }}]
method = "REML"
"""
SCALES = {"attitude": 9, "leadership": 8, "culture": 8, "teaching": 8}


def scores(folder, chance, n_schools, n_pupils):
    weights = ["0.0"] * 6 + ["0.3"] * 3 + ["1.2"]
    gain = {"0.0": 0.0, "0.3": -2.0, "1.2": -6.0}
    schools = [[chance.gauss(0, sd) for sd in (4.0, 1.2, 1.5)] for _ in range(n_schools)]
    with open(folder / "scores.csv", "w", encoding="utf-8", newline="") as file:
        file.write("school,pupil,occasion,t1,t2,time,weight,score\n")
        for pupil in range(n_pupils):
            school = pupil % n_schools
            of_school = schools[school]
            weight = chance.choice(weights)
            own, own_slope = chance.gauss(0, 9.0), chance.gauss(0, 1.0)
            for occasion in range(1, 7):
                noise = chance.gauss(0, 4.0)
                if chance.random() < 0.04:
                    continue
                t1, t2 = (min(occasion, 3) - 1) / 2, max(occasion - 3, 0) / 2
                mean = 60 + of_school[0] + own + gain[weight]
                score = mean + (12 + of_school[1] + own_slope) * t1 + (13.5 + of_school[2] + own_slope) * t2 + noise
                file.write(f"s{school:03},p{pupil:05},{occasion},{t1},{t2},{t1 + t2},{weight},{score:.2f}\n")
    (folder / "model.toml").write_text(MODEL.format(slopes=""), encoding="utf-8")
    (folder / "model_slope.toml").write_text(MODEL.format(slopes=', slopes = ["time"]'), encoding="utf-8")


def items(folder, chance, n_schools, n_respondents):
    names = {scale: [f"{scale[:3]}{item:02}" for item in range(1, n + 1)] for scale, n in SCALES.items()}
    lines = ["[scale]"]
    for scale, own in names.items():
        listed = ", ".join(f'"{name}"' for name in own)
        lines.append(f'{scale} = {{ items = [{listed}], reverse = ["{own[2]}"], needed = {len(own) - 2}, min = 1, max = 5 }}')
    (folder / "scales.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    levels = [[chance.gauss(0, 0.35) for _ in SCALES] for _ in range(n_schools)]
    with open(folder / "items.csv", "w", encoding="utf-8", newline="") as file:
        file.write("respondent,school,wave," + ",".join(name for own in names.values() for name in own) + "\n")
        for respondent in range(n_respondents):
            school = respondent % n_schools
            cells = []
            for place, own in enumerate(names.values()):
                factor = levels[school][place] + chance.gauss(0, 0.7)
                for item in range(len(own)):
                    raw = 3.2 + (0.7 + 0.05 * item) * factor + chance.gauss(0, 0.8)
                    answer = min(5, max(1, round(raw)))
                    answer = 6 - answer if item == 2 else answer
                    cells.append("" if chance.random() < 0.02 else str(answer))
            file.write(f"r{respondent:05},s{school:03},T1,{','.join(cells)}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=20130901)
    parser.add_argument("--schools", type=int, default=104)
    parser.add_argument("--pupils", type=int, default=12500)
    parser.add_argument("--respondents", type=int, default=4730)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    for part in ("pupils", "scales"):
        (given.folder / part).mkdir(parents=True, exist_ok=True)
    scores(given.folder / "pupils", chance, given.schools, given.pupils)
    items(given.folder / "scales", chance, given.schools, given.respondents)


if __name__ == "__main__":
    main()
