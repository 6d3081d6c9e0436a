#!/usr/bin/env Rscript
# Conditional uniform baselines of in-degree centralization with sna, for a network that can be typed anywhere:
# i names j if (3 i + 5 j + i j) mod 7 < 2, i and j from 0. Usage: cug_sna.R [ACTORS] [DRAWS]
suppressPackageStartupMessages(library(sna))
given <- as.integer(commandArgs(trailingOnly = TRUE))
actors <- if (length(given) > 0) given[1] else 20L
draws <- if (length(given) > 1) given[2] else 20000L
set.seed(1999)

number <- seq_len(actors) - 1
ties <- 1 * (outer(number, number, function(i, j) (3 * i + 5 * j + i * j) %% 7) < 2)
diag(ties) <- 0
in_degree_centralization <- function(net) centralization(net, degree, cmode = "indegree")
for (condition in c("size", "edges", "dyad.census")) {
  test <- cug.test(ties, in_degree_centralization, cmode = condition, reps = draws)
  cat(sprintf("%s observed %.10f mean %.6f sd %.6f p_greater %.5f p_less %.5f\n", condition,
              test$obs.stat, mean(test$rep.stat), sd(test$rep.stat), test$pgteobs, test$plteobs))
}
