# Reference values for src/statistics/kappa.rs, made with R (written with 4.2.2, vcd 1.4-11).
#
#   cd tests/reference && Rscript --vanilla kappa.R
#
# writes, beside itself:
#   kappa.csv  table, weights, kappa, standard_error, lower, upper
#
# A table holds the counts of the first assessor's categories by rows; the limits at 0.95 are not cut off.

suppressMessages(library(vcd))

digits <- function(x) {
  short <- sprintf("%.15g", x)
  ifelse(suppressWarnings(as.numeric(short)) == x, short, sprintf("%.17g", x))
}
set.seed(20261127)
drawn <- function(categories, n, agreement) {
  first <- sample(categories, n, replace = TRUE, prob = runif(categories, 0.2, 1))
  second <- ifelse(runif(n) < agreement, first, sample(categories, n, replace = TRUE))
  unclass(table(factor(first, 1:categories), factor(second, 1:categories)))
}
tables <- list(
  # J. L. Fleiss, J. Cohen, B. S. Everitt 1969, as in psych's example.
  matrix(c(106, 10, 4, 22, 28, 10, 2, 12, 6), 3, byrow = TRUE),
  matrix(c(20, 5, 10, 15), 2, byrow = TRUE),
  matrix(c(7, 1, 0, 0), 2, byrow = TRUE),
  matrix(c(9, 1, 1, 2), 2, byrow = TRUE)
)
for (i in 1:40) tables[[length(tables) + 1]] <- drawn(2 + i %% 4, c(8, 13, 30, 120)[i %% 4 + 1] + i, c(0.2, 0.6, 0.9)[i %% 3 + 1])

rows <- list()
for (table in tables) {
  for (weights in c("Equal-Spacing", "Fleiss-Cohen")) {
    found <- Kappa(table, weights = weights)
    keep <- function(weights, part) {
      value <- part[["value"]]; error <- part[["ASE"]]
      if (is.na(value) || is.na(error) || error < 1e-6) return()
      limits <- value + c(-1, 1) * qnorm(0.975) * error
      cells <- paste(apply(table, 1, paste, collapse = " "), collapse = "|")
      rows[[length(rows) + 1]] <<- data.frame(table = cells, weights = weights, kappa = digits(value),
                                              standard_error = digits(error), lower = digits(limits[1]), upper = digits(limits[2]))
    }
    if (weights == "Equal-Spacing") keep("none", found$Unweighted)
    keep(weights, found$Weighted)
  }
}
write.csv(do.call(rbind, rows), "kappa.csv", row.names = FALSE, quote = FALSE)
