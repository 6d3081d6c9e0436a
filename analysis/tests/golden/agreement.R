# Makes agreement.json: intraclass correlations of unequal groups, answers of a test with a key, gains.
# Run from this folder: Rscript agreement.R > agreement.json
# R 4.2.2 (stats), psych 2.2.9, lme4 1.1-31.

suppressPackageStartupMessages({
  library(psych)
  library(lme4)
})
options(digits = 17)
set.seed(20260401)

number <- function(x) {
  short <- sprintf("%.15g", x)
  ifelse(is.na(x), "null", ifelse(suppressWarnings(as.numeric(short)) == x, short, sprintf("%.17g", x)))
}
list_of <- function(x) paste0("[", paste(number(x), collapse = ", "), "]")
rows_of <- function(x) paste0("[", paste(apply(x, 1, list_of), collapse = ", "), "]")
object <- function(...) {
  parts <- c(...)
  paste0("{", paste0('"', names(parts), '": ', parts, collapse = ", "), "}")
}

# Unequal groups.
one <- function(sizes, between) {
  group <- rep(seq_along(sizes), sizes)
  score <- round(3 + rnorm(length(sizes), sd = between)[group] + rnorm(length(group)), 3)
  table <- summary(aov(score ~ factor(group)))[[1]]
  f <- table[1, "F value"]
  df <- table[, "Df"]
  n <- length(score)
  k <- n / length(sizes)
  k0 <- (n - sum(sizes^2) / n) / (length(sizes) - 1)
  low <- f / qf(.975, df[1], df[2])
  high <- f / qf(.025, df[1], df[2])
  icc <- function(f, k) (f - 1) / (f + k - 1)
  fit <- lmer(score ~ 1 + (1 | group), control = lmerControl(
    check.conv.singular = "ignore", optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10)))
  v <- as.data.frame(VarCorr(fit))$vcov
  object(
    groups = paste0("[", paste(tapply(score, group, list_of), collapse = ", "), "]"),
    f = number(f), p = number(table[1, "Pr(>F)"]), df = list_of(df),
    icc_1 = list_of(icc(c(f, low, high), k)), icc_1_exact = list_of(icc(c(f, low, high), k0)),
    icc_2 = list_of(1 - 1 / c(f, low, high)), reml = list_of(v), mean = number(unname(fixef(fit)))
  )
}
intraclass <- c(
  one(rpois(20, 14) + 1, .4), one(c(1, 2, 30, 1, 5, 8), .8), one(rep(6, 12), 0), one(rpois(104, 15) + 2, .3), one(c(2, 3), 1)
)

# Groups of one size: the interval of psych, which knows no others.
equal <- matrix(round(rnorm(12 * 5) + rep(rnorm(12), 5), 2), 12)
by_psych <- ICC(equal, lmer = FALSE)$results
equal_sizes <- object(
  groups = rows_of(equal),
  icc_1 = list_of(unlist(by_psych[by_psych$type == "ICC1", c("ICC", "lower bound", "upper bound")])),
  icc_2 = list_of(unlist(by_psych[by_psych$type == "ICC1k", c("ICC", "lower bound", "upper bound")]))
)

# A test: 80 people, 9 questions of four options, some left open.
ability <- rnorm(80)
right <- sample(1:4, 9, replace = TRUE)
answers <- sapply(1:9, function(j) {
  knows <- runif(80) < plogis(1.2 * ability - seq(-2, 2, length.out = 9)[j])
  chosen <- ifelse(knows, right[j], sample(1:4, 80, replace = TRUE, prob = c(.4, .3, .2, .1)))
  ifelse(runif(80) < .04, NA, chosen)
})
right_or_not <- sweep(answers, 2, right, "==") * 1
wrong <- ifelse(is.na(right_or_not), 0, right_or_not)
test_of <- function(marks) {
  complete <- marks[complete.cases(marks), ]
  total <- rowSums(complete)
  found <- alpha(data.frame(complete), check.keys = FALSE, warnings = FALSE)
  ci <- alpha.ci(found$total$raw_alpha, n.obs = nrow(complete), n.var = ncol(complete))
  object(
    n = nrow(complete), kr_20 = list_of(c(found$total$raw_alpha, ci$lower.ci, ci$upper.ci)),
    mean = number(mean(total)), sd = number(sd(total)), sem = number(sd(total) * sqrt(1 - found$total$raw_alpha)),
    difficulty = list_of(colMeans(marks, na.rm = TRUE)), item_total = list_of(found$item.stats$raw.r),
    item_rest = list_of(found$item.stats$r.drop)
  )
}
options_of <- sapply(1:9, function(j) {
  rest <- rowSums(wrong[, -j])
  chosen <- factor(answers[, j], levels = 1:4)
  object(
    n = list_of(table(chosen)), share = list_of(prop.table(table(chosen))), mean_rest = list_of(tapply(rest, chosen, mean)),
    floor_p = number(binom.test(sum(chosen == right[j], na.rm = TRUE), sum(!is.na(chosen)), 1 / 4, alternative = "greater")$p.value)
  )
})
test <- object(
  answers = rows_of(answers), right = list_of(right), unanswered_wrong = test_of(wrong), unanswered_missing = test_of(right_or_not),
  options = paste0("[", paste(options_of, collapse = ",\n "), "]")
)

# Gains of 40 people in 7 schools.
school <- rep(1:7, c(3, 9, 1, 8, 6, 6, 7))
before <- sample(0:9, 40, replace = TRUE)
after <- pmin(9, before + sample(-2:4, 40, replace = TRUE))
paired <- t.test(after, before, paired = TRUE)
of_schools <- t.test(tapply(after - before, school, mean))
gain_of <- function(t) object(
  mean = number(unname(t$estimate)), interval = list_of(t$conf.int), se = number(t$stderr), t = number(unname(t$statistic)), p = number(t$p.value)
)
gains <- object(
  school = list_of(school), before = list_of(before), after = list_of(after), people = gain_of(paired), schools = gain_of(of_schools)
)

cat('{"made_with": "R ', paste(R.version$major, R.version$minor, sep = "."), ", psych ", as.character(packageVersion("psych")),
  ", lme4 ", as.character(packageVersion("lme4")), '",\n"intraclass": [', paste(intraclass, collapse = ",\n "),
  '],\n"equal_sizes": ', equal_sizes, ',\n"test": ', test, ',\n"gains": ', gains, "}\n", sep = "")
