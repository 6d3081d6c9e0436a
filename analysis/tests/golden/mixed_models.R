# Values of lme4 for models that the shared collection has no fit of: three levels with slopes, three groupings that cross, terms that are not
# correlated, no intercept, a variance of zero.
# Run here: Rscript mixed_models.R  (writes mixed_models.json)
suppressPackageStartupMessages(library(lme4))
library(jsonlite)
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(20130901)
n_school <- 12; n_class <- 3; n_pupil <- 6; n_time <- 4
d <- expand.grid(occasion = 0:(n_time - 1), pupil = 1:n_pupil, class = 1:n_class, school = 1:n_school)
d$class <- (d$school - 1) * n_class + d$class
d$pupil <- (d$class - 1) * n_pupil + d$pupil
n_rater <- 15
d$rater <- sample(n_rater, nrow(d), replace = TRUE)
d$x <- round(rnorm(nrow(d)), 2)
d$same <- (d$pupil + d$occasion) %% 7 + 1
draw <- function(units, sds) sapply(sds, function(s) rnorm(units, 0, s))
us <- draw(n_school, c(3, .8)); uc <- draw(n_school * n_class, c(2, .6)); up <- draw(n_school * n_class * n_pupil, c(5, 1)); ur <- draw(n_rater, 1.5)
up[, 2] <- up[, 2] + .1 * up[, 1]
d$y <- round(50 + 8 * d$occasion + 1.5 * d$x + us[d$school, 1] + us[d$school, 2] * d$occasion + uc[d$class, 1] + uc[d$class, 2] * d$occasion +
  up[d$pupil, 1] + up[d$pupil, 2] * d$occasion + ur[d$rater] + rnorm(nrow(d), 0, 2.5), 2)
d <- d[runif(nrow(d)) > .15, ]
rownames(d) <- NULL
formulas <- c(
  "y ~ occasion + x + (1 + occasion | school) + (1 + occasion | class) + (1 + occasion | pupil)",
  "y ~ occasion + x + (1 + occasion | school) + (1 | class) + (1 | pupil)",
  "y ~ occasion + (1 + occasion | school) + (1 + occasion | pupil) + (1 | rater)",
  "y ~ occasion + x + (1 + x | rater) + (1 | school) + (1 | class) + (1 | pupil)",
  "y ~ occasion + (1 | school) + (0 + occasion | school) + (1 | pupil)",
  "y ~ 0 + occasion + (0 + occasion | school) + (1 | pupil)",
  "y ~ occasion + (1 | same) + (1 | pupil)"
)
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5), calc.derivs = FALSE,
                       check.conv.singular = "ignore", check.nobs.vs.rankZ = "ignore", check.scaleX = "ignore")
fits <- list()
for (f in formulas) for (reml in c(TRUE, FALSE)) {
  # Again from where it ended until it stays: one run of bobyqa may stop early.
  m <- lmer(as.formula(f), d, REML = reml, control = control)
  for (i in 1:6) {
    again <- lmer(as.formula(f), d, REML = reml, control = control, start = getME(m, "theta"))
    if (-2 * as.numeric(logLik(again)) > -2 * as.numeric(logLik(m)) - 1e-10) break
    m <- again
  }
  v <- as.data.frame(VarCorr(m))
  fits[[length(fits) + 1]] <- list(
    formula = f, REML = reml, criterion = -2 * as.numeric(logLik(m)), fixef = as.list(fixef(m)), se = as.list(sqrt(diag(as.matrix(vcov(m))))),
    varcomp = v[, c("grp", "var1", "var2", "vcov")], singular = isSingular(m))
}
out <- list(software = paste("R", getRversion(), "lme4", packageVersion("lme4")), rows = as.list(d), fits = fits)
write(toJSON(out, digits = NA, auto_unbox = TRUE, null = "null", na = "null"), "mixed_models.json")
for (f in fits) cat(f$REML, f$singular, sprintf("%.8f", f$criterion), f$formula, "\n")
