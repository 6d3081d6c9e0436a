# Makes exact_comparisons.json: comparisons of two small groups by definition, every assignment written out, and lm for the observed fit.
# Rscript exact_comparisons.R > exact_comparisons.json     (needs the package jsonlite)
suppressPackageStartupMessages(library(jsonlite))
software <- paste("R stats", getRversion())
record <- function(id, call, value) list(id = id, software = software, `function` = call, value = value)

groups <- list(
  wide_and_narrow = list(high = c(4.1, 9.7, 1.3, 12.9, 7.4, 3.6), low = c(3.2, 2.9, 4.0, 3.5, 3.1, 3.8, 2.7, 3.3, 4.4)),
  many_ties = list(high = c(1, 2, 2, 3, 1), low = c(2, 3, 3, 2, 4, 3, 2)),
  lower = list(high = c(0.12, 0.31, 0.18, 0.25), low = c(0.44, 0.21, 0.39, 0.52, 0.35, 0.47, 0.30)),
  method_page = list(
    high = c(.31, .28, .35, .40, .22, .33, .29, .45, .38, .27),
    low = c(.25, .30, .21, .26, .34, .19, .28, .24, .36, .23)))

# One column per assignment: TRUE where the unit is in the high group.
assignments <- function(n, chosen) {
  places <- combn(n, chosen)
  m <- matrix(FALSE, n, ncol(places))
  m[cbind(c(places), rep(seq_len(ncol(places)), each = chosen))] <- TRUE
  m
}
difference <- function(x, m) colSums(x * m) / colSums(m) - colSums(x * !m) / colSums(!m)
welch <- function(x, m) {
  n1 <- colSums(m); n0 <- colSums(!m)
  mean1 <- colSums(x * m) / n1; mean0 <- colSums(x * !m) / n0
  v1 <- colSums((outer(x, mean1, "-") * m)^2) / (n1 - 1)
  v0 <- colSums((outer(x, mean0, "-") * !m)^2) / (n0 - 1)
  (mean1 - mean0) / sqrt(v1 / n1 + v0 / n0)
}
near <- function(x) 1e-9 * max(abs(x[1]), 1e-3)
two_sided <- function(x) mean(abs(x) >= abs(x[1]) - near(x))
greater <- function(x) mean(x >= x[1] - near(x))

# The shifts that are not rejected, found by shifting: both one-sided p above half of 1 - confidence.
ends <- function(high, low, confidence) {
  m <- assignments(length(high) + length(low), length(high))
  tail <- (1 - confidence) / 2 * (1 + 1e-12)
  # Between two ends nothing ties but what is the same assignment: no tolerance.
  kept <- function(shift, sign) {
    d <- sign * difference(c(high - shift, low), m)
    mean(d >= d[1]) > tail
  }
  centre <- mean(high) - mean(low)
  reach <- diff(range(c(high, low))) * 2
  end <- function(sign) {
    inside <- centre; outside <- centre - sign * reach
    stopifnot(kept(inside, sign), !kept(outside, sign))
    for (step in 1:46) {
      middle <- (inside + outside) / 2
      if (kept(middle, sign)) inside <- middle else outside <- middle
    }
    inside
  }
  c(end(1), end(-1))
}

compare <- function(g) {
  x <- c(g$high, g$low)
  m <- assignments(length(x), length(g$high))
  stopifnot(all(which(m[, 1]) == seq_along(g$high)))
  d <- difference(x, m); t <- welch(x, m)
  list(high = g$high, low = g$low, assignments = ncol(m), records = list(
    record("difference", "mean(high) - mean(low)", d[1]),
    record("p_value", "share of combn(n, n1) with |difference| >= |observed|", two_sided(d)),
    record("p_greater", "share with difference >= observed", greater(d)),
    record("welch_t", "t.test(high, low)$statistic", unname(t.test(g$high, g$low)$statistic)),
    record("studentised_p_value", "share with |Welch t| >= |observed|", two_sided(t)),
    record("studentised_p_greater", "share with Welch t >= observed", greater(t)),
    record("interval_95", "bisection on the shift, both one-sided p above .025", ends(g$high, g$low, .95)),
    record("interval_90", "bisection on the shift, both one-sided p above .05", ends(g$high, g$low, .90))))
}

adjusted <- list(
  one_covariate = list(high = c(1, 1, 1, 0, 0, 0, 0), y = c(3.1, 4.7, 5.2, 2.0, 3.9, 1.1, 2.5),
    covariates = list(c(12, 25, 31, 14, 40, 9, 22))),
  # The second covariate is twice the first, less one: it adds nothing.
  a_redundant_covariate = list(high = c(0, 1, 1, 0, 1, 0, 0), y = c(0.4, 0.1, 0.3, 0.6, 0.2, 0.7, 0.5),
    covariates = list(c(3, 1, 4, 1, 5, 9, 2), c(5, 1, 7, 1, 9, 17, 3))),
  two_covariates = list(high = c(1, 1, 1, 1, 0, 0, 0), y = c(5, 7, 6, 9, 4, 6, 3),
    covariates = list(c(2, 3, 3, 5, 2, 4, 1), c(10, 8, 12, 9, 11, 7, 13))),
  ten_and_ten = list(high = rep(1:0, each = 10),
    y = c(.31, .28, .35, .40, .22, .33, .29, .45, .38, .27, .25, .30, .21, .26, .34, .19, .28, .24, .36, .23),
    covariates = list(
      c(14, 22, 17, 9, 31, 12, 25, 8, 11, 27, 19, 16, 33, 21, 10, 36, 18, 24, 12, 29),
      c(.28, .30, .29, .33, .25, .30, .31, .37, .30, .24, .27, .26, .24, .25, .31, .22, .30, .21, .33, .26))))

orders <- function(n) {
  if (n == 1) return(matrix(1L))
  shorter <- orders(n - 1)
  do.call(rbind, lapply(seq_len(n), function(first) cbind(first, ifelse(shorter >= first, shorter + 1L, shorter))))
}

adjust <- function(a) {
  data <- data.frame(y = a$y, a$covariates)
  names(data)[-1] <- paste0("z", seq_along(a$covariates))
  data$high <- a$high
  fit <- summary(lm(y ~ ., data))$coefficients["high", ]
  records <- list(
    record("coefficient", "lm(y ~ covariates + high): estimate, standard error, t, p", unname(fit)),
    record("df", "df.residual(lm)", df.residual(lm(y ~ ., data))))
  if (nrow(data) <= 7) {
    reduced <- lm(y ~ . - high, data)
    fitted <- fitted(reduced); residuals <- resid(reduced)
    all <- orders(nrow(data))
    t <- apply(all, 1, function(order) {
      data$y <- fitted + residuals[order]
      summary(lm(y ~ ., data))$coefficients["high", "t value"]
    })
    stopifnot(all(all[1, ] == seq_len(nrow(data))))
    records <- c(records, list(
      record("p_value", "share of all orders of resid(lm(y ~ covariates)), refitted, with |t| >= |observed|", two_sided(t)),
      record("p_greater", "share with t >= observed", greater(t))))
  }
  list(high = a$high, y = a$y, covariates = a$covariates, records = records)
}

cat(toJSON(list(R = R.version.string, groups = lapply(groups, compare), adjusted = lapply(adjusted, adjust)),
  auto_unbox = TRUE, digits = NA, pretty = 1), "\n", sep = "")
