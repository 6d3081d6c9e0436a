# Makes ordinal.json: what R says of answers in a few ordered steps, of the fit of a model with its interval, and of factors by least squares.
# Rscript ordinal.R > ordinal.json     (needs psych, lavaan, mvtnorm and jsonlite)
suppressPackageStartupMessages({ library(psych); library(lavaan); library(mvtnorm); library(jsonlite) })
set.seed(20130902)
n <- 260
f <- rnorm(n)
cuts <- list(c(-1.2, -.3, .6, 1.4), c(-.8, .1, 1.0), c(-1.5, -.9, -.2, .7), c(-.4, .9), c(.3), c(-1, 0, .8, 1.6))
loading <- c(.8, .7, .6, .75, .65, -.5)
x <- sapply(1:6, function(i) findInterval(loading[i] * f + sqrt(1 - loading[i]^2) * rnorm(n), cuts[[i]]) + 1)
open <- x
open[cbind(sample(n, 90, TRUE), sample(6, 90, TRUE))] <- NA
few <- x[1:40, c(1, 3, 6)] # tables with empty cells
bounds <- function(v) { p <- cumsum(table(v)) / sum(!is.na(v)); qnorm(p[-length(p)]) }
corners <- function(a, b, r) { a <- c(-Inf, a, Inf); b <- c(-Inf, b, Inf)
  outer(a, b, Vectorize(function(h, k) if (h == -Inf || k == -Inf) 0 else if (h == Inf) pnorm(k) else if (k == Inf) pnorm(h) else pmvnorm(upper = c(h, k), corr = matrix(c(1, r, r, 1), 2), algorithm = TVPACK(1e-14))[1])) }
slopes <- function(a, b, r) { a <- c(-Inf, a, Inf); b <- c(-Inf, b, Inf)
  outer(a, b, Vectorize(function(h, k) if (!is.finite(h) || !is.finite(k)) 0 else dmvnorm(c(h, k), sigma = matrix(c(1, r, r, 1), 2)))) }
cells <- function(m) { m <- m[-1, , drop = FALSE] - m[-nrow(m), , drop = FALSE]; m[, -1, drop = FALSE] - m[, -ncol(m), drop = FALSE] }
pair <- function(u, v, empty = 0) {
  tab <- table(u, v); tab[tab == 0] <- empty
  a <- bounds(u); b <- bounds(v)
  score <- function(r) sum(ifelse(tab > 0, tab * cells(slopes(a, b, r)) / cells(corners(a, b, r)), 0))
  uniroot(score, c(-.98, .98), tol = 1e-14)$root
}
matrix_of <- function(d, empty = 0) { m <- diag(ncol(d)); for (i in 2:ncol(d)) for (j in 1:(i - 1)) m[i, j] <- m[j, i] <- pair(d[, i], d[, j], empty); m }
second <- function(d, ...) { d <- as.data.frame(d); unclass(unname(lavCor(d, ordered = names(d), ...))) }
tight <- list(nstart = 1, opt = list(factr = 10, maxit = 10000, pgtol = 0))
exact <- matrix_of(x)
turned <- exact; turned[6, ] <- -turned[6, ]; turned[, 6] <- -turned[, 6] # the last item is worded against the others
om <- factanal(covmat = turned, factors = 1, n.obs = n, control = tight)
l <- om$loadings[, 1]
grid <- expand.grid(h = c(-3.5, -1.1, 0, .4, 2.6), k = c(-2.2, -.3, 0, 1.7), r = c(-.999, -.95, -.6, -.1, 0, .3, .74, .92, .93, .99))
over <- function(h, k, r) { s <- sqrt(1 - r^2); g <- function(z) dnorm(z) * pnorm((k - r * z) / s)
  centre <- if (r == 0) h else min(h, k / r); p <- sort(unique(c(-12, pmin(h, c(-9, -6, -3, -1, 0, centre - 20 * s, centre - 8 * s, centre - 3 * s, centre, centre + 3 * s, centre + 8 * s)), h)))
  p <- p[p >= -12]; sum(sapply(seq_len(length(p) - 1), function(i) integrate(g, p[i], p[i + 1], rel.tol = 1e-13, abs.tol = 1e-15, subdivisions = 2000L)$value)) }
