#!/usr/bin/env Rscript
# QAP test of a graph correlation with sna. Usage: qap_sna.R [ACTORS] [PERMUTATIONS]
# A binary relation of density 0.3 and a valued one that follows it. Prints the answer to stdout, the time to stderr.
suppressPackageStartupMessages(library(sna))
given <- as.integer(commandArgs(trailingOnly = TRUE))
actors <- if (length(given) > 0) given[1] else 60L
permutations <- if (length(given) > 1) given[2] else 10000L
set.seed(2026)

relation <- rgraph(actors, tprob = 0.3)
outcome <- 0.4 * relation + matrix(rnorm(actors^2), actors)
diag(outcome) <- 0

spent <- system.time(
  test <- qaptest(list(outcome, relation), gcor, reps = permutations, g1 = 1, g2 = 2)
)
cat(sprintf("correlation %.10f p_greater %.6f p_less %.6f\n", test$testval, test$pgreq, test$pleeq))
message(sprintf("sna %s qaptest n=%d permutations=%d cpu=%.3fs",
                packageVersion("sna"), actors, permutations, sum(spent[c("user.self", "sys.self")])))
