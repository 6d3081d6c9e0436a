#!/usr/bin/env Rscript
# Exact permutation p-values with coin, one outcome after the other. Usage: perm_coin.R FILE.csv
# FILE.csv has a column `group` (1 = high, 0 = low) and one column per outcome; perm_numpy.py makes it.
# Prints p-values to stdout, the time to stderr.
suppressPackageStartupMessages(library(coin))
table <- read.csv(commandArgs(trailingOnly = TRUE)[1])
group <- factor(table$group, levels = c(1, 0))

spent <- system.time(
  p <- vapply(table[-1], function(values) as.numeric(pvalue(oneway_test(values ~ group, distribution = exact()))), numeric(1))
)
cat("p", format(unname(p[1:3]), digits = 17), "\n")
message(sprintf("coin %s outcomes=%d wall=%.3fs cpu=%.3fs", packageVersion("coin"), length(p),
                spent[["elapsed"]], sum(spent[c("user.self", "sys.self")])))