model <- "visual =~ x1 + x2 + x3\n textual =~ x4 + x5 + x6\n speed =~ x7 + x8 + x9"
fits <- c("chisq", "df", "ntotal", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper")
one <- as.list(fitMeasures(cfa(model, HolzingerSwineford1939), fits))
two <- as.list(fitMeasures(cfa(model, HolzingerSwineford1939, group = "school", group.equal = "loadings"), fits))
good <- as.list(fitMeasures(cfa("speed =~ x4 + x5 + x6 + x1", HolzingerSwineford1939), fits))
nc <- expand.grid(x = c(.5, 4, 20, 90), df = c(1, 5, 24), ncp = c(0, .3, 6, 60))
# Least squares by fa, told to search further than it does by itself.
r9 <- cor(HolzingerSwineford1939[, paste0("x", 1:9)])
squares <- function(u, m) { e <- eigen(r9 - diag(u)); v <- e$vectors[, 1:m, drop = FALSE] %*% diag(sqrt(pmax(e$values[1:m], 0)), m); v }
minres <- lapply(1:3, function(m) {
  full <- function(u) { e <- eigen(r9 - diag(u))$values; sum(e[-(1:m)]^2) / 2 }
  gfull <- function(u) { e <- eigen(r9 - diag(u)); -rowSums(sweep(e$vectors[, -(1:m)]^2, 2, e$values[-(1:m)], "*")) }
  o <- optim(1 / diag(solve(r9)), full, gfull, method = "L-BFGS-B", lower = .005, upper = 1, control = list(factr = 1, pgtol = 0, maxit = 10000))
  o <- optim(o$par, full, gfull, method = "L-BFGS-B", lower = .005, upper = 1, control = list(factr = 1, pgtol = 0, maxit = 10000))
  v <- squares(o$par, m)
  p <- fa(r9, m, n.obs = 301, fm = "minres", rotate = "none")
  list(factors = m, uniquenesses = o$par, shared = unname(v %*% t(v)), psych_shared = unname(unclass(p$loadings) %*% t(unclass(p$loadings))), psych_uniquenesses = unname(p$uniquenesses))
})
out <- list(
  software = sprintf("R %s, psych %s, lavaan %s, mvtnorm %s", paste(R.version$major, R.version$minor, sep = "."), packageVersion("psych"), packageVersion("lavaan"), packageVersion("mvtnorm")),
  bivariate = lapply(seq_len(nrow(grid)), function(i) with(grid[i, ], c(h, k, r, over(h, k, r),
    pmvnorm(upper = c(h, k), corr = matrix(c(1, r, r, 1), 2), algorithm = TVPACK(1e-14))[1]))),
  answers = x, thresholds = lapply(1:6, function(i) unname(bounds(x[, i]))), exact = exact,
  psych = unname(polychoric(x, correct = 0)$rho), lavaan = second(x),
  open = open, exact_open = { m <- diag(6); for (i in 2:6) for (j in 1:(i - 1)) { both <- !is.na(open[, i]) & !is.na(open[, j])
    tab <- table(open[both, i], open[both, j]); a <- bounds(open[, i]); b <- bounds(open[, j])
    score <- function(r) sum(ifelse(tab > 0, tab * cells(slopes(a, b, r)) / cells(corners(a, b, r)), 0))
    m[i, j] <- m[j, i] <- uniroot(score, c(-.98, .98), tol = 1e-14)$root }; m },
  lavaan_open = second(open, missing = "pairwise"),
  few = few, few_as_they_are = matrix_of(few), few_half = matrix_of(few, .5),
  few_lavaan = suppressWarnings(second(few)), few_lavaan_half = suppressWarnings(second(few, zero.add = c(.5, .5))),
  alpha = suppressWarnings(alpha(turned, warnings = FALSE))$total$std.alpha, omega = sum(l)^2 / (sum(l)^2 + sum(om$uniquenesses)), loadings = unname(abs(l)),
  rmsea = list(one, two, good), rmsea_groups = c(1, 2, 1),
  noncentral = lapply(seq_len(nrow(nc)), function(i) with(nc[i, ], c(x, df, ncp, pchisq(x, df, ncp)))),
  correlations = unname(r9), minres = minres)
cat(toJSON(out, digits = NA, auto_unbox = TRUE, na = "null"), "\n", sep = "")
