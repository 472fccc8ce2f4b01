# Reference values for src/statistics/effect_size.rs, made with base R (written with 4.2.2).
#
#   cd tests/reference && Rscript --vanilla effect_size.R
#
# writes, beside itself:
#   effect_size.csv  way, n, printed, mean, sd, variance
#
# Standard error, interval and p are those of t.test() of drawn values, whose mean and SD must come back;
# two times are those of drawn pairs with their cor(). The formulas for quartiles and range are Wan et al.
# 2014 and Luo et al. 2018 by R's qnorm, and on large normal samples come close to mean and SD.

digits <- function(x) {
  short <- sprintf("%.15g", x)
  ifelse(suppressWarnings(as.numeric(short)) == x, short, sprintf("%.17g", x))
}
rows <- list()
keep <- function(way, n, printed, mean, sd) {
  rows[[length(rows) + 1]] <<- data.frame(way, n, printed = paste(digits(printed), collapse = " "),
                                          mean = digits(mean), sd = digits(sd), variance = digits(sd^2 / n))
}
set.seed(20261125)
for (n in c(2, 3, 4, 5, 6, 7, 9, 12, 20, 33, 50, 77, 120, 300)) {
  before <- round(rnorm(n, 8.5, 1.3), 1)
  after <- round(before - 1 + rnorm(n, 0, 0.9), 1)
  change <- after - before
  test <- t.test(after, before, paired = TRUE)
  keep("standard error", n, c(mean(change), test$stderr), mean(change), sd(change))
  keep("p", n, c(mean(change), test$p.value), mean(change), sd(change))
  for (level in c(0.9, 0.95, 0.99)) {
    limits <- t.test(after, conf.level = level)$conf.int
    keep("interval", n, c(mean(after), limits, level), mean(after), sd(after))
  }
  keep("two times", n, c(mean(before), mean(after), sd(before), sd(after), cor(before, after)), mean(change), sd(change))
  if (n < 5) next
  q <- quantile(after, c(0, 0.25, 0.5, 0.75, 1), names = FALSE)
  keep("quartiles", n, q[2:4], (0.7 + 0.39 / n) * (q[2] + q[4]) / 2 + (0.3 - 0.39 / n) * q[3],
       (q[4] - q[2]) / (2 * qnorm((0.75 * n - 0.125) / (n + 0.25))))
  w <- 4 / (4 + n^0.75)
  keep("range", n, q[c(1, 3, 5)], w * (q[1] + q[5]) / 2 + (1 - w) * q[3],
       (q[5] - q[1]) / (2 * qnorm((n - 0.375) / (n + 0.25))))
}
write.csv(do.call(rbind, rows), "effect_size.csv", row.names = FALSE, quote = FALSE)
