#!/usr/bin/env Rscript
# Vertex bootstrap of density, written out in base R for a network that can be typed anywhere:
# i names j if (3 i + 5 j + i j) mod 7 < 2, i and j from 0. Usage: bootstrap_base.R [ACTORS] [DRAWS]
given <- as.integer(commandArgs(trailingOnly = TRUE))
actors <- if (length(given) > 0) given[1] else 20L
draws <- if (length(given) > 1) given[2] else 100000L
set.seed(1999)

number <- seq_len(actors) - 1
ties <- 1 * (outer(number, number, function(i, j) (3 * i + 5 * j + i * j) %% 7) < 2)
off_diagonal <- row(ties) != col(ties)
diag(ties) <- 0

density_of_draw <- function(draw) {
  who <- sample.int(actors, actors, replace = TRUE)
  drawn <- ties[who, who]
  # Two copies of one actor: a dyad of the network at random, its two cells in random order.
  twins <- which(outer(who, who, "==") & upper.tri(drawn), arr.ind = TRUE)
  for (pair in seq_len(nrow(twins))) {
    two <- sample.int(actors, 2)
    drawn[twins[pair, 1], twins[pair, 2]] <- ties[two[1], two[2]]
    drawn[twins[pair, 2], twins[pair, 1]] <- ties[two[2], two[1]]
  }
  mean(drawn[off_diagonal])
}
densities <- vapply(seq_len(draws), density_of_draw, numeric(1))
cat(sprintf("actors %d draws %d density %.10f mean %.6f se %.6f\n",
            actors, draws, mean(ties[off_diagonal]), mean(densities), sd(densities)))
