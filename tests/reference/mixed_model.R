# Reference values for src/statistics/mixed_model.rs, made with R (written with 4.2.2, lme4 1.1-31,
# lmerTest 3.1-3).
#
#   cd tests/reference && Rscript --vanilla mixed_model.R
#
# writes, beside itself:
#   mixed_model.csv  sample, what, values
#
# `values` rows hold report:patient:timepoint:value; `model` rows the REML deviance and the variances
# between reports (NA if not in the model), between patients and within; `mean t` and `change t` rows
# the estimate at timepoint t, or its difference from timepoint 0, with standard error, Satterthwaite's
# degrees of freedom, 95 % limits, and for changes p.

suppressMessages(library(lmerTest))

digits <- function(x) {
  short <- sprintf("%.15g", x)
  ifelse(is.na(x), "NA", ifelse(suppressWarnings(as.numeric(short)) == x, short, sprintf("%.17g", x)))
}
listed <- function(...) paste(digits(c(...)), collapse = " ")

set.seed(20251125)
# Draws patients with values at timepoints, of which some are missing.
drawn <- function(sizes, timepoints, between_reports, between, within, missing, fall = 0.4) {
  data <- do.call(rbind, lapply(seq_along(sizes), function(report) {
    of_report <- rnorm(1, 0, between_reports)
    do.call(rbind, lapply(seq_len(sizes[report]), function(i) {
      of_patient <- rnorm(1, 0, between)
      t <- seq_len(timepoints) - 1
      value <- round(8.5 - fall * t + of_report + of_patient + rnorm(timepoints, 0, within), 1)
      data.frame(report, patient = sum(sizes[seq_len(report - 1)]) + i, t, value)
    }))
  }))
  data[runif(nrow(data)) >= missing, ]
}
samples <- list(
  "six patients, all there" = drawn(6, 3, 0, 1.2, 0.5, 0),
  "three patients" = drawn(3, 2, 0, 1.2, 0.5, 0),
  "nine patients, some missing" = drawn(9, 4, 0, 1.0, 0.6, 0.25),
  "no variance between patients" = data.frame(
    report = 1, patient = rep(1:4, each = 2), t = rep(0:1, 4),
    value = c(8, 7, 7, 8, 9, 6.5, 6.5, 8.8)),
  "forty patients" = drawn(40, 5, 0, 1.1, 0.7, 0.2),
  "four reports" = drawn(c(5, 8, 3, 6), 3, 1.2, 0.9, 0.5, 0.15),
  "twelve reports, some of one patient" = drawn(c(1, 1, 2, 4, 1, 6, 3, 1, 9, 2, 1, 5), 4, 0.9, 0.8, 0.6, 0.2),
  "reports alike" = drawn(c(6, 6, 6, 6), 3, 0, 0.9, 0.5, 0),
  "sleep study" = with(lme4::sleepstudy, data.frame(report = 1, patient = as.integer(Subject), t = Days, value = Reaction))
)

control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-13, maxfun = 1e5),
                       check.conv.singular = "ignore")
rows <- list()
keep <- function(sample, what, values) {
  rows[[length(rows) + 1]] <<- data.frame(sample = sample, what = what, values = values)
}
for (name in names(samples)) {
  data <- samples[[name]]
  keep(name, "values", paste(data$report, data$patient, data$t, digits(data$value), sep = ":", collapse = " "))
  data$t <- factor(data$t); data$patient <- factor(data$patient); data$report <- factor(data$report)
  random <- if (nlevels(data$report) > 2) "(1 | patient) + (1 | report)" else "(1 | patient)"
  fit <- function(fixed) suppressMessages(lmer(as.formula(paste("value ~", fixed, "+", random)), data, control = control))
  means <- fit("0 + t")
  changes <- fit("t")
  variances <- as.data.frame(VarCorr(means))
  of <- function(group) { v <- variances$vcov[variances$grp == group]; if (length(v)) v else NA }
  keep(name, "model", listed(REMLcrit(means), of("report"), of("patient"), of("Residual")))
  effects <- function(model, what, p) {
    table <- coef(summary(model, ddf = "Satterthwaite"))
    for (i in seq_len(nrow(table))) {
      label <- sub("^t", "", rownames(table)[i])
      if (label == "(Intercept)") next
      half <- qt(0.975, table[i, "df"]) * table[i, "Std. Error"]
      keep(name, paste(what, label),
           listed(table[i, "Estimate"], table[i, "Std. Error"], table[i, "df"],
                  table[i, "Estimate"] - half, table[i, "Estimate"] + half,
                  if (p) table[i, "Pr(>|t|)"]))
    }
  }
  effects(means, "mean", FALSE)
  effects(changes, "change", TRUE)
}
write.csv(do.call(rbind, rows), "mixed_model.csv", row.names = FALSE, quote = 1)
