# Reference values for the tests and intervals of src/statistics, made with R (written with 4.2.2;
# exactRankTests 0.8-35, coin 1.4-2).
#
#   cd tests/reference && Rscript --vanilla inference.R
#
# writes, beside itself:
#   inference.csv  question, input, answer
#
# The input holds what the question takes, its parts separated by "|"; the answer holds the name and
# value of each statistic. Numbers have as many digits as give the double back exactly.

suppressMessages({
  library(exactRankTests)
  library(coin)
})

digits <- function(x) ifelse(as.numeric(sprintf("%.15g", x)) == x, sprintf("%.15g", x), sprintf("%.17g", x))
rows <- list()
# Keeps named numbers as the answer to a question.
keep <- function(question, input, values) {
  rows[[length(rows) + 1]] <<- data.frame(
    question = question, input = input, answer = paste(names(values), digits(values), collapse = " ")
  )
}
listed <- function(x) paste(digits(x), collapse = " ")
input <- function(...) paste(..., sep = "|")
levels <- c(0.8, 0.9, 0.95, 0.99)

# Proportions.
counts <- do.call(rbind, lapply(1:10, function(n) cbind(0:n, n)))
counts <- rbind(counts, cbind(c(0, 1, 7, 25, 50), 50), cbind(c(0, 1, 400, 999, 1000), 1000),
                cbind(c(0, 3, 50000, 99999, 100000), 100000))
for (i in seq_len(nrow(counts))) for (level in levels) {
  k <- counts[i, 1]; n <- counts[i, 2]
  limits <- binom.test(k, n, conf.level = level)$conf.int
  keep("proportion", input(sprintf("%d", k), sprintf("%d", n), level),
       c(estimate = k / n, lower = limits[1], upper = limits[2]))
}

# Rates.
for (k in c(0:12, 20, 50, 137, 1000, 25000)) for (time in c(0.25, 7.75, 1200)) for (level in levels) {
  limits <- poisson.test(k, time, conf.level = level)$conf.int
  keep("rate", input(sprintf("%d", k), digits(time), level),
       c(estimate = k / time, lower = limits[1], upper = limits[2]))
}

# One sample of numbers, all with one decimal.
set.seed(20251123)
tenths <- list(
  c(-11, -4), c(3, -3), c(-5, -5, -2), c(-12, 4, -7), c(-23, -18, -18, -11),
  c(-5, -12, -9, -20, -11), c(-5, -12, 9, -20, -11), c(-5, -12, -9, -20, -11, -3),
  c(-23, -18, -18, -11, 9, -6, -4, 0), c(0, 0, 5, -5, 5, -7, -9), c(1, 1, 1, 1, -1, -1, 2, 2, -2),
  c(0, 0, 0, -1, -2, -3, -4, -5, -6), c(14, -14, 3, 3, -2, -8, -8, -8, -31, 6, 0, -12),
  round(rnorm(9, -6, 8)), round(rnorm(15, -3, 10)), round(rnorm(20, -8, 11)),
  round(rnorm(30, 2, 12)), round(rnorm(49, -1, 9)), round(rnorm(80, -2, 6)),
  round(rnorm(200, -1, 15)), round(rnorm(250, -1, 15)), rep(c(-3, 5, 7), 101)
)
for (x in tenths) {
  values <- x / 10
  if (length(unique(x)) > 1) for (level in levels) {
    test <- t.test(values, conf.level = level)
    keep("t", input(listed(values), level),
         c(estimate = mean(values), standard_error = test$stderr, df = unname(test$parameter),
           t = unname(test$statistic), p = test$p.value,
           lower = test$conf.int[1], upper = test$conf.int[2]))
  }
}

