# Reference values for src/statistics/survival.rs, made with R (written with 4.2.2, survival 3.5-3).
#
#   cd tests/reference && Rscript --vanilla survival.R
#
# writes, beside itself:
#   survival.csv  sample, level, what, values
#
# `follow-up` rows hold the times, "+" behind those censored, as R prints them; `step` rows the time,
# at risk, events, censored, survival, standard error and limits; `median` rows the median and its
# limits; `at` rows a time, at risk, survival and limits. NA where R has no number.

suppressMessages(library(survival))

digits <- function(x) {
  short <- sprintf("%.15g", x)
  ifelse(is.na(x), "NA", ifelse(suppressWarnings(as.numeric(short)) == x, short, sprintf("%.17g", x)))
}
listed <- function(...) paste(digits(c(...)), collapse = " ")

set.seed(20251124)
drawn <- function(n, censored) {
  list(time = round(rexp(n, 1 / 90)) + 1, event = rbinom(n, 1, 1 - censored))
}
samples <- list(
  "one event" = list(time = 28, event = 1),
  "one censored" = list(time = 28, event = 0),
  "two" = list(time = c(28, 84), event = c(1, 1)),
  "two, the first censored" = list(time = c(28, 84), event = c(0, 1)),
  "four, level at a half" = list(time = c(1, 2, 6, 7), event = c(1, 1, 1, 1)),
  "four, level at a half to the end" = list(time = c(1, 2, 6, 7), event = c(1, 1, 0, 0)),
  "six, level at a half" = list(time = 1:6, event = rep(1, 6)),
  "ties of events and censored" =
    list(time = c(14, 28, 28, 28, 56, 56, 84, 84), event = c(1, 1, 0, 1, 0, 0, 1, 0)),
  "at day 0" = list(time = c(0, 0, 7, 14, 21), event = c(1, 0, 1, 1, 0)),
  "no event" = list(time = c(28, 56, 84), event = c(0, 0, 0)),
  "median not reached" = list(time = c(28, 56, 84, 84, 84, 84, 168), event = c(1, 0, 1, 0, 0, 0, 0)),
  "aml, maintained" = list(time = aml$time[1:11], event = aml$status[1:11]),
  "aml, not maintained" = list(time = aml$time[12:23], event = aml$status[12:23]),
  "lung" = list(time = lung$time, event = lung$status - 1),
  "twenty" = drawn(20, 0.3), "sixty, few events" = drawn(60, 0.8), "ninety" = drawn(90, 0.1)
)

rows <- list()
keep <- function(sample, level, what, values) {
  rows[[length(rows) + 1]] <<- data.frame(sample = sample, level = level, what = what, values = values)
}
for (name in names(samples)) {
  data <- samples[[name]]
  censored <- paste0(digits(data$time), ifelse(data$event == 1, "", "+"), collapse = " ")
  keep(name, NA, "follow-up", censored)
  for (level in c(0.8, 0.95)) {
    fit <- survfit(Surv(time, event) ~ 1, data, conf.type = "log-log", conf.int = level)
    for (i in seq_along(fit$time)) {
      # fit$std.err is that of the cumulative hazard.
      keep(name, level, "step", listed(fit$time[i], fit$n.risk[i], fit$n.event[i], fit$n.censor[i],
                                       fit$surv[i], fit$surv[i] * fit$std.err[i],
                                       fit$lower[i], fit$upper[i]))
    }
    median <- quantile(fit, 0.5)
    keep(name, level, "median", listed(median$quantile, median$lower, median$upper))
    times <- sort(unique(c(0, 27.5, 84, median(data$time), max(data$time))))
    at <- summary(fit, times = times)
    for (i in seq_along(at$time)) {
      keep(name, level, "at", listed(at$time[i], at$n.risk[i], at$surv[i], at$lower[i], at$upper[i]))
    }
  }
}
write.csv(do.call(rbind, rows), "survival.csv", row.names = FALSE, quote = 1)
