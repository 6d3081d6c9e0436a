# Makes mixed_inference.json: what R says about fitted mixed models beyond the fit itself.
# Rscript mixed_inference.R ../../../../shared/data > mixed_inference.json
# Needs lme4, lmerTest (Satterthwaite), pbkrtest (Kenward-Roger), numDeriv and jsonlite. Two data sets are drawn here and written into the file,
# the others are read from the shared collection.
suppressPackageStartupMessages({ library(lme4); library(lmerTest); library(pbkrtest); library(jsonlite) })
shared <- commandArgs(TRUE)[1]
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5),
  calc.derivs = FALSE, check.conv.singular = "ignore")

exam <- read.csv(file.path(shared, "exam_london/scores.csv"))
bdf <- read.csv(file.path(shared, "bdf_dutch_primary/scores.csv"))
bdf$pupil <- paste(bdf$school, bdf$pupil, sep = ":")
tank <- read.csv(file.path(shared, "tankdat_discontinuous/scores.csv"))
tank$t1 <- pmin(tank$occasion, 5)
tank$jump <- as.numeric(tank$occasion > 5)
tank$t2 <- pmax(tank$occasion - 6, 0)
pupils <- read.csv(file.path(shared, "golden/inputs/pupils_piecewise.csv"), colClasses = c(weight_category = "character"))
pupils$t1 <- pmin(pupils$occasion, 3) - 1
pupils$t2 <- pmax(pupils$occasion - 3, 0)
pupils$time <- pupils$t1 + pupils$t2
pupils$w03 <- as.numeric(pupils$weight_category == "0.3")
pupils$w12 <- as.numeric(pupils$weight_category == "1.2")
pupils$pupil <- paste(pupils$school, pupils$pupil, sep = ":")

# Teachers in twenty schools, ten a side, asked three times; some leave.
set.seed(20)
teachers <- do.call(rbind, lapply(1:20, function(j) {
  high <- as.numeric(j <= 10); n <- sample(4:11, 1)
  u <- rnorm(1, 0, .5); slope <- rnorm(1, 0, .25)
  do.call(rbind, lapply(1:n, function(i) {
    r <- rnorm(1, 0, .7); waves <- sample(1:3, 1, prob = c(.15, .15, .7))
    wave <- seq_len(waves) - 1
    data.frame(school = sprintf("S%02d", j), teacher = sprintf("S%02d:%02d", j, i), high = high, w2 = as.numeric(wave == 1), w3 = as.numeric(wave == 2),
      time = wave, y = round(4 + .3 * high + (.2 + .4 * high + slope) * wave + u + r + rnorm(waves, 0, .6), 3))
  }))
}))
teachers$high_w2 <- teachers$high * teachers$w2
teachers$high_w3 <- teachers$high * teachers$w3

# Pupils who change school: neither grouping lies in the other.
set.seed(21)
movers <- do.call(rbind, lapply(1:80, function(i) {
  r <- rnorm(1, 0, 1.2); school <- sample(7, 1)
  do.call(rbind, lapply(0:3, function(t) {
    if (runif(1) < .25) school <<- sample(7, 1)
    data.frame(pupil = sprintf("P%02d", i), school = sprintf("S%d", school), time = t, y = r + t)
  }))
}))
effect <- rnorm(7, 0, .8)
movers$y <- round(movers$y + effect[as.integer(substring(movers$school, 2))] + rnorm(nrow(movers), 0, .7), 3)

named <- function(x) as.list(setNames(as.numeric(x), names(x)))
rows <- function(m) lapply(seq_len(nrow(m)), function(i) as.numeric(m[i, ]))

# Joint distribution of every unit and the fixed effects, by the full mixed-model equations (Henderson).
joint <- function(m) {
  Z <- as.matrix(getME(m, "Z")); X <- getME(m, "X"); L <- as.matrix(getME(m, "Lambda")); s2 <- sigma(m)^2
  U <- Z %*% L # spherical, so that a variance of zero does no harm
  C <- s2 * solve(rbind(cbind(crossprod(U) + diag(ncol(U)), crossprod(U, X)), cbind(crossprod(X, U), crossprod(X))))
  q <- ncol(Z); T <- diag(q + ncol(X)); T[1:q, 1:q] <- L
  T %*% C %*% t(T)
}