# Signed ranks: by exactRankTests and coin, and for few values by trying all signs.
all_signs <- function(ranks, w) {
  signs <- as.matrix(expand.grid(rep(list(0:1), length(ranks))))
  sums <- signs %*% ranks
  middle <- sum(ranks) / 2
  mean(abs(sums - middle) >= abs(w - middle) - 1e-9)
}
approximate <- function(ranks, w) {
  z <- max(0, abs(w - sum(ranks) / 2) - 0.5) / sqrt(sum(ranks^2) / 4)
  2 * pnorm(-z)
}
for (x in tenths) {
  for (zeros in c("dropped", "pratt")) {
    used <- if (zeros == "dropped") x[x != 0] else x
    ranks <- rank(abs(used))[used != 0]
    sign <- sign(used[used != 0])
    n <- length(ranks)
    w <- sum(ranks[sign > 0])
    if (n > 200) {
      p <- approximate(ranks, w)
      if (zeros == "dropped") stopifnot(all.equal(p, wilcox.test(used, exact = FALSE)$p.value, 1e-12))
    } else if (zeros == "dropped") {
      p <- wilcox.exact(used, exact = TRUE)$p.value
    } else {
      p <- pvalue(wilcoxsign_test(x ~ rep(0, length(x)), zero.method = "Pratt",
                                  distribution = exact(algorithm = "auto")))
    }
    if (n <= 15) stopifnot(all.equal(as.numeric(p), all_signs(ranks, w), 1e-10))
    keep("signed rank", input(listed(x / 10), zeros),
         c(n = n, positive_ranks = w, p = as.numeric(p), least_p = 2 / 2^n))
  }
}

# Hodges-Lehmann: the pair means formed one and all, their place by qsignrank.
for (x in tenths) for (level in levels) {
  n <- length(x)
  means <- outer(x, x, "+")
  means <- sort(means[!lower.tri(means)]) / 20
  pairs <- n * (n + 1) / 2
  tail <- (1 - level) / 2
  if (n <= 200) {
    k <- max(1, qsignrank(tail, n))
    confidence <- 1 - 2 * psignrank(k - 1, n)
  } else {
    sd <- sqrt(n * (n + 1) * (2 * n + 1) / 24)
    k <- floor(n * (n + 1) / 4 + 0.5 + qnorm(tail) * sd)
    confidence <- 1 - 2 * pnorm((k - 0.5 - n * (n + 1) / 4) / sd)
      # The exact place, still within reach of R for this n, is near.
    if (n < 300) stopifnot(abs(k - qsignrank(tail, n)) <= 10)
  }
  keep("hodges-lehmann", input(listed(x / 10), level),
       c(estimate = median(means), lower = means[k], upper = means[pairs + 1 - k],
         confidence = confidence))
}

# Two samples.
two <- list(
  list(c(-11, -4), c(3, 8)), list(c(5, 5), c(1, 2)), list(c(-11, -4, -9), c(3, 8)),
  list(c(1, 2, 3), c(4, 5, 6)), list(c(-23, -18, -18, -11), c(9, -6, -4, 0, 2)),
  list(c(7, 7, 7, 8, 8, 9), c(6, 7, 7, 9)), list(c(0, 0, 0, 1), c(0, 0, 2, 5, 9, 9, 12)),
  list(round(rnorm(8, -9, 7)), round(rnorm(8, -2, 12))),
  list(round(rnorm(5, 62, 13)), round(rnorm(12, 55, 4)))
)
large <- list(list(round(rnorm(40, 70, 12)), round(rnorm(90, 74, 20))),
              list(round(rnorm(150, -3, 9)), round(rnorm(420, -4, 11))))
