# Makes layout_stress.json: the stress that graphlayouts reaches on the largest component of each network of the shared collection.
# Run from this folder with the collection beside the project: Rscript layout_stress.R ../../../../shared/data > layout_stress.json
#
# A tie is a value above 0, read in either direction. Stress = sum over pairs of (s |p_i - p_j| - d_ij)^2 / d_ij^2 with the scale s that makes it least.

suppressPackageStartupMessages({
  library(igraph)
  library(graphlayouts)
})

root <- commandArgs(TRUE)[1]
sets <- c(
  pitts_spillane_a = "pitts_spillane_a", krackhardt_hightech = "krackhardt_hightech", s50 = "s50",
  mcfarland_classes_a = "mcfarland_classes_a", mcfarland_class173 = "mcfarland_class173", knecht_class = "knecht_class",
  coleman_highschool = "golden/inputs/coleman_highschool", padgett_florentine = "golden/inputs/padgett_florentine",
  sampson_liking = "golden/inputs/sampson_liking", zachary_karate = "golden/inputs/zachary_karate"
)

least_stress <- function(places, steps) {
  near <- as.vector(dist(places)) / steps[lower.tri(steps)]
  length(near) - sum(near)^2 / sum(near^2)
}

lines <- c()
for (name in names(sets)) {
  ties <- read.csv(file.path(root, sets[[name]], "ties.csv"), colClasses = "character")
  value <- suppressWarnings(as.numeric(ties$value))
  ties <- ties[!is.na(value) & value > 0 & ties$ego != ties$alter, ]
  for (key in sort(unique(paste(ties$school, ties$wave, ties$relation, sep = "\t")))) {
    here <- ties[paste(ties$school, ties$wave, ties$relation, sep = "\t") == key, ]
    whole <- simplify(graph_from_data_frame(here[, c("ego", "alter")], directed = FALSE))
    parts <- components(whole)
    largest <- induced_subgraph(whole, parts$membership == which.max(parts$csize))
    if (vcount(largest) < 3) next
    stress <- least_stress(layout_with_stress(largest), distances(largest))
    part <- strsplit(key, "\t")[[1]]
    lines <- c(lines, sprintf(
      '    {"dataset": "%s", "school": "%s", "wave": "%s", "relation": "%s", "n": %d, "stress": %.17g}',
      name, part[1], part[2], part[3], vcount(largest), stress
    ))
  }
}
cat("{\n")
cat(sprintf('  "software": "R %s, igraph %s, graphlayouts %s",\n', getRversion(), packageVersion("igraph"), packageVersion("graphlayouts")))
cat('  "function": "layout_with_stress(largest component)",\n  "networks": [\n')
cat(paste(lines, collapse = ",\n"))
cat("\n  ]\n}\n")
