#!/usr/bin/env Rscript
# How long graphlayouts takes to draw one school: layout_graphlayouts.R ACTORS RUNS [FILE]
#
# A random directed network of that many actors with density 0.12, read without direction, laid out again and again in one process; prints the
# milliseconds of one layout (median), the stress it reaches, and the processor seconds of the layouts alone and of the whole process. With FILE the ties are
# written there (ego,alter from 1), so that `cargo bench -p schakel-analysis --bench layout -- FILE` draws the same network, and
# `... -- FILE RUNS` draws it as often and does nothing else, to be timed from outside.

for (package in c("igraph", "graphlayouts")) {
  if (!requireNamespace(package, quietly = TRUE)) {
    message("SKIPPED: the R package ", package, " is not installed")
    quit(status = 0)
  }
}
suppressPackageStartupMessages({
  library(igraph)
  library(graphlayouts)
})

arguments <- commandArgs(TRUE)
actors <- as.integer(arguments[1])
runs <- as.integer(arguments[2])
set.seed(1)
school <- as.undirected(sample_gnp(actors, 0.12, directed = TRUE))
if (length(arguments) > 2) {
  ties <- as.data.frame(as_edgelist(school))
  names(ties) <- c("ego", "alter")
  write.csv(ties, arguments[3], row.names = FALSE, quote = FALSE)
}

milliseconds <- function() {
  start <- Sys.time()
  layout_with_stress(school)
  as.numeric(Sys.time() - start, units = "secs") * 1000
}
invisible(milliseconds())
processor <- function() sum(proc.time()[c("user.self", "sys.self")])
before <- processor()
taken <- vapply(seq_len(runs), function(run) milliseconds(), numeric(1))
layouts <- processor() - before

near <- as.vector(dist(layout_with_stress(school))) / distances(school)[lower.tri(distances(school))]
stress <- length(near) - sum(near)^2 / sum(near^2)
cat(sprintf(
  "graphlayouts %s, igraph %s: %d actors, %d ties, %.3f ms, stress %.3f\n",
  packageVersion("graphlayouts"), packageVersion("igraph"), actors, ecount(school), median(taken), stress
))
cat(sprintf("processor time of %d layouts %.3f s, of the whole process %.3f s\n", runs, layouts, processor()))
