#!/usr/bin/env Rscript
# alpha, omega, ICC(1), ICC(2) and rwg(j) of each scale: scales_psych.R FOLDER OUT.csv [FACTORS]
# FACTORS of omega: 3, as psych does by itself (omega total is then of three factors), or 1, which is the model of the product.
# alpha and omega with psych; the rest with multilevel where it is installed, else with base R (aov, and a loop over the schools).
suppressPackageStartupMessages({library(data.table); library(psych)})
has_multilevel <- requireNamespace("multilevel", quietly = TRUE)
given <- commandArgs(TRUE)
factors <- if (length(given) > 2) as.integer(given[3]) else 3
answers <- fread(file.path(given[1], "items.csv"), data.table = FALSE)
text <- grep("=", readLines(file.path(given[1], "scales.toml")), value = TRUE)
rows <- lapply(text, function(line) {
  scale <- sub(" =.*", "", line)
  words <- function(name) regmatches(sub(".*?\\[(.*?)\\].*", "\\1", sub(paste0(".*?", name, " = "), "", line)),
    gregexpr("[a-z0-9]+", sub(".*?\\[(.*?)\\].*", "\\1", sub(paste0(".*?", name, " = "), "", line))))[[1]]
  x <- answers[words("items")]
  for (item in words("reverse")) x[[item]] <- 6 - x[[item]]
  school <- factor(answers$school)
  total <- alpha(x, warnings = FALSE)$total
  fitted <- suppressWarnings(suppressMessages(
    if (factors == 1) omega(x, nfactors = 1, fm = "ml", rotate = "none", plot = FALSE) else omega(x, nfactors = factors, plot = FALSE)))
  score <- rowMeans(x, na.rm = TRUE)
  between <- summary(aov(score ~ school))[[1]]
  k <- mean(table(school))
  icc1 <- (between[1, 3] - between[2, 3]) / (between[1, 3] + (k - 1) * between[2, 3])
  icc2 <- (between[1, 3] - between[2, 3]) / between[1, 3]
  whole <- complete.cases(x)
  if (has_multilevel) {
    rwg <- multilevel::rwg.j(x[whole, ], answers$school[whole], ranvar = 2)$rwg.j
  } else {
    rwg <- sapply(split(x[whole, ], answers$school[whole]), function(team) {
      share <- mean(sapply(team, var)) / 2
      j <- ncol(team)
      max(0, j * (1 - share) / (j * (1 - share) + share))
    })
  }
  data.frame(scale = scale, alpha_pairwise = total$raw_alpha, omega_total = fitted$omega.tot, icc_1 = icc1, icc_2 = icc2,
    rwg_j_mean = mean(rwg), rwg_j_median = median(rwg))
})
write.csv(do.call(rbind, rows), given[2], row.names = FALSE)
