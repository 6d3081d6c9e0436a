#!/usr/bin/env Rscript
# Regression on cells with double semi-partialling in sna. Usage: mrqap_sna.R [ACTORS] [PERMUTATIONS]
# Three binary relations of density 0.3, the outcome follows two of them. Prints the answer to stdout, the time to stderr.
suppressPackageStartupMessages(library(sna))
given <- as.integer(commandArgs(trailingOnly = TRUE))
actors <- if (length(given) > 0) given[1] else 60L
permutations <- if (length(given) > 1) given[2] else 10000L
set.seed(2026)

relations <- rgraph(actors, m = 3, tprob = 0.3)
outcome <- 0.4 * relations[1, , ] + 0.2 * relations[2, , ] + matrix(rnorm(actors^2), actors)
diag(outcome) <- 0

spent <- system.time(
  fit <- netlm(outcome, relations, nullhyp = "qapspp", reps = permutations)
)
terms <- c("intercept", "relation_1", "relation_2", "relation_3")
cat(sprintf("%s estimate %.10f t %.10f p_value %.6f\n", terms, fit$coefficients, fit$tstat, fit$pgreqabs), sep = "")
message(sprintf("sna %s netlm n=%d permutations=%d cpu=%.3fs",
                packageVersion("sna"), actors, permutations, sum(spent[c("user.self", "sys.self")])))