# Units of one grouping: modes, both covariances, and what the unit's own rows say.
units <- function(m, grouping, below = NULL) {
  re <- ranef(m, condVar = TRUE)[[grouping]]; cv <- attr(re, "postVar")
  all <- joint(m); Z <- getME(m, "Z"); X <- getME(m, "X"); s2 <- sigma(m)^2; r <- as.numeric(getME(m, "y") - X %*% fixef(m))
  flist <- getME(m, "flist"); which_factor <- match(grouping, names(flist))
  q <- ncol(re); first <- getME(m, "Gp")[which_factor]
  tau <- VarCorr(m)[[grouping]]
  lapply(seq_len(nrow(re)), function(j) {
    cols <- first + (j - 1) * q + 1:q
    mine <- which(as.integer(flist[[grouping]]) == j)
    V <- diag(s2, length(mine))
    for (other in below) {
      part <- getME(m, "Gp")[match(other, names(flist)) + 0:1]
      o <- (part[1] + 1):part[2]
      Zo <- as.matrix(Z[mine, o]); Zo <- Zo[, colSums(abs(Zo)) > 0, drop = FALSE]
      V <- V + as.numeric(VarCorr(m)[[other]])[1] * tcrossprod(Zo) # random intercepts only
    }
    W <- solve(V); Zj <- as.matrix(Z[mine, cols, drop = FALSE])
    A <- t(Zj) %*% W %*% Zj
    good <- rcond(A) > 1e-10
    v <- if (good) solve(A) else NULL
    list(unit = rownames(re)[j], mode = as.numeric(re[j, ]), cond_var = rows(as.matrix(cv[, , j])), joint_var = rows(all[cols, cols, drop = FALSE]),
      unshrunken = if (good) as.numeric(v %*% t(Zj) %*% W %*% r[mine]) else NULL,
      unshrunken_var = if (good) rows(v) else NULL,
      reliability = if (good) as.numeric(diag(tau) / (diag(tau) + diag(v))) else NULL)
  })
}

profiled <- function(m, ...) {
  ci <- confint(m, method = "profile", oldNames = FALSE, quiet = TRUE, devtol = 1e-7, ...)
  lapply(seq_len(nrow(ci)), function(i) list(name = rownames(ci)[i], lower = ci[i, 1], upper = ci[i, 2]))
}

record <- function(name, dataset, formula, data, reml = TRUE, contrasts = list(), kr = FALSE, unit = NULL, below = NULL, profile = FALSE) {
  message(name, if (reml) " REML" else " ML")
  m <- lmerTest::lmer(formula, data, REML = reml, control = tight)
  table <- coef(summary(m, ddf = "Satterthwaite"))
  p <- length(fixef(m))
  ci <- qt(.975, table[, "df"]) * table[, "Std. Error"]
  out <- list(name = name, dataset = dataset, formula = deparse1(formula), criterion = if (reml) "REML" else "ML", theta = as.numeric(getME(m, "theta")),
    sigma = sigma(m), minus2logLik = -2 * as.numeric(logLik(m)),
    groupings = names(getME(m, "flist")),
    fixed = lapply(seq_len(p), function(i) list(name = names(fixef(m))[i], estimate = table[i, 1], se = table[i, 2], df = table[i, 3], t = table[i, 4],
      p = table[i, 5], lower = table[i, 1] - ci[i], upper = table[i, 1] + ci[i])),
    contrasts = lapply(contrasts, function(l) { r <- lmerTest::contest1D(m, l, confint = TRUE)
      list(weights = l, estimate = r[["Estimate"]], se = r[["Std. Error"]], df = r[["df"]], p = r[["Pr(>|t|)"]]) }))
  if (kr) {
    adjusted <- vcovAdj(m); plain <- vcov(m)
    out$kenward_roger <- list(covariance = rows(as.matrix(adjusted)),
      df = vapply(seq_len(p), function(i) Lb_ddf(as.numeric(seq_len(p) == i), plain, adjusted), 0),
      contrast_df = vapply(contrasts, function(l) Lb_ddf(l, plain, adjusted), 0))
  }
  if (!is.null(unit)) out$units <- setNames(lapply(unit, function(g) units(m, g, below[[g]])), unit)
  if (profile) out$profile <- profiled(m)
  out
}

