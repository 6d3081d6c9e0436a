# Makes comparisons.json: comparisons of groups and relations over units on which the shared collection is silent.
# Rscript comparisons.R > comparisons.json     (needs the packages metafor and jsonlite)
# Data are typed by hand or drawn from a seed and then written beside their values: a reader of the file needs no R.
suppressPackageStartupMessages({ library(metafor); library(jsonlite) })
options(digits = 17)
versions <- list(R = paste(R.version$major, R.version$minor, sep = "."), metafor = as.character(packageVersion("metafor")))

# --- two groups -----------------------------------------------------------------------------------------------------
groups <- list(
  # Ties within and between the groups.
  tied = list(
    high = c(.31, .28, .35, .40, .22, .33, .29, .45, .38, .27),
    low = c(.25, .30, .21, .26, .34, .19, .28, .24, .36, .23)),
  small = list(high = c(5, 7, 7, 9, 12), low = c(1, 4, 7, 7)),
  untied = list(
    high = c(3.11, 2.48, 4.02, 3.77, 2.95, 3.58, 4.41, 3.3, 2.71, 3.9, 3.05, 4.6),
    low = c(2.1, 3.2, 2.84, 1.77, 2.6, 3.49, 2.33, 2.02)),
  spread = list(
    high = c(10.3, 9.1, 11.7, 10.9, 9.6, 10.1, 10.55, 9.9),
    low = c(2.5, 17.2, 8.4, 13.9, 5.1, 11.05, 15.4, 6.6, 9.35, 12.2, 7.7, 3.9, 14.4, 10.6, 16.3)))

# Every assignment looked at: rank sum with mid-ranks, permuted Brunner-Munzel.
every <- function(high, low) {
  x <- c(high, low); n1 <- length(high); n <- length(x); n2 <- n - n1
  r <- rank(x)
  twice <- round(2 * r)
  chosen <- combn(n, n1)
  sums <- colSums(matrix(twice[chosen], n1))
  mid <- n1 * (n + 1)
  bm <- function(i) {
    a <- x[i]; b <- x[-i]
    pa <- sapply(a, function(v) sum(b < v) + sum(b == v) / 2)
    pb <- sapply(b, function(v) sum(a < v) + sum(a == v) / 2)
    c(mean(pa) / n2 - .5, n1 * var(pa) + n2 * var(pb))
  }
  out <- list(
    p = mean(abs(sums - mid) >= abs(sums[1] - mid)),
    p_greater = mean(sums >= sums[1]), p_less = mean(sums <= sums[1]),
    z = (sum(r[1:n1]) - n1 * (n + 1) / 2) / sqrt(n1 * n2 / (n * (n - 1)) * sum((r - (n + 1) / 2)^2)))
  if (ncol(chosen) < 20000) {
    all <- apply(chosen, 2, bm)
    stat <- ifelse(all[2, ] < 1e-12, sign(all[1, ]) * Inf, all[1, ] / sqrt(all[2, ]))
    out$bm_p <- mean(abs(stat) >= abs(stat[1]) - 1e-9)
    out$bm_p_greater <- mean(stat >= stat[1] - 1e-9)
  }
  out
}
bm_t <- function(high, low, level) {
  n1 <- length(high); n2 <- length(low)
  pa <- sapply(high, function(v) mean(low < v) + mean(low == v) / 2) * n2
  pb <- sapply(low, function(v) mean(high < v) + mean(high == v) / 2) * n1
  a <- n1 * var(pa); b <- n2 * var(pb)
  phat <- mean(pa) / n2; se <- sqrt(a + b) / (n1 * n2)
  df <- (a + b)^2 / (a^2 / (n1 - 1) + b^2 / (n2 - 1))
  half <- qt((1 + level) / 2, df) * se
  list(superiority = phat, statistic = (phat - .5) / se, df = df, p = 2 * pt(-abs((phat - .5) / se), df),
    interval = plogis(qlogis(phat) + c(-1, 1) * half / (phat * (1 - phat))), plain = phat + c(-1, 1) * half)
}
ncp_at <- function(t, df, p) uniroot(function(d) pt(t, df, d) - p, t + c(-12, 12) * sqrt(1 + t^2 / (2 * df)), tol = 1e-13)$root
# Sign turned rather than the upper tail asked for: R cancels there.
pt_above <- function(t, df, ncp) pt(-t, df, -ncp)
two <- lapply(names(groups), function(name) {
  g <- groups[[name]]; high <- g$high; low <- g$low
  n1 <- length(high); n2 <- length(low); df <- n1 + n2 - 2
  unit <- sqrt(1 / n1 + 1 / n2)
  j <- gamma(df / 2) / (sqrt(df / 2) * gamma((df - 1) / 2))
  tests <- list()
  for (equal in c(TRUE, FALSE)) for (level in c(.9, .95)) {
    t <- t.test(high, low, var.equal = equal, conf.level = level)
    tests[[length(tests) + 1]] <- list(pooled = equal, level = level, difference = unname(diff(rev(t$estimate))), se = t$stderr,
      t = unname(t$statistic), df = unname(t$parameter), p = t$p.value, interval = as.vector(t$conf.int))
  }
  tost <- list()
  for (equal in c(TRUE, FALSE)) for (margin in c(.1, 1, 4)) {
    tost[[length(tost) + 1]] <- list(pooled = equal, margin = margin,
      p_lower = t.test(high, low, mu = -margin, alternative = "greater", var.equal = equal)$p.value,
      p_upper = t.test(high, low, mu = margin, alternative = "less", var.equal = equal)$p.value)
  }
  t <- unname(t.test(high, low, var.equal = TRUE)$statistic)
  tost_g <- lapply(c(.2, .5, 1, 2), function(margin) list(margin = margin,
    p_lower = pt_above(t, df, -margin / unit), p_upper = pt(t, df, margin / unit)))
  k <- sqrt(1 / n2 + var(high) / (n1 * var(low)))
  glass <- (mean(high) - mean(low)) / sd(low)
  shifts <- if (anyDuplicated(c(high, low))) list() else lapply(c(.8, .9, .95, .99), function(level) {
    w <- wilcox.test(high, low, conf.int = TRUE, conf.level = level, exact = TRUE)
    list(level = level, shift = unname(w$estimate), interval = as.vector(w$conf.int), covered = 1 - 2 * pwilcox(qwilcox((1 - level) / 2, n1, n2) - 1, n1, n2), p = w$p.value, u = unname(w$statistic))
  })
  list(name = name, high = high, low = low, every = if (choose(n1 + n2, n1) < 2e5) every(high, low) else NULL,
    brunner_munzel = bm_t(high, low, .95), t_tests = tests, tost = tost, tost_g = tost_g, shifts = shifts,
    glass = list(delta = glass, lower = k * ncp_at(glass / k, n2 - 1, .975), upper = k * ncp_at(glass / k, n2 - 1, .025)))
})

