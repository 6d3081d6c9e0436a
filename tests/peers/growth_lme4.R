#!/usr/bin/env Rscript
# Piecewise growth with lme4: growth_lme4.R SCORES.csv intercept|slope OUT.csv
# What the product is asked for with model.toml and model_slope.toml.
suppressPackageStartupMessages({library(data.table); library(lme4)})
given <- commandArgs(TRUE)
scores <- fread(given[1], data.table = FALSE, colClasses = list(character = c("school", "pupil", "weight")))
of_pupil <- if (given[2] == "slope") "(1 + time | pupil)" else "(1 | pupil)"
model <- lmer(as.formula(paste("score ~ t1 + t2 + weight + (1 + t1 + t2 | school) +", of_pupil)), scores, REML = TRUE)
fixed <- summary(model)$coefficients
table <- data.frame(term = rownames(fixed), estimate = fixed[, 1], se = fixed[, 2])
table <- rbind(table, data.frame(term = "criterion", estimate = REMLcrit(model), se = NA))
invisible(ranef(model))
write.csv(table, given[3], row.names = FALSE)