for (pair in c(two, large)) {
  x <- pair[[1]] / 10; y <- pair[[2]] / 10
  for (level in levels) {
    test <- t.test(x, y, conf.level = level)
    keep("welch", input(listed(x), listed(y), level),
         c(estimate = mean(x) - mean(y), standard_error = test$stderr,
           df = unname(test$parameter), t = unname(test$statistic), p = test$p.value,
           lower = test$conf.int[1], upper = test$conf.int[2]))
  }
  keep("standardised difference", input(listed(x), listed(y)),
       c(estimate = (mean(x) - mean(y)) / sqrt((var(x) + var(y)) / 2)))
}
for (pair in two) {
  pooled <- c(pair[[1]], pair[[2]])
  n <- length(pooled); n1 <- length(pair[[1]])
  distance <- function(sum) abs(n * sum - n1 * sum(pooled))
  splits <- distance(combn(n, n1, function(chosen) sum(pooled[chosen])))
  p <- mean(splits >= distance(sum(pair[[1]])))
  group <- factor(rep(1:2, c(n1, n - n1)))
  stopifnot(all.equal(p, as.numeric(pvalue(oneway_test(pooled ~ group, distribution = "exact")))))
  keep("permutation", input(listed(pair[[1]] / 10), listed(pair[[2]] / 10)),
       c(estimate = mean(pair[[1]]) / 10 - mean(pair[[2]]) / 10, p = p,
         least_p = mean(splits == max(splits)), splits = length(splits)))
}
# Too many splits to try: what is drawn must come near coin's exact p.
for (shift in c(0, 4, 8)) {
  x <- round(rnorm(14, shift, 9)); y <- round(rnorm(17, 0, 9))
  group <- factor(rep(1:2, c(14, 17)))
  keep("permutation", input(listed(x / 10), listed(y / 10)),
       c(p_drawn = as.numeric(pvalue(oneway_test(c(x, y) ~ group, distribution = "exact")))))
}

# Categories.
for (pair in list(list(c(3, 1), c(2, 4)), list(c(5, 2, 3), c(1, 7, 4)), list(c(0, 2, 3), c(1, 7, 4)),
                  list(c(12, 0, 3, 9), c(8, 5, 0, 2)), list(c(4, 4, 4, 4), c(4, 4, 4, 4)),
                  list(c(120, 33, 48, 2, 77), c(300, 41, 96, 9, 120)), list(c(1, 0, 0), c(1, 1, 1)))) {
  p <- pair[[1]] / sum(pair[[1]]); q <- pair[[2]] / sum(pair[[2]])
  covariance <- (diag(p) - outer(p, p) + diag(q) - outer(q, q)) / 2
  keep_levels <- -length(p)
  d <- (p - q)[keep_levels]
  distance <- sqrt(sum(d * solve(covariance[keep_levels, keep_levels], d)))
  keep("standardised difference of levels", input(listed(pair[[1]]), listed(pair[[2]])),
       c(estimate = distance))
}

# Two-by-two tables. The estimate and limits of fisher.test have four digits (the tolerance of
# uniroot): here the same equations are solved to the last.
fisher <- function(table, level) {
  row <- sum(table[1, ]); other <- sum(table[2, ]); column <- sum(table[, 1]); x <- table[1, 1]
  support <- max(0, column - other):min(row, column)
  logarithms <- dhyper(support, row, other, column, log = TRUE)
  chances <- function(log_ratio) {
    weights <- logarithms + log_ratio * support
    weights <- exp(weights - max(weights))
    weights / sum(weights)
  }
  solve_for <- function(f) exp(uniroot(f, c(-60, 60), tol = 1e-15, maxiter = 10000)$root)
  tail <- (1 - level) / 2
  central <- exp(logarithms)
  no_likelier <- function(than) sum(central[central <= than * (1 + 1e-7)])
  values <- c(p = no_likelier(central[support == x]), least_p = no_likelier(min(central)))
  lowest <- x == min(support); highest <- x == max(support)
  if (!highest) {
    values["estimate"] <- if (lowest) 0 else solve_for(function(l) sum(support * chances(l)) - x)
    values["upper"] <- solve_for(function(l) tail - sum(chances(l)[support <= x]))
  }
  values["lower"] <- if (lowest) 0 else solve_for(function(l) sum(chances(l)[support >= x]) - tail)
  test <- fisher.test(table, conf.level = level)
  stopifnot(all.equal(test$p.value, unname(values["p"]), 1e-9))
  if (!highest) stopifnot(all.equal(unname(test$estimate), unname(values["estimate"]), 1e-3))
  stopifnot(abs(test$conf.int[1] - values["lower"]) < 1e-3 * (values["lower"] + 0.1))
  values
}
for (counts in list(c(4, 0, 0, 4), c(3, 1, 1, 3), c(0, 4, 4, 0), c(1, 0, 0, 1), c(0, 5, 3, 2), c(2, 3, 1, 9),
                    c(6, 2, 1, 7), c(3, 0, 5, 2), c(10, 2, 3, 15), c(12, 5, 29, 2), c(40, 160, 70, 130),
                    c(0, 31, 6, 44), c(1, 999, 8, 992), c(300, 4700, 351, 4649))) for (level in levels) {
  keep("fisher", input(listed(counts), level), fisher(matrix(counts, 2, byrow = TRUE), level))
}