exam_ri <- normexam ~ standLRT + (1 | school)
exam_rs <- normexam ~ standLRT + (1 + standLRT | school)
bdf_ri <- language ~ occasion + (1 | school) + (1 | pupil)
bdf_rs <- language ~ occasion + (1 + occasion | school) + (1 | pupil)
pupils_ri <- score ~ t1 + t2 + w03 + w12 + (1 | school) + (1 | pupil)
pupils_rs <- score ~ t1 + t2 + w03 + w12 + (1 + t1 + t2 | school) + (1 | pupil)
pupils_full <- score ~ t1 + t2 + w03 + w12 + (1 + t1 + t2 | school) + (1 + time | pupil)
tank_ri <- score ~ t1 + jump + t2 + (1 | person)
tank_rs <- score ~ t1 + jump + t2 + (1 + t1 | person)
teach_ri <- y ~ high + w2 + w3 + high_w2 + high_w3 + (1 | school) + (1 | teacher)
teach_rs <- y ~ high + w2 + w3 + high_w2 + high_w3 + (1 + time | school) + (1 | teacher)
movers_ri <- y ~ time + (1 | pupil) + (1 | school)

slope_change <- list(c(0, -1, 1, 0, 0), c(1, 2, 2, 0, 0))
last_waves <- list(c(0, 0, 0, -1, 0, 0), c(0, 0, 0, 0, -1, 1), c(0, 1, 0, 0, 0, 1))
records <- list()
add <- function(...) records[[length(records) + 1]] <<- record(...)
for (reml in c(TRUE, FALSE)) {
  add("exam_ri", "exam_london", exam_ri, exam, reml, list(c(1, 1), c(0, 2)), reml, if (reml) "school", list(), reml)
  add("exam_rs", "exam_london", exam_rs, exam, reml, list(c(1, 1), c(1, -1)), reml, if (reml) "school", list(), !reml)
  add("bdf_ri", "bdf_dutch_primary", bdf_ri, bdf, reml, list(c(1, 1)), reml)
  add("bdf_rs", "bdf_dutch_primary", bdf_rs, bdf, reml, list(c(1, 1)), reml)
  add("pupils_ri", "pupils_piecewise", pupils_ri, pupils, reml, slope_change, reml, if (reml) "school", list(school = "pupil"))
  add("pupils_rs", "pupils_piecewise", pupils_rs, pupils, reml, slope_change, reml, if (reml) "school", list(school = "pupil"))
  add("pupils_full", "pupils_piecewise", pupils_full, pupils, reml, slope_change, reml)
  add("tank_ri", "tankdat_discontinuous", tank_ri, tank, reml, list(c(0, -1, 0, 1)), reml, NULL, list(), reml)
  add("tank_rs", "tankdat_discontinuous", tank_rs, tank, reml, list(c(0, -1, 0, 1)), reml, if (reml) "person", list())
  add("teachers_ri", "teachers", teach_ri, teachers, reml, last_waves, reml, if (reml) c("school", "teacher"), list(school = "teacher"), reml)
  add("teachers_rs", "teachers", teach_rs, teachers, reml, last_waves, reml, if (reml) "school", list(school = "teacher"))
  add("movers_ri", "movers", movers_ri, movers, reml, list(c(1, 3)), FALSE, if (reml) c("school", "pupil"), list(school = "pupil", pupil = "school"), reml)
}

# Without one school, everything fitted again.
message("influence")
left_out <- function(formula, data, grouping) {
  whole <- lmer(formula, data, control = tight); V <- solve(as.matrix(vcov(whole)))
  lapply(sort(unique(data[[grouping]])), function(j) {
    without <- lmer(formula, data[data[[grouping]] != j, ], control = tight)
    d <- fixef(without) - fixef(whole)
    list(unit = as.character(j), fixed = as.numeric(fixef(without)), cooks_distance = as.numeric(d %*% V %*% d) / length(d))
  })
}
influence <- list(list(name = "teachers_ri", units = left_out(teach_ri, teachers, "school")),
  list(name = "teachers_rs", units = left_out(teach_rs, teachers, "school")))

versions <- sapply(c("lme4", "lmerTest", "pbkrtest", "numDeriv"), function(p) as.character(packageVersion(p)))
cat(toJSON(list(software = c(R = as.character(getRversion()), versions), data = list(teachers = as.list(teachers), movers = as.list(movers)),
  models = records, influence = influence), auto_unbox = TRUE, digits = I(17), null = "null", na = "null"), "\n")
