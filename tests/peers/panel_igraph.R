#!/usr/bin/env Rscript
# A panel of networks with R igraph: panel_igraph.R PERSONS.csv TIES.csv OUT_FOLDER [networks|actors]
suppressPackageStartupMessages({
  library(data.table)
  library(igraph)
})
setDTthreads(1)
given <- commandArgs(trailingOnly = TRUE)
with_actors <- length(given) > 3 && given[4] == "actors"
text <- list(character = c("school", "wave", "person", "relation", "ego", "alter"))
persons <- suppressWarnings(fread(given[1], colClasses = text))
ties <- suppressWarnings(fread(given[2], colClasses = text))[value > 0]
rosters <- split(persons$person, paste(persons$school, persons$wave, sep = "\t"))
networks <- split(ties[, .(ego, alter)], paste(ties$school, ties$wave, ties$relation, sep = "\t"))

freeman <- function(scores, largest) sum(max(scores) - scores) / largest
triads <- paste0("triad_", c("003", "012", "102", "021D", "021U", "021C", "111D", "111U", "030T", "030C", "201",
                             "120D", "120U", "120C", "210", "300"))
answer <- function(name) {
  key <- strsplit(name, "\t", fixed = TRUE)[[1]]
  people <- rosters[[paste(key[1], key[2], sep = "\t")]]
  n <- length(people)
  arcs <- networks[[name]]
  graph <- make_graph(rbind(match(arcs$ego, people), match(arcs$alter, people)), n = n, directed = TRUE)
  either <- as.undirected(graph)
  between <- betweenness(graph)
  dyads <- dyad_census(graph)
  values <- c(
    density = edge_density(graph),
    tie_reciprocity = reciprocity(graph),
    dyadic_reciprocity = reciprocity(graph, mode = "ratio"),
    mutual_dyads = dyads$mut, asymmetric_dyads = dyads$asym, null_dyads = dyads$null,
    in_degree_centralization = freeman(degree(graph, mode = "in"), (n - 1)^2),
    out_degree_centralization = freeman(degree(graph, mode = "out"), (n - 1)^2),
    undirected_transitivity = transitivity(graph, "globalundirected"),
    betweenness_centralization = freeman(between, (n - 1)^2 * (n - 2)),
    weak_components = components(graph, "weak")$no,
    strong_components = components(graph, "strong")$no,
    cutpoints = length(articulation_points(either)),
    bridges = length(bridges(either)),
    isolates = sum(degree(graph) == 0),
    mean_distance = mean_distance(graph),
    diameter = diameter(graph),
    setNames(triad_census(graph), triads)
  )
  of_network <- data.table(school = key[1], wave = key[2], relation = key[3], measure = names(values), value = values)
  if (!with_actors) return(list(of_network, NULL))
  eigen <- tryCatch(suppressWarnings(eigen_centrality(graph, directed = TRUE)$vector), error = function(e) rep(NA_real_, n))
  measures <- list(
    in_degree = degree(graph, mode = "in"), out_degree = degree(graph, mode = "out"), betweenness = between,
    closeness = closeness(graph, mode = "out"),
    harmonic_in = harmonic_centrality(graph, mode = "in") / (n - 1),
    harmonic_out = harmonic_centrality(graph, mode = "out") / (n - 1),
    eigenvector = eigen, page_rank = page_rank(graph)$vector, core_number = coreness(either), constraint = constraint(graph)
  )
  of_actors <- data.table(school = key[1], wave = key[2], relation = key[3], person = rep(people, length(measures)),
                          measure = rep(names(measures), each = n), value = unlist(measures, use.names = FALSE))
  list(of_network, of_actors)
}
answers <- lapply(names(networks), answer)
fwrite(rbindlist(lapply(answers, `[[`, 1)), file.path(given[3], "network_measures.csv"))
fwrite(rbindlist(lapply(answers, `[[`, 2)), file.path(given[3], "actor_measures.csv"))
