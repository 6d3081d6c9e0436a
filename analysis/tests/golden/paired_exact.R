# Makes paired_exact.json: the same units measured twice, every sign written out where there are few, convolved where there are many.
# Rscript paired_exact.R > paired_exact.json     (needs the packages jsonlite and coin)
suppressPackageStartupMessages({library(jsonlite); library(coin)})
software <- paste("R stats", getRversion())
record <- function(id, call, value) list(id = id, software = software, `function` = call, value = value)

written_out <- function(d) {
  signs <- as.matrix(expand.grid(rep(list(c(-1, 1)), length(d))))
  sums <- as.vector(signs %*% abs(d))
  list(two = mean(abs(sums) >= abs(sum(d))), greater = mean(sums >= sum(d)))
}
convolved <- function(d) {
  size <- abs(d); reach <- sum(size); chance <- c(1, rep(0, reach))
  for (s in size[size > 0]) chance <- (chance + c(rep(0, s), chance[seq_len(reach + 1 - s)])) / 2
  sums <- 2 * (0:reach) - reach
  list(two = sum(chance[abs(sums) >= abs(sum(d))]), greater = sum(chance[sums >= sum(d)]))
}
set.seed(20261122)
lists <- list(
  few = c(2, -1, 3, 1, 1, -2, 4, 0, 1, 2, -1, 3),
  tied = c(1, 1, 1, 1, -1, 1, 1, -1, 1, 1),
  balanced = c(4, -4, 2, -2, 1, -1, 3),
  seventy = sample(-3:6, 70, replace = TRUE))
one <- function(d) {
  how <- if (length(d) <= 14) written_out(d) else convolved(d)
  changed <- d[d != 0]
  # coin: first and second measurement within each unit.
  y <- c(pmax(d, 0), pmax(-d, 0)); n <- length(d)
  when <- factor(rep(c("first", "second"), each = n)); unit <- factor(rep(seq_len(n), 2))
  stratified <- if (length(d) <= 14) pvalue(oneway_test(y ~ when | unit, distribution = "exact")) else NULL
  out <- list(differences = d, records = list(
    record("p_value", "share of signs with |sum| >= |observed|", how$two),
    record("p_greater", "share of signs with sum >= observed", how$greater),
    record("sign_p_value", "binom.test(more, changed)$p.value", binom.test(sum(changed > 0), length(changed))$p.value),
    record("sign_p_greater", "binom.test(alternative = 'greater')$p.value",
      binom.test(sum(changed > 0), length(changed), alternative = "greater")$p.value)))
  if (!is.null(stratified)) out$records[[5]] <- list(id = "coin_p_value", software = paste("coin", packageVersion("coin")),
    `function` = "oneway_test(y ~ when | unit, distribution = 'exact')", value = as.numeric(stratified))
  out
}
cat(toJSON(lapply(lists, one), auto_unbox = TRUE, digits = NA, pretty = TRUE), "\n")
