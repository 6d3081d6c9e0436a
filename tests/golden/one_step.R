# Makes one_step.json: a factor of schools in the model of pupils' growth, by lme4 and lmerTest.
# Rscript one_step.R > one_step.json
# The data are drawn here and written into the file. The factor is known for all schools but two, and standardised over the others.
suppressPackageStartupMessages({ library(lme4); library(lmerTest); library(jsonlite) })
set.seed(14)
n <- 26
cohort <- ifelse(seq_len(n) <= 14, "2019", "2020")
factor <- round(pmin(pmax(3 + rnorm(n, 0, .8), .2), 5.8), 2)
schools <- data.frame(school = sprintf("S%02d", seq_len(n)), cohort, factor)
schools$factor[c(5, 20)] <- NA
rows <- do.call(rbind, lapply(seq_len(n), function(j) {
  u <- rnorm(3, 0, c(4, 1.2, 1.5)); size <- sample(8:15, 1)
  do.call(rbind, lapply(seq_len(size), function(i) {
    r <- rnorm(2, 0, c(6, 1)); weight <- sample(c("0.0", "0.3", "1.2"), 1, prob = c(.6, .2, .2))
    months <- c(-24, -12, -6, 0, 12, 24); months <- months[runif(6) > .1]
    if (length(months) == 0) return(NULL)
    s <- months / 12; c <- pmax(s, 0)
    mean <- 60 - 3 * (weight == "1.2") + 2 * (cohort[j] == "2020") + u[1] + r[1] + (9 + u[2] + r[2]) * s +
      (2 + .8 * (factor[j] - 3) + (cohort[j] == "2020") + u[3]) * c
    data.frame(school = sprintf("S%02d", j), pupil = sprintf("P%02d", i), month = months, score = round(mean + rnorm(length(s), 0, 3), 2), weight = weight)
  }))
}))
data <- merge(rows, schools, by = "school")
known <- schools$factor[!is.na(schools$factor)]
data$factor <- (data$factor - mean(known)) / sd(known)
data <- data[!is.na(data$factor), ]
data$s <- data$month / 12
data$c <- pmax(data$s, 0)
data$pupil <- paste(data$school, data$pupil)
m <- lmer(score ~ s + c + weight + cohort + s:cohort + c:cohort + factor + s:factor + c:factor + (1 + s + c | school) + (1 + s | pupil), data,
  REML = TRUE, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5), calc.derivs = FALSE))
found <- coef(summary(m, ddf = "Satterthwaite"))
terms <- lapply(seq_len(nrow(found)), function(i) list(term = rownames(found)[i], estimate = found[i, 1], se = found[i, 2], df = found[i, 3], p = found[i, 5]))
variances <- as.data.frame(VarCorr(m))
# The model of growth of all schools, by maximum likelihood: intervals by how much worse it fits elsewhere.
all <- merge(rows, schools, by = "school")
all$s <- all$month / 12
all$c <- pmax(all$s, 0)
all$pupil <- paste(all$school, all$pupil)
growth <- lmer(score ~ s + c + weight + cohort + (1 + s + c | school) + (1 + s | pupil), all,
  REML = FALSE, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5), calc.derivs = FALSE))
ends <- confint(growth, parm = c(10, 12, 13), oldNames = FALSE, method = "profile", quiet = TRUE)[c("s", "c", "sigma"), ]
profile <- lapply(1:3, function(i) list(kind = c("fixed", "fixed", "residual")[i], term = c("s", "c", "residual")[i],
  lower = ends[i, 1], upper = ends[i, 2]))
cat(toJSON(list(software = paste("lme4", packageVersion("lme4"), "lmerTest", packageVersion("lmerTest"), R.version.string),
  schools = lapply(seq_len(n), function(j) list(school = schools$school[j], cohort = schools$cohort[j], factor = schools$factor[j])),
  columns = c("school", "pupil", "month", "score", "weight"),
  rows = lapply(seq_len(nrow(rows)), function(i) list(rows$school[i], rows$pupil[i], rows$month[i], rows$score[i], rows$weight[i])),
  n_schools = length(known), n_pupils = length(unique(data$pupil)), sd = sd(known), criterion = as.numeric(REMLcrit(m)), singular = isSingular(m), profile = profile,
  terms = terms, variances = lapply(seq_len(nrow(variances)), function(i) list(group = variances$grp[i], first = variances$var1[i], second = variances$var2[i], value = variances$vcov[i]))),
  auto_unbox = TRUE, digits = 15, na = "null"))
