#!/usr/bin/env Rscript
# A panel of networks with R sna: panel_sna.R PERSONS.csv TIES.csv OUT_FOLDER [networks|actors]
# It has no PageRank and no constraint.
suppressPackageStartupMessages({
  library(data.table)
  library(sna)
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
answer <- function(name) {
  key <- strsplit(name, "\t", fixed = TRUE)[[1]]
  people <- rosters[[paste(key[1], key[2], sep = "\t")]]
  n <- length(people)
  arcs <- networks[[name]]
  cells <- matrix(0, n, n)
  cells[cbind(match(arcs$ego, people), match(arcs$alter, people))] <- 1
  # An undirected question of a matrix that is not symmetric can end the program: it is made so first.
  either <- symmetrize(cells, "weak")
  between <- betweenness(cells)
  dyads <- dyad.census(cells)
  census <- triad.census(cells)
  distances <- geodist(cells)$gdist
  reached <- is.finite(distances) & distances > 0
  values <- c(
    density = gden(cells),
    tie_reciprocity = unname(grecip(cells, measure = "edgewise")),
    dyadic_reciprocity = unname(grecip(cells, measure = "dyadic.nonnull")),
    all_dyads_reciprocity = unname(grecip(cells, measure = "dyadic")),
    mutual_dyads = dyads[[1, 1]], asymmetric_dyads = dyads[[1, 2]], null_dyads = dyads[[1, 3]],
    in_degree_centralization = freeman(degree(cells, cmode = "indegree"), (n - 1)^2),
    out_degree_centralization = freeman(degree(cells, cmode = "outdegree"), (n - 1)^2),
    weak_transitivity = gtrans(cells, measure = "weak"),
    strong_transitivity = gtrans(cells, measure = "strong"),
    undirected_transitivity = gtrans(either, mode = "graph"),
    betweenness_centralization = freeman(between, (n - 1)^2 * (n - 2)),
    weak_components = components(cells, connected = "weak"),
    strong_components = components(cells, connected = "strong"),
    cutpoints = length(cutpoints(either, mode = "graph")),
    isolates = length(isolates(cells)),
    connectedness = connectedness(cells),
    hierarchy = hierarchy(cells, measure = "krackhardt"),
    efficiency = efficiency(cells),
    least_upper_boundedness = lubness(cells),
    mean_distance = if (any(reached)) mean(distances[reached]) else NA,
    diameter = if (any(reached)) max(distances[reached]) else NA,
    setNames(census[1, ], paste0("triad_", colnames(census)))
  )
  of_network <- data.table(school = key[1], wave = key[2], relation = key[3], measure = names(values), value = values)
  if (!with_actors) return(list(of_network, NULL))
  measures <- list(
    in_degree = degree(cells, cmode = "indegree"), out_degree = degree(cells, cmode = "outdegree"), betweenness = between,
    closeness = closeness(cells, cmode = "directed"),
    harmonic_out = closeness(cells, cmode = "suminvdir"),
    eigenvector = suppressWarnings(evcent(t(cells))),
    core_number = kcores(either, mode = "graph")
  )
  of_actors <- data.table(school = key[1], wave = key[2], relation = key[3], person = rep(people, length(measures)),
                          measure = rep(names(measures), each = n), value = unlist(measures, use.names = FALSE))
  list(of_network, of_actors)
}
answers <- lapply(names(networks), answer)
fwrite(rbindlist(lapply(answers, `[[`, 1)), file.path(given[3], "network_measures.csv"))
fwrite(rbindlist(lapply(answers, `[[`, 2)), file.path(given[3], "actor_measures.csv"))