# --- Bayes factors --------------------------------------------------------------------------------------------------
# BF10 over the variance g of the prior (Rouder et al. 2009, eq. 4); the posterior over the standardised difference, by the density of t.
bf10 <- function(t, df, n, r) {
  f <- function(g) (1 + n * g * r^2)^-.5 * ((1 + t^2 / ((1 + n * g * r^2) * df)) / (1 + t^2 / df))^(-(df + 1) / 2) * (2 * pi)^-.5 * g^-1.5 * exp(-1 / (2 * g))
  # On the logarithm of g, cut in pieces: one peak, long tails.
  ends <- seq(-12, 60, by = 1.5)
  sum(sapply(seq_along(ends[-1]), function(i) integrate(function(u) f(exp(u)) * exp(u), ends[i], ends[i + 1], rel.tol = 1e-11, abs.tol = 0, stop.on.error = FALSE)$value))
}
likelihood <- function(delta, t, df, n) sapply(delta, function(d) {
  f <- function(s) exp(df * (log(s) - (s^2 - 1) / 2) - (t * s - d * sqrt(n))^2 / 2)
  w <- 9 / sqrt(df)
  ends <- seq(max(0, 1 - w), 1 + w, length.out = 13)
  sum(sapply(1:12, function(i) integrate(f, ends[i], ends[i + 1], rel.tol = 1e-10)$value))
})
posterior <- function(t, df, n, r, p) {
  f <- function(d) likelihood(d, t, df, n) * dcauchy(d, 0, r)
  reach <- 12 * sqrt((1 + t^2 / df) / n); d0 <- t / sqrt(n)
  ends <- seq(d0 - reach, d0 + 1.037 * reach, length.out = 33) # no end on a quantile
  mass <- sapply(1:32, function(i) integrate(f, ends[i], ends[i + 1], rel.tol = 1e-9, abs.tol = 0)$value)
  below <- c(0, cumsum(mass))
  sapply(p, function(q) {
    wanted <- q * below[33]; i <- max(which(below < wanted))
    uniroot(function(x) integrate(f, ends[i], x, rel.tol = 1e-9, abs.tol = 0)$value - (wanted - below[i]), ends[i:(i + 1)], tol = 1e-10)$root
  })
}
cases <- list(c(0, 18, 5), c(.5, 18, 5), c(2.235939, 18, 5), c(-2.235939, 18, 5), c(4.2, 18, 5), c(12, 18, 5), c(1.3, 102, 25.99), c(3.4, 2, 1), c(-1.8608, 18, 5), c(4.062128, 9, 10))
bayes <- list()
for (case in cases) for (r in c(sqrt(2) / 2, .2, 1.5)) {
  t <- case[1]; df <- case[2]; n <- case[3]
  bayes[[length(bayes) + 1]] <- list(t = t, df = df, n = n, scale = r, bf10 = bf10(t, df, n, r), posterior = posterior(t, df, n, r, c(.025, .5, .975)))
}

