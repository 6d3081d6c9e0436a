#!/usr/bin/env python3
"""A panel of networks with python-igraph: panel_igraph.py PERSONS.csv TIES.csv OUT_FOLDER [networks|actors]"""

import math

import igraph

from panel_reader import Answers, arguments, freeman, networks

TRIADS = "003 012 102 021D 021U 021C 111D 111U 030T 030C 201 120D 120U 120C 210 300".split()


def plain(value):
    return "" if isinstance(value, float) and math.isnan(value) else value


def main():
    persons_path, ties_path, folder, with_actors = arguments()
    answers = Answers(folder)
    for key, persons, arcs in networks(persons_path, ties_path):
        n = len(persons)
        graph = igraph.Graph(n, arcs, directed=True)
        either = graph.as_undirected()
        mutual, asymmetric, null = graph.dyad_census()
        between = graph.betweenness()
        values = {
            "density": graph.density(),
            "tie_reciprocity": graph.reciprocity(),
            "dyadic_reciprocity": graph.reciprocity(mode="ratio"),
            "mutual_dyads": mutual,
            "asymmetric_dyads": asymmetric,
            "null_dyads": null,
            "in_degree_centralization": freeman(graph.indegree(), (n - 1) ** 2),
            "out_degree_centralization": freeman(graph.outdegree(), (n - 1) ** 2),
            "undirected_transitivity": graph.transitivity_undirected(),
            "betweenness_centralization": freeman(between, (n - 1) ** 2 * (n - 2)),
            "weak_components": len(graph.connected_components("weak")),
            "strong_components": len(graph.connected_components("strong")),
            "cutpoints": len(graph.articulation_points()),
            "bridges": len(either.bridges()),
            "isolates": graph.degree().count(0),
            "mean_distance": graph.average_path_length(),
            "diameter": graph.diameter(),
        }
        census = graph.triad_census()
        values |= {f"triad_{name}": census[place] for place, name in enumerate(TRIADS)}
        answers.network(key, {name: plain(value) for name, value in values.items()})
        if not with_actors:
            continue
        try:
            eigen = graph.eigenvector_centrality(directed=True)
        except igraph.InternalError:
            eigen = [""] * n
        answers.actors(key, persons, "in_degree", graph.indegree())
        answers.actors(key, persons, "out_degree", graph.outdegree())
        answers.actors(key, persons, "betweenness", between)
        answers.actors(key, persons, "closeness", map(plain, graph.closeness(mode="out")))
        answers.actors(key, persons, "harmonic_in", map(plain, graph.harmonic_centrality(mode="in")))
        answers.actors(key, persons, "harmonic_out", map(plain, graph.harmonic_centrality(mode="out")))
        answers.actors(key, persons, "eigenvector", eigen)
        answers.actors(key, persons, "page_rank", graph.pagerank())
        answers.actors(key, persons, "core_number", either.coreness())
        answers.actors(key, persons, "constraint", map(plain, graph.constraint()))
    answers.close()


main()
