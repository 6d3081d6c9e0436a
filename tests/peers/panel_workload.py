#!/usr/bin/env python3
"""A panel of school networks from a seed, to measure speed on. Standard library only.

panel_workload.py OUT_FOLDER [--size small|focus|national|one] [--seed N]

Writes persons.csv and ties.csv. small, focus and national: 6, 104 and 6,600 schools of 5 to 60 people (17 on average), three
waves, three relations; a tenth of the people does not answer, one in twenty-five has been replaced by the next wave. Who names
whom depends on how much someone names, how much someone is named, whether both work in the same half of the school, and on
whether the other names back. one: a single network of 100,000 people and 1,000,000 ties, mostly within groups of forty. The
figures follow the networks that the study collects; they are not networks of anyone.
"""

import argparse
import math
import pathlib
import random

SCHOOLS = {"small": 6, "focus": 104, "national": 6600}
RELATIONS = {"goals": -0.4, "approach": 0.2, "progress": 0.2}
WAVES = 3


def chance(x):
    return 1.0 / (1.0 + math.exp(-x))


def ties_of(people, base, mutual, dice):
    """Pairs of places, drawn pair by pair: the second of two decides knowing what the first said."""
    found = []
    for i, (sends, receives, half, answers) in enumerate(people):
        for j in range(i + 1, len(people)):
            other_sends, other_receives, other_half, other_answers = people[j]
            near = base + (0.9 if half == other_half else 0.0) + dice.gauss(0.0, 0.8)
            there = answers and dice.random() < chance(near + sends + other_receives)
            bonus = mutual if there else 0.0
            if there:
                found.append((i, j))
            if other_answers and dice.random() < chance(near + other_sends + receives + bonus):
                found.append((j, i))
    return found


def panel(schools, seed, persons, ties):
    for school in range(schools):
        dice = random.Random(f"{seed}/{school}")
        key = f"S{school:05}"
        n = min(60, max(5, round(dice.lognormvariate(2.72, 0.45))))
        base, mutual = dice.uniform(-2.6, -0.6) - 0.01 * n, dice.gauss(1.4, 0.4)
        new = lambda number: (f"p{number}", dice.gauss(0, 0.6), dice.gauss(0, 0.6), dice.random() < 0.5)
        team = [new(number) for number in range(n)]
        met = n
        for wave in range(1, WAVES + 1):
            if wave > 1:
                for place in range(n):
                    if dice.random() < 0.04:
                        team[place] = new(met)
                        met += 1
            answering = [dice.random() >= 0.1 for _ in team]
            for place, (person, *_) in enumerate(team):
                role = "principal" if place == 0 else "coach" if place == 1 else "teacher"
                persons.write(f"{key},{wave},{person},{role},{int(answering[place])}\n")
            people = [(*facts, answers) for (_, *facts), answers in zip(team, answering)]
            for relation, more in RELATIONS.items():
                for i, j in ties_of(people, base + more, mutual, dice):
                    ties.write(f"{key},{wave},{relation},{team[i][0]},{team[j][0]},{dice.randint(1, 4)}\n")


def one(seed, persons, ties, n=100_000, m=1_000_000):
    dice = random.Random(f"{seed}/one")
    for person in range(n):
        persons.write(f"ONE,1,p{person},teacher,1\n")
    found = set()
    while len(found) < m:
        ego = dice.randrange(n)
        alter = ego // 40 * 40 + dice.randrange(40) if dice.random() < 0.6 else int(n * dice.random() ** 2.5)
        for pair in ((ego, alter), (alter, ego)) if dice.random() < 0.25 else ((ego, alter),):
            if pair[0] != pair[1] and max(pair) < n and len(found) < m:
                found.add(pair)
    for ego, alter in sorted(found):
        ties.write(f"ONE,1,advice,p{ego},p{alter},1\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--size", choices=(*SCHOOLS, "one"), default="focus")
    parser.add_argument("--seed", type=int, default=2013)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with open(given.out / "persons.csv", "w", encoding="utf-8") as persons, \
            open(given.out / "ties.csv", "w", encoding="utf-8") as ties:
        persons.write("school,wave,person,role,responded\n")
        ties.write("school,wave,relation,ego,alter,value\n")
        if given.size == "one":
            one(given.seed, persons, ties)
        else:
            panel(SCHOOLS[given.size], given.seed, persons, ties)


if __name__ == "__main__":
    main()
