# Makes own_networks.json: three small networks typed by hand, measured by R's sna.
# Rscript own_networks.R > own_networks.json     (needs the packages sna and jsonlite)
suppressPackageStartupMessages({ library(sna); library(jsonlite) })

# One row per actor, who names whom; "." = no tie, "1" = tie, "?" = not known.
typed <- list(
  team_of_six = c(
    ".11...",
    "1....1",
    "11.1..",
    ".....1",
    "1.1...",
    "......"),
  # Actors 3 and 7 did not answer, actor 5 left one cell open.
  team_of_eight = c(
    ".1..1...",
    "1.1.1...",
    "????????",
    "1......1",
    "11.1.?..",
    "....1...",
    "????????",
    "1..1...."),
  # Actor 2 answered about actor 1 only.
  team_of_five = c(
    ".1..1",
    "1.???",
    ".1.1.",
    "..1..",
    "11...")
)

software <- paste("R sna", packageVersion("sna"))
record <- function(id, call, value) list(id = id, software = software, `function` = call, value = value)

measure <- function(rows) {
  cells <- do.call(rbind, strsplit(rows, ""))
  known <- matrix(c("." = 0, "1" = 1, "?" = NA)[cells], nrow(cells))
  diag(known) <- 0
  null <- known
  null[is.na(null)] <- 0
  census <- function(m) as.vector(dyad.census(m))
  list(rows = rows, records = list(
    record("arcs_null", "sum(m)", sum(null)),
    record("density_available", "gden(m), NA kept", gden(known)),
    record("density_null", "gden(m)", gden(null)),
    record("dyad_census_available", "dyad.census(m), NA kept: M, A, N", census(known)),
    record("dyad_census_null", "dyad.census(m): M, A, N", census(null)),
    record("tie_reciprocity_available", "grecip(m, measure = 'edgewise'), NA kept", unname(grecip(known, measure = "edgewise"))),
    record("tie_reciprocity_null", "grecip(m, measure = 'edgewise')", unname(grecip(null, measure = "edgewise"))),
    record("dyadic_reciprocity_null", "grecip(m, measure = 'dyadic.nonnull')", unname(grecip(null, measure = "dyadic.nonnull"))),
    record("in_degree_null", "degree(m, cmode = 'indegree')", degree(null, cmode = "indegree")),
    record("out_degree_null", "degree(m, cmode = 'outdegree')", degree(null, cmode = "outdegree")),
    record("in_degree_centralization_null", "centralization(m, degree, cmode = 'indegree')", centralization(null, degree, cmode = "indegree")),
    record("out_degree_centralization_null", "centralization(m, degree, cmode = 'outdegree')", centralization(null, degree, cmode = "outdegree"))
  ))
}

cat(toJSON(list(R = R.version.string, networks = lapply(typed, measure)), auto_unbox = TRUE, digits = NA, pretty = 1), "\n", sep = "")
