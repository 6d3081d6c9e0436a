"""What every Python peer of the panel shares: the networks of a study and the long table of answers. Standard library only."""

import csv
import sys


def networks(persons_path, ties_path):
    """Yields ((school, wave, relation), persons, arcs): arcs are pairs of places in the list of persons."""
    rosters = {}
    with open(persons_path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        header = next(rows)
        school, wave, person = (header.index(name) for name in ("school", "wave", "person"))
        for row in rows:
            roster = rosters.setdefault((row[school], row[wave]), {})
            roster[row[person]] = len(roster)
    arcs = {}
    with open(ties_path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        header = next(rows)
        columns = ("school", "wave", "relation", "ego", "alter", "value")
        school, wave, relation, ego, alter, value = (header.index(name) for name in columns)
        for row in rows:
            listed = arcs.setdefault((row[school], row[wave], row[relation]), [])
            if float(row[value]) > 0:
                roster = rosters[row[school], row[wave]]
                listed.append((roster[row[ego]], roster[row[alter]]))
    for key, listed in arcs.items():
        yield key, list(rosters[key[:2]]), listed


class Answers:
    """The long tables: one row per network and measure, one per person and measure where persons are asked."""

    def __init__(self, folder):
        self.network_file = open(f"{folder}/network_measures.csv", "w", newline="", encoding="utf-8")
        self.actor_file = open(f"{folder}/actor_measures.csv", "w", newline="", encoding="utf-8")
        self.of_networks = csv.writer(self.network_file, lineterminator="\n")
        self.of_actors = csv.writer(self.actor_file, lineterminator="\n")
        self.of_networks.writerow(("school", "wave", "relation", "measure", "value"))
        self.of_actors.writerow(("school", "wave", "relation", "person", "measure", "value"))

    def network(self, key, values):
        self.of_networks.writerows((*key, name, value) for name, value in values.items())

    def actors(self, key, persons, name, values):
        self.of_actors.writerows((*key, person, name, value) for person, value in zip(persons, values))

    def close(self):
        self.network_file.close()
        self.actor_file.close()


def share(part, whole):
    """A ratio, empty where there is none."""
    return part / whole if whole else ""


def freeman(scores, largest):
    """How far the highest score stands above the others, as a share of what it could at most."""
    top = max(scores, default=0)
    return share(sum(top - score for score in scores), largest)


def arguments():
    """persons.csv, ties.csv, folder for the answers, and whether persons are measured as well."""
    if len(sys.argv) < 4:
        sys.exit(f"usage: {sys.argv[0]} PERSONS.csv TIES.csv OUT_FOLDER [networks|actors]")
    level = sys.argv[4] if len(sys.argv) > 4 else "networks"
    return sys.argv[1], sys.argv[2], sys.argv[3], level == "actors"
