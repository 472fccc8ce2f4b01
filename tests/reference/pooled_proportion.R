# Reference values for src/statistics/pooled_proportion.rs, made with R (written with 4.2.2, lme4 1.1-31,
# metadat 1.2-0, metafor 3.8-1).
#
#   cd tests/reference && Rscript --vanilla pooled_proportion.R
#
# writes, beside itself:
#   pooled_proportion.csv  studies, counts, denominators, estimate, error, tau_squared, fraction, lower,
#                          upper, prediction_lower, prediction_upper
#
# estimate and error are the mean logit and its standard error; the rest are probabilities, at 0.95.
#
# rma.glmm(measure = "PLO") of metafor and glmer of lme4 know the maximum to 4 or 5 digits. From where
# glmer (nAGQ = 25) stops, Newton's method goes to the last ones, with the integrals by the trapezoidal rule
# over 4,001 points of z from -14 to 14 and the derivatives by differences of the exact score; both must
# agree as far as the two programs go.

suppressMessages({library(lme4); library(metafor)})

digits <- function(x) {
  short <- sprintf("%.15g", x)
  ifelse(suppressWarnings(as.numeric(short)) == x, short, sprintf("%.17g", x))
}
z <- seq(-14, 14, length.out = 4001)
step <- z[2] - z[1]
log_prior <- dnorm(z, log = TRUE) + log(step)
# The slope of the log-likelihood by mean logit and tau.
at <- function(parameters, x, n) {
  eta <- parameters[1] + parameters[2] * z
  each <- mapply(function(x, n) {
    log_density <- dbinom(x, n, plogis(eta), log = TRUE) + log_prior
    density <- exp(log_density - max(log_density))
    rest <- x - n * plogis(eta)
    c(sum(density * rest) / sum(density), sum(density * rest * z) / sum(density))
  }, x, n)
  rowSums(each)
}
polished <- function(x, n, start) {
  parameters <- start
  bend_at <- function(parameters) {
    h <- 1e-4
    five <- function(i) {
      to <- function(by) { p <- parameters; p[i] <- p[i] + by; at(p, x, n) }
      (8 * (to(h) - to(-h)) - (to(2 * h) - to(-2 * h))) / (12 * h)
    }
    cbind(five(1), five(2))
  }
  for (i in 1:30) {
    change <- solve(bend_at(parameters), at(parameters, x, n))
    parameters <- parameters - change
    if (max(abs(change)) < 1e-13) break
  }
  list(parameters = parameters, error = sqrt(solve(-bend_at(parameters))[1, 1]))
}

set.seed(20261126)
drawn <- function(k, mean, tau, sizes = 3:20) {
  n <- sample(sizes, k, replace = TRUE)
  list(xi = rbinom(k, n, plogis(mean + rnorm(k, 0, tau))), ni = n)
}
samples <- list(
  pritz1997 = dat.pritz1997,
  debruin2009 = dat.debruin2009,
  "some with none" = list(xi = c(0, 0, 1, 3, 0), ni = c(3, 6, 5, 12, 2)),
  "some with all" = list(xi = c(6, 5, 7, 9), ni = c(6, 7, 7, 12)),
  "none in all but one" = list(xi = c(0, 0, 0, 1), ni = c(6, 12, 5, 7)),
  alike = list(xi = c(5, 6, 12), ni = c(10, 12, 22)),
  "far apart" = list(xi = c(1, 11, 6, 19, 2), ni = c(14, 12, 13, 20, 18))
)
for (i in 1:24) samples[[paste("drawn", i)]] <- drawn(3 + i %% 8, c(-2, 0, 1.5)[i %% 3 + 1], c(0.3, 0.8, 1.5, 2.5)[i %% 4 + 1])
samples[["large"]] <- drawn(12, -3, 0.6, 200:3000)

rows <- list()
for (name in names(samples)) {
  x <- as.numeric(samples[[name]]$xi); n <- as.numeric(samples[[name]]$ni)
  keep <- !is.na(x) & !is.na(n)
  x <- x[keep]; n <- n[keep]
  if (sum(x) == 0 || sum(x) == sum(n)) next
  study <- factor(seq_along(x))
  fit <- suppressWarnings(suppressMessages(glmer(cbind(x, n - x) ~ 1 + (1 | study), family = binomial, nAGQ = 25)))
  start <- c(fixef(fit), getME(fit, "theta"))
  if (start[2] < 1e-3) {
    # Without a variance it is logistic regression, and the slope by tau squared must not be positive.
    stopifnot(at(c(qlogis(sum(x) / sum(n)), 1e-3), x, n)[2] <= 0)
    p <- sum(x) / sum(n)
    found <- list(parameters = c(qlogis(p), 0), error = 1 / sqrt(sum(n) * p * (1 - p)))
  } else {
    found <- polished(x, n, start)
  }
  stopifnot(abs(found$parameters - start) < 2e-3 * (1 + abs(start)), abs(found$error - sqrt(vcov(fit)[1, 1])) < 5e-3 * found$error)
  by_metafor <- try(suppressWarnings(rma.glmm(measure = "PLO", xi = x, ni = n, nAGQ = 25)), silent = TRUE)
  if (!inherits(by_metafor, "try-error")) {
    stopifnot(abs(found$parameters - c(by_metafor$beta, sqrt(by_metafor$tau2))) < 2e-3 * (1 + abs(start)))
  }
  m <- found$parameters[1]; tau2 <- found$parameters[2]^2
  c95 <- qnorm(0.975)
  rows[[name]] <- data.frame(
    studies = name, counts = paste(x, collapse = " "), denominators = paste(n, collapse = " "),
    estimate = digits(m), error = digits(found$error), tau_squared = digits(tau2),
    fraction = digits(plogis(m)),
    lower = digits(plogis(m - c95 * found$error)), upper = digits(plogis(m + c95 * found$error)),
    prediction_lower = digits(plogis(m - c95 * sqrt(tau2 + found$error^2))),
    prediction_upper = digits(plogis(m + c95 * sqrt(tau2 + found$error^2))))
}
write.csv(do.call(rbind, rows), "pooled_proportion.csv", row.names = FALSE, quote = FALSE)