# --- tables ---------------------------------------------------------------------------------------------------------
tables <- lapply(list(c(7, 10, 2, 10), c(10, 10, 0, 10), c(0, 8, 3, 9), c(3, 10, 3, 10), c(21, 53, 35, 51), c(1, 1, 4, 30)), function(x) {
  m <- matrix(c(x[1], x[3], x[2] - x[1], x[4] - x[3]), 2)
  f <- fisher.test(m)
  p <- function(alternative) fisher.test(m, alternative = alternative)$p.value
  # fisher.test stops its search at 1e-4: the same equations once more, to the end.
  k <- x[1] + x[3]; at <- max(0, k - x[4]):min(k, x[2])
  weight <- dhyper(at, x[2], x[4], k, log = TRUE)
  share <- function(odds) { w <- weight + at * odds; w <- exp(w - max(w)); w / sum(w) }
  root <- function(f) exp(uniroot(f, c(-30, 30), tol = 1e-14)$root)
  odds <- if (x[1] == max(at)) Inf else if (x[1] == min(at)) 0 else root(function(o) sum(at * share(o)) - x[1])
  lower <- if (x[1] == min(at)) 0 else root(function(o) log(sum(share(o)[at >= x[1]])) - log(.025))
  upper <- if (x[1] == max(at)) Inf else root(function(o) log(sum(share(o)[at <= x[1]])) - log(.025))
  stopifnot(all.equal(c(odds, lower, upper), c(unname(f$estimate), as.vector(f$conf.int)), tolerance = 1e-3))
  list(counts = x, p = f$p.value, greater = p("greater"), less = p("less"), odds_ratio = odds, interval = c(lower, upper))
})
# All tables with these margins: the high group takes x_j of m_j in category j.
trend <- function(high, low, scores) {
  m <- high + low; n1 <- sum(high); n <- sum(m)
  grid <- as.matrix(expand.grid(lapply(m, function(k) 0:k)))
  grid <- grid[rowSums(grid) == n1, , drop = FALSE]
  p <- apply(grid, 1, function(x) prod(choose(m, x))) / choose(n, n1)
  s <- as.vector(grid %*% scores); s0 <- sum(high * scores); mid <- n1 * sum(m * scores) / n
  v <- n1 * (n - n1) / (n * (n - 1)) * sum(m * (scores - sum(m * scores) / n)^2)
  list(high = high, low = low, scores = scores, p = sum(p[abs(s - mid) >= abs(s0 - mid) - 1e-9]), p_greater = sum(p[s >= s0 - 1e-9]), z = (s0 - mid) / sqrt(v))
}
trends <- list(trend(c(1, 2, 4, 3), c(4, 3, 2, 1), 1:4), trend(c(0, 5, 5), c(3, 5, 0), c(1, 2, 4)), trend(c(2, 0, 3, 8, 2), c(5, 4, 3, 2, 0), c(-2, -1, 0, 1, 2)))

