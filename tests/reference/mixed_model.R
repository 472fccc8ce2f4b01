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
#
# lme4's optimiser compares likelihoods and can't know a flat maximum to more than 6 or 7 digits. From
# where it stops, Newton's method on the derivatives of the likelihood, with the covariance of all values
# written out, goes to the last digits; both must agree as far as lme4 and lmerTest go.

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

# Small ones as they come, of patients in one report and in three to five.
for (i in 1:12) {
  spread <- c(0.1, 0.5, 1, 3)[i %% 4 + 1]
  samples[[paste("small", i)]] <- drawn(3 + i, 2 + i %% 3, 0, spread, 0.5, 0.2)
  sizes <- 1 + rpois(3 + i %% 3, 2)
  if (sum(sizes) > length(sizes)) {
    samples[[paste("nested", i)]] <- drawn(sizes, 2 + i %% 3, 1 / spread, spread, 0.5, 0.15)
  }
}

control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-13, maxfun = 1e5),
                       check.conv.singular = "ignore")

# The restricted likelihood in variances, each with its matrix (S. R. Searle, G. Casella, C. E. McCulloch,
# Variance Components, 1992, ch. 6), at its maximum near `variances`; and what follows from it.
polished <- function(y, x, matrices, variances) {
  at <- function(variances) {
    v <- Reduce(`+`, Map(`*`, matrices, variances))
    inverse <- solve(v)
    c <- solve(t(x) %*% inverse %*% x)
    p <- inverse - inverse %*% x %*% c %*% t(x) %*% inverse
    py <- p %*% y
    pv <- lapply(matrices, function(m) p %*% m)
    k <- seq_along(matrices)
    slope <- sapply(k, function(i) sum(diag(pv[[i]])) - t(py) %*% matrices[[i]] %*% py)
    bend <- outer(k, k, Vectorize(function(i, j) {
      2 * t(py) %*% matrices[[i]] %*% p %*% matrices[[j]] %*% py - sum(pv[[i]] * t(pv[[j]]))
    }))
    list(inverse = inverse, c = c, slope = slope, bend = bend, means = c %*% t(x) %*% inverse %*% y,
         deviance = as.numeric(determinant(v)$modulus - determinant(c)$modulus + t(y) %*% py +
                                 (nrow(x) - ncol(x)) * log(2 * pi)))
  }
  for (i in 1:20) {
    now <- at(variances)
    variances <- variances - solve(now$bend, now$slope)
  }
  now <- at(variances)
  # 2 × the inverse of the second derivatives of −2 ln L is the covariance of the variances.
  covariance <- 2 * solve(now$bend)
  effect <- function(weights) {
    variance <- as.numeric(t(weights) %*% now$c %*% weights)
    half <- now$inverse %*% x %*% now$c %*% weights
    slope <- sapply(matrices, function(m) as.numeric(t(half) %*% m %*% half))
    df <- as.numeric(2 * variance^2 / (t(slope) %*% covariance %*% slope))
    c(sum(weights * now$means), sqrt(variance), df)
  }
  list(variances = variances, deviance = now$deviance, effect = effect)
}

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
  of_lme4 <- fit("0 + t")
  variances <- as.data.frame(VarCorr(of_lme4))
  variances <- setNames(variances$vcov, variances$grp)[c("report", "patient", "Residual")]
  same <- function(group) outer(group, group, "==") * 1
  matrices <- list(report = same(data$report), patient = same(data$patient), Residual = diag(nrow(data)))
  kept <- !is.na(variances) & variances / variances["Residual"] > 1e-7
  x <- model.matrix(~ 0 + t, data)
  model <- polished(data$value, x, matrices[kept], variances[kept])
  exact <- ifelse(is.na(variances), NA, 0)
  exact[kept] <- model$variances
  stopifnot(all.equal(unname(exact), unname(variances), 1e-4),
            all.equal(model$deviance, REMLcrit(of_lme4), 1e-9))
  keep(name, "model", listed(model$deviance, exact))
  check <- function(effect, table) {
    for (i in seq_along(effect)) stopifnot(all.equal(unname(table[i]), effect[i], 1e-4))
  }
  # Where a variance is tiny, lmerTest's numerical derivatives are lost.
  check_lmertest <- all(variances / variances["Residual"] > 1e-7, na.rm = TRUE)
  of_means <- coef(summary(of_lme4, ddf = "Satterthwaite"))
  of_changes <- coef(summary(fit("t"), ddf = "Satterthwaite"))
  for (i in seq_len(ncol(x))) {
    label <- levels(data$t)[i]
    mean <- as.numeric(seq_len(ncol(x)) == i)
    effect <- model$effect(mean)
    check(effect[1:2], of_means[i, 1:2])
    if (check_lmertest) check(effect[3], of_means[i, 3])
    limits <- effect[1] + c(-1, 1) * qt(0.975, effect[3]) * effect[2]
    keep(name, paste("mean", label), listed(effect, limits))
    if (i == 1) next
    effect <- model$effect(mean - (seq_len(ncol(x)) == 1))
    check(effect[1:2], of_changes[i, 1:2])
    if (check_lmertest) check(effect[3], of_changes[i, 3])
    limits <- effect[1] + c(-1, 1) * qt(0.975, effect[3]) * effect[2]
    p <- 2 * pt(-abs(effect[1] / effect[2]), effect[3])
    keep(name, paste("change", label), listed(effect, limits, p))
  }
}
write.csv(do.call(rbind, rows), "mixed_model.csv", row.names = FALSE, quote = 1)
