#!/usr/bin/env python3
"""A panel of networks with rustworkx: panel_rustworkx.py PERSONS.csv TIES.csv OUT_FOLDER [networks|actors]

It has no reciprocity, dyad or triad census, harmonic closeness or constraint. Reciprocity and degree centralization are
counted here from the list of arcs, because whoever uses it does so.
"""

import rustworkx

from panel_reader import Answers, arguments, freeman, networks, share

ALONE = 1 << 30  # threads: never


def measure(n, arcs):
    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from_no_data(arcs)
    either = graph.to_undirected(multigraph=False)
    there = set(arcs)
    back = sum((alter, ego) in there for ego, alter in arcs)
    incoming = [graph.in_degree(node) for node in range(n)]
    outgoing = [graph.out_degree(node) for node in range(n)]
    between = rustworkx.betweenness_centrality(graph, normalized=False, parallel_threshold=ALONE)
    distances = rustworkx.distance_matrix(graph, parallel_threshold=ALONE, null_value=0.0)
    reached = int((distances > 0).sum())
    values = {
        "density": share(len(arcs), n * (n - 1)),
        "tie_reciprocity": share(back, len(arcs)),
        "in_degree_centralization": freeman(incoming, (n - 1) ** 2),
        "out_degree_centralization": freeman(outgoing, (n - 1) ** 2),
        "undirected_transitivity": rustworkx.transitivity(either),
        "betweenness_centralization": freeman(list(between.values()), (n - 1) ** 2 * (n - 2)),
        "weak_components": rustworkx.number_weakly_connected_components(graph),
        "strong_components": len(rustworkx.strongly_connected_components(graph)),
        "cutpoints": len(rustworkx.articulation_points(either)),
        "bridges": len(rustworkx.bridges(either)),
        "isolates": len(list(rustworkx.isolates(graph))),
        "mean_distance": share(float(distances.sum()), reached),
        "diameter": float(distances.max()) if reached else "",
    }
    return graph, either, between, values


def main():
    persons_path, ties_path, folder, with_actors = arguments()
    answers = Answers(folder)
    for key, persons, arcs in networks(persons_path, ties_path):
        graph, either, between, values = measure(len(persons), arcs)
        answers.network(key, values)
        if not with_actors:
            continue
        places = range(len(persons))
        try:
            eigen = rustworkx.eigenvector_centrality(graph, max_iter=1000)
        except rustworkx.FailedToConverge:
            eigen = dict.fromkeys(places, "")
        ranks = rustworkx.pagerank(graph)
        cores = rustworkx.core_number(either)
        answers.actors(key, persons, "in_degree", [graph.in_degree(node) for node in places])
        answers.actors(key, persons, "out_degree", [graph.out_degree(node) for node in places])
        answers.actors(key, persons, "betweenness", [between[node] for node in places])
        answers.actors(key, persons, "eigenvector", [eigen[node] for node in places])
        answers.actors(key, persons, "page_rank", [ranks[node] for node in places])
        answers.actors(key, persons, "core_number", [cores[node] for node in places])
        rustworkx.closeness_centrality(graph)  # of incoming paths, unlike ours: computed, not compared
    answers.close()


main()