# --- relations over all units ---------------------------------------------------------------------------------------
set.seed(20)
n <- 53
x <- round(rnorm(n), 3); size <- sample(8:40, n, TRUE)
v <- round(runif(n, .01, .2), 4)
y <- round(.3 + .25 * x - .005 * size + rnorm(n, 0, .3) + rnorm(n, 0, sqrt(v)), 4)
calm <- round(.2 + .1 * x + rnorm(n, 0, .7 * sqrt(v)), 4)
bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
meta <- function(name, y, v, columns) lapply(c("REML", "DL"), function(method) {
  mods <- do.call(cbind, columns)
  fit <- function(m) rma(y, v, mods = m, method = method, test = "knha", control = list(threshold = 1e-13, maxiter = 100000))
  f <- fit(mods)
  without <- rma(y, v, method = method, control = list(threshold = 1e-13, maxiter = 100000))
  list(name = name, y = y, v = v, columns = unname(columns), method = method, estimate = as.vector(f$beta), se = f$se, t = f$zval, df = f$ddf[1], p = f$pval,
    lower = f$ci.lb, upper = f$ci.ub, tau2 = f$tau2, tau2_without = without$tau2, r2 = f$R2, qe = f$QE, qe_p = f$QEp, f = f$QM, f_p = f$QMp)
})
metas <- c(
  meta("schools", y, v, list(x)), meta("schools and size", y, v, list(x, size)), meta("nothing left over", calm, v, list(x)),
  meta("bcg", as.vector(bcg$yi), as.vector(bcg$vi), list(bcg$ablat)), meta("bcg two", as.vector(bcg$yi), as.vector(bcg$vi), list(bcg$ablat, bcg$year)))
ols <- lapply(list(list(x), list(x, size)), function(columns) {
  d <- data.frame(y = y, do.call(cbind, columns)); f <- lm(y ~ ., d); s <- summary(f); ci <- confint(f)
  list(y = y, columns = columns, estimate = unname(coef(f)), se = unname(s$coefficients[, 2]), t = unname(s$coefficients[, 3]), df = f$df.residual,
    p = unname(s$coefficients[, 4]), lower = unname(ci[, 1]), upper = unname(ci[, 2]), r2 = s$r.squared, f = unname(s$fstatistic[1]),
    f_p = unname(pf(s$fstatistic[1], s$fstatistic[2], s$fstatistic[3], lower.tail = FALSE)))
})
perms <- function(n) if (n == 1) matrix(1) else { p <- perms(n - 1); do.call(rbind, lapply(1:n, function(i) cbind(i, ifelse(p >= i, p + 1, p)))) }
permuted <- function(a, b) { all <- perms(length(a)); s <- apply(all, 1, function(i) sum(a * b[i])); mid <- length(a) * mean(a) * mean(b); s0 <- sum(a * b)
  mean(abs(s - mid) >= abs(s0 - mid) - 1e-9) }
correlations <- lapply(list(list(x[1:8], y[1:8]), list(c(1, 2, 2, 4, 5, 5, 7), c(2, 1, 3, 3, 3, 6, 5)), list(x, y), list(x, as.numeric(size))), function(g) {
  a <- g[[1]]; b <- g[[2]]; few <- length(a) <= 8
  pearson <- cor.test(a, b); rho <- suppressWarnings(cor.test(a, b, method = "spearman", exact = FALSE))
  list(x = a, y = b, pearson = unname(pearson$estimate), t = unname(pearson$statistic), p = pearson$p.value, interval = as.vector(pearson$conf.int),
    spearman = unname(rho$estimate),
    permuted_p = if (few) permuted(a, b) else NULL, spearman_p = if (few) permuted(rank(a), rank(b)) else NULL,
    spearman_r_p = if (few && !anyDuplicated(a) && !anyDuplicated(b)) cor.test(a, b, method = "spearman", exact = TRUE)$p.value else NULL)
})
# Team size held constant: correlation of the residuals, t with one degree of freedom less.
partial <- { a <- resid(lm(x ~ size)); b <- resid(lm(y ~ size)); r <- cor(a, b); t <- r * sqrt((n - 3) / (1 - r^2))
  list(x = x, y = y, given = size, r = r, t = t, df = n - 3, p = 2 * pt(-abs(t), n - 3), interval = tanh(atanh(r) + c(-1, 1) * qnorm(.975) / sqrt(n - 1 - 3))) }

cat(toJSON(list(versions = versions, two_groups = two, bayes = bayes, fisher = tables, trend = trends, meta = metas, ols = ols,
  correlations = correlations, partial = partial), auto_unbox = TRUE, digits = I(17), null = "null", na = "string", pretty = FALSE))
cat("\n")
