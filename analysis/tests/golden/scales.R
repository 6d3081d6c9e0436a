# Makes scales.json: what R says of a small set of answers made here from a seed, of factors, and of invariance.
# Rscript scales.R HOLZINGER_SWINEFORD_ITEMS_CSV SAI_WAVES_ITEMS_CSV > scales.json     (needs psych, lavaan and jsonlite; the files are
# lavaan's example and psychTools' sai at waves 1 and 2, as they lie in the shared collection)
suppressPackageStartupMessages({ library(psych); library(lavaan); library(jsonlite) })
set.seed(20130901)
n <- 120; k <- 9
group <- rep(1:10, each = 12)
f1 <- rnorm(n) + 0.5 * rnorm(10)[group]; f2 <- 0.4 * f1 + rnorm(n)
x <- cbind(sapply(c(.8, .7, .6, .75, .5), function(l) l * f1 + rnorm(n)), sapply(c(.7, .8, .6, .9), function(l) l * f2 + rnorm(n)))
x <- pmin(pmax(round(3 + x), 1), 5)
full <- x
x[cbind(sample(n, 60, TRUE), sample(k, 60, TRUE))] <- NA
cc <- full  # factors: without open items
tight <- list(nstart = 1, opt = list(factr = 10, maxit = 10000, pgtol = 0))
a <- suppressWarnings(alpha(as.data.frame(x), warnings = FALSE))
# A correlation larger than one factor can make: an own share runs into its lower edge.
edge <- matrix(c(1, .8, .6, .5, .8, 1, .35, .3, .6, .35, 1, .25, .5, .3, .25, 1), 4)
heywood <- factanal(covmat = edge, factors = 1, n.obs = 200, control = tight)
fa1 <- factanal(cc, 1, control = tight)
ml <- lapply(2:3, function(m) {
  f <- factanal(cc, m, rotation = "none", control = tight)
  l <- unclass(f$loadings); v <- varimax(l, eps = 1e-14)
  list(factors = m, uniquenesses = unname(f$uniquenesses), communality_of_pairs = unname(l %*% t(l)),
       statistic = unname(f$STATISTIC), dof = f$dof, p_value = unname(f$PVAL), discrepancy = unname(f$criteria[1]),
       varimax_abs = unname(abs(unclass(v$loadings))[, order(-colSums(unclass(v$loadings)^2))]))
})
# Groups drawn again, 2,000 times: alpha and omega total of the first five items.
total_omega <- function(d) { f <- factanal(d, 1, control = list(lower = 0.005)); s <- apply(d, 2, sd); sum(s * f$loadings)^2 / (sum(s * f$loadings)^2 + sum(s^2 * f$uniquenesses)) }
raw_alpha <- function(d) { v <- cov(d); ncol(d) / (ncol(d) - 1) * (1 - sum(diag(v)) / sum(v)) }
again <- replicate(2000, { rows <- unlist(lapply(sample(10, 10, TRUE), function(g) which(group == g))); d <- full[rows, 1:5]; c(raw_alpha(d), total_omega(d)) })
drawn <- lapply(1:2, function(i) list(se = sd(again[i, ]), lower = unname(quantile(again[i, ], .025)), upper = unname(quantile(again[i, ], .975))))
hs <- read.csv(commandArgs(TRUE)[1])
model <- "visual =~ x1 + x2 + x3\n textual =~ x4 + x5 + x6\n speed =~ x7 + x8 + x9"
fits <- c("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "srmr", "logl", "baseline.chisq", "baseline.df")
one <- cfa(model, hs)
std <- standardizedSolution(one)
over <- function(...) cfa(model, hs, group = "group", ...)
inv <- list(configural = over(), metric = over(group.equal = "loadings"), scalar = over(group.equal = c("loadings", "intercepts")),
            strict = over(group.equal = c("loadings", "intercepts", "residuals")))
pe <- parameterEstimates(inv$scalar)
# Two factors of three items at two waves; the own parts of an item correlate over waves.
sai <- read.csv(commandArgs(TRUE)[2])
sai <- sai[!duplicated(sai[c("respondent", "wave")]), ]  # one is listed twice: the first row counts
items <- list(calm = c("calm", "relaxed", "content"), tense = c("tense", "nervous", "anxious"))
wide <- merge(sai[sai$wave == 1, c("respondent", unlist(items))], sai[sai$wave == 2, c("respondent", unlist(items))], by = "respondent",
              suffixes = c("1", "2"))
wide <- wide[complete.cases(wide), ]
waves <- function(level) {
  lines <- character()
  for (w in 1:2) for (f in names(items)) {
    i <- items[[f]]
    l <- if (level >= 2) paste0("l", i, "*") else rep("", length(i))
    l[i == i[1]] <- ""
    lines <- c(lines, paste0(f, "f", w, " =~ ", paste0(l, i, w, collapse = " + ")))
    if (level >= 3) { lines <- c(lines, paste0(i, w, " ~ i", i, "*1")); if (w == 2) lines <- c(lines, paste0(f, "f2 ~ 1")) }
    if (level >= 4) lines <- c(lines, paste0(i, w, " ~~ u", i, "*", i, w))
    if (w == 1) lines <- c(lines, paste0(i, "1 ~~ ", i, "2"))
  }
  cfa(paste(lines, collapse = "\n"), wide, meanstructure = TRUE)
}
over_waves <- setNames(lapply(1:4, function(level) as.list(fitMeasures(waves(level), fits))), c("configural", "metric", "scalar", "strict"))
out <- list(
  drawn_again = list(alpha = drawn[[1]], omega = drawn[[2]]),
  heywood = list(correlations = edge, loadings = unname(abs(heywood$loadings[, 1])), uniquenesses = unname(heywood$uniquenesses),
                 statistic = unname(heywood$STATISTIC)),
  waves_n = nrow(wide), over_waves = over_waves,
  software = sprintf("R %s, psych %s, lavaan %s", paste(R.version$major, R.version$minor, sep = "."), packageVersion("psych"), packageVersion("lavaan")),
  answers = x, without_open = full, group = group,
  item_total = unname(a$item.stats$raw.r), item_rest = unname(a$item.stats$r.drop), n = unname(a$item.stats$n),
  mean = unname(a$item.stats$mean), deviation = unname(a$item.stats$sd), lambda_six = a$total$`G6(smc)`,
  kmo_items = unname(KMO(cor(cc))$MSAi), two_items_std_alpha = suppressWarnings(alpha(as.data.frame(cc[, 1:2]), warnings = FALSE))$total$std.alpha,
  one_factor = list(loadings = unname(abs(fa1$loadings[, 1])), statistic = unname(fa1$STATISTIC), dof = fa1$dof, p_value = unname(fa1$PVAL)),
  factors = ml, bartlett_p = cortest.bartlett(cor(cc[, c(1, 9)]), n)$p.value,
  three_factors = list(fit = as.list(fitMeasures(one, fits)), standardised_loadings = std$est.std[std$op == "=~"],
                       factor_correlations = std$est.std[std$op == "~~" & std$lhs != std$rhs]),
  invariance = lapply(inv, function(f) as.list(fitMeasures(f, fits))),
  scalar_factor_means = pe$est[pe$op == "~1" & pe$lhs %in% c("visual", "textual", "speed") & pe$group == 2],
  scalar_factor_mean_se = pe$se[pe$op == "~1" & pe$lhs %in% c("visual", "textual", "speed") & pe$group == 2])
cat(toJSON(out, digits = NA, auto_unbox = TRUE, na = "null"), "\n", sep = "")