# Spearman.
orders <- function(n) {
  if (n == 1) return(matrix(1))
  smaller <- orders(n - 1)
  do.call(rbind, lapply(1:n, function(last) cbind(smaller + (smaller >= last), last)))
}
correlated <- list(
  list(c(1, 2, 3, 4), c(2, 1, 4, 3)), list(c(1, 2, 3, 4, 5), c(5, 3, 4, 1, 2)),
  list(c(1, 1, 2, 3, 4), c(2, 5, 5, 5, 1)), list(c(61, 68, 74, 89, 93, 102), c(-3, -8, -8, -20, -1, -22)),
  list(c(1, 2, 2, 3, 3, 3, 4), c(7, 7, 1, 5, 2, 2, 9)), list(rnorm(7), rnorm(7)),
  list(round(rnorm(8), 1), round(rnorm(8), 1)), list(1:9, c(2, 1, 4, 3, 7, 5, 9, 6, 8)),
  list(c(1, 1, 1, 2, 2, 3, 4, 4, 5), c(3, 1, 1, 4, 4, 2, 7, 9, 9)),
  list(rnorm(10), rnorm(10)), list(round(rnorm(25), 1), round(rnorm(25), 1)),
  list(round(rnorm(150), 3), round(rnorm(150), 3)), list(1:30, c(2:30, 1))
)
for (pair in correlated) for (level in levels) {
  x <- pair[[1]]; y <- pair[[2]]
  n <- length(x)
  a <- rank(x); b <- rank(y)
  rho <- cor(a, b)
  if (n <= 9) {
    products <- orders(n)
    products[] <- b[products]
    products <- as.vector(products %*% (2 * a - n - 1))
    p <- mean(abs(products) >= abs(sum((2 * a - n - 1) * b)))
    if (!anyDuplicated(x) && !anyDuplicated(y)) {
      stopifnot(all.equal(p, cor.test(x, y, method = "spearman", exact = TRUE)$p.value, 1e-10))
    }
  } else {
    p <- cor.test(a, b)$p.value
  }
  half <- qnorm((1 + level) / 2) * sqrt((1 + rho^2 / 2) / (n - 3))
  keep("spearman", input(listed(x), listed(y), level),
       c(estimate = rho, lower = tanh(atanh(rho) - half), upper = tanh(atanh(rho) + half), p = p))
}

# Geometric means.
for (x in list(c(1, 100), c(7.1, 6.8, 9.3), c(142, 7.5, 88, 61.25, 19, 230, 33, 75), c(5, 5, 5.1),
               round(exp(rnorm(60, 3, 0.8)), 2))) for (level in levels) {
  l <- log(x)
  half <- qt((1 + level) / 2, length(x) - 1) * sd(l) / sqrt(length(x))
  keep("geometric", input(listed(x), level),
       c(estimate = exp(mean(l)), cv = sqrt(exp(var(l)) - 1),
         lower = exp(mean(l) - half), upper = exp(mean(l) + half)))
}

write.csv(do.call(rbind, rows), "inference.csv", row.names = FALSE, quote = FALSE)
