# Reference values for src/statistics, made with R (written with 4.2.2; base R only).
#
#   cd tests/reference && Rscript --vanilla describe.R
#
# writes, beside itself, with the 17 digits that give every double back exactly:
#   samples.csv    sample, values: what was described
#   describe.csv   sample, statistic, value: NA where R has no number
#   student_t.csv  p, df, value
#
# R sums in 80 bits where casebook sums in two doubles, selects by sorting where casebook
# selects, and has its own pt and qt: another route to the same numbers.

digits <- function(x) ifelse(is.na(x), "NA", sprintf("%.17g", x))

set.seed(20251122)
samples <- list(
  "none" = numeric(0),
  "one" = 7.1,
  "one zero" = 0,
  "two" = c(8.9, 6.1),
  "two equal" = c(7.1, 7.1),
  "three" = c(7.4, 6.1, 9.3),
  "four" = c(9.3, 7.4, 6.1, 8.8),
  "five" = c(10.2, 6.8, 7.4, 8.9, 6.1),
  "six, house example" = c(6.1, 6.8, 7.4, 8.9, 9.3, 10.2),
  "seven" = c(5.6, 11.9, 7.0, 8.3, 6.4, 9.9, 7.7),
  "eight" = c(142, 7.5, 88, 61.25, 19, 230, 33, 75),
  "nine" = c(-1.9, 0.4, -0.7, -2.2, 0.1, -1.1, 0.6, -3.4, -0.2),
  "ties" = c(7, 7, 7, 8, 8, 9),
  "ties across every quartile" = c(1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4),
  "zeros" = c(0, 0, 0, 0, 0),
  "zeros and one event" = c(0, 0, 0, 0, 0, 0, 12),
  "all equal tenths" = rep(0.1, 10),
  "all equal large" = rep(123456789.1, 7),
  "negative" = c(-3.5, -12.25, -0.125, -7, -41),
  "both signs, mean 0" = c(-4, -1.5, -0.25, 0.25, 1.5, 4),
  "changes of HbA1c" = c(-2.3, -1.8, -1.8, -1.1, -0.9, -0.6, -0.4, 0, 0.2, 0.5, 0.7),
  "cell counts" = c(1.2e8, 9.8e7, 1.05e8, 2.4e8, 1e8, 7.7e7),
  "large with small spread" = 1e9 + c(0.25, 0.5, 0.75, 1, 1.25),
  "tiny" = c(1.5e-12, 2.25e-12, 9e-13, 4e-12),
  "wide range" = c(1e-6, 1e-3, 1, 1e3, 1e6, 1e9),
  "one outlier" = c(5.1, 5.3, 5.2, 5.4, 5.2, 5.3, 54),
  "ten" = c(6.5, 7.2, 8.1, 6.9, 10.4, 7.7, 9.8, 8.8, 6.2, 7.9),
  "eleven" = c(6.5, 7.2, 8.1, 6.9, 10.4, 7.7, 9.8, 8.8, 6.2, 7.9, 12.1),
  "twelve" = c(6.5, 7.2, 8.1, 6.9, 10.4, 7.7, 9.8, 8.8, 6.2, 7.9, 12.1, 5.8),
  "thirty, normal, one decimal" = round(rnorm(30, 8.2, 1.3), 1),
  "hundred, log-normal, two decimals" = round(exp(rnorm(100, 3, 0.8)), 2),
  "two hundred and one, two decimals" = round(rnorm(201, -0.8, 1.1), 2),
  "five hundred, full digits" = runif(500, -1, 100)
)

types <- c(2, 6, 7)
levels <- c(0.9, 0.95, 0.99)
probabilities <- c(0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1)

described <- do.call(rbind, lapply(names(samples), function(name) {
  x <- samples[[name]]
  n <- length(x)
  none <- n == 0
  values <- c(
    "mean" = if (none) NA else mean(x),
    "sd" = sd(x),
    "standard_error" = sd(x) / sqrt(n),
    "min" = if (none) NA else min(x),
    "max" = if (none) NA else max(x)
  )
  for (type in types) {
    quantiles <- quantile(x, probabilities, type = type, names = FALSE)
    values[paste0("quantile type ", type, " p ", probabilities)] <- quantiles
  }
  for (level in levels) {
    # t.test refuses equal values; qt does not. Where both speak, they must agree.
    half <- qt((1 + level) / 2, max(n - 1, 1)) * sd(x) / sqrt(n)
    limits <- if (n < 2) c(NA, NA) else mean(x) + c(-half, half)
    if (n > 1 && sd(x) > 1e-8 * abs(mean(x))) {
      stopifnot(all.equal(limits, as.vector(t.test(x, conf.level = level)$conf.int), 1e-12))
    }
    values[paste0(c("lower", "upper"), " level ", level)] <- limits
  }
  data.frame(sample = name, statistic = names(values), value = digits(values))
}))

grid <- expand.grid(
  p = c(1e-9, 1e-6, 0.0005, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.4,
        0.6, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.9995),
  df = c(1, 1.5, 2, 2.7, 3:12, 14.5, 15, 20, 25, 29, 30, 33.3, 40, 50, 60, 80, 99, 100, 120, 150,
         199, 250, 300, 400, 500, 700, 999, 1000, 1001, 2000, 5000, 1e4, 99999, 1e5, 1e6, 1e7)
)
student <- data.frame(p = digits(grid$p), df = digits(grid$df), value = digits(qt(grid$p, grid$df)))

write_table <- function(table, file) write.csv(table, file, row.names = FALSE, quote = 1)
listed <- vapply(samples, function(x) paste(digits(x), collapse = " "), "")
write_table(data.frame(sample = names(samples), values = listed), "samples.csv")
write_table(described, "describe.csv")
write.csv(student, "student_t.csv", row.names = FALSE, quote = FALSE)
