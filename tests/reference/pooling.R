# Reference values for src/statistics/pooling/, made with R (written with 4.2.2, metafor 3.8-1,
# metadat 1.2-0).
#
#   cd tests/reference && Rscript --vanilla pooling.R
#
# writes, beside itself:
#   pooling.csv  studies, what, values
#
# `estimates` and `variances` rows hold the studies: the published sets of metadat by escalc(), and
# drawn ones of few studies, alike and unlike, as changes of HbA1c in small cohorts might be. Of the rest
# the first three words are the model and the level, as "REML knha 0.95":
#   `pooled` rows hold estimate, standard error, statistic, p, limits;
#   `random` rows tau², limits of the prediction interval;
#   `scale` rows what Hartung and Knapp multiply the variance by;
#   `weights` rows the weights in percent, `without` rows estimate, standard error and limits without
#   each study in turn, `without tau` rows tau² then;
# `Q` rows Q, degrees of freedom, p; `I2` rows I² in percent and H² under the model; `interval of tau`
# rows the limits by the Q-profile of tau² and of I², with "empty" if there are none.

suppressMessages(library(metafor))

digits <- function(x) {
  short <- sprintf("%.15g", x)
  ifelse(is.na(x), "NA", ifelse(suppressWarnings(as.numeric(short)) == x, short, sprintf("%.17g", x)))
}
listed <- function(...) paste(digits(c(...)), collapse = " ")
two_arms <- function(measure, data) {
  escalc(measure = measure, ai = ai, bi = bi, ci = ci, di = di, n1i = n1i, n2i = n2i, data = data)
}
set.seed(20261124)
drawn <- function(k, tau, sizes = 3:20) {
  n <- sample(sizes, k, replace = TRUE)
  sd <- round(runif(k, 0.4, 2), 2)
  list(yi = round(-1.1 + rnorm(k, 0, tau) + rnorm(k, 0, sd / sqrt(n)), 2), vi = sd^2 / n)
}

samples <- list(
  bcg = escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg),
  normand1999 = escalc(measure = "MD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i,
                       n2i = n2i, data = dat.normand1999),
  hackshaw1998 = dat.hackshaw1998,
  raudenbush1985 = dat.raudenbush1985,
  molloy2014 = escalc(measure = "ZCOR", ri = ri, ni = ni, data = dat.molloy2014),
  yusuf1985 = escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.yusuf1985),
  li2007 = escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.li2007),
  hart1999 = escalc(measure = "IRR", x1i = x1i, x2i = x2i, t1i = t1i, t2i = t2i, data = dat.hart1999),
  nielweise2007 = escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.nielweise2007),
  collins1985b = escalc(measure = "OR", ai = pre.xti, n1i = pre.nti, ci = pre.xci, n2i = pre.nci, data = dat.collins1985b),
  konstantopoulos2011 = dat.konstantopoulos2011,
  linde2005 = escalc(measure = "RR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = dat.linde2005),
  pritz1997 = escalc(measure = "PLO", xi = xi, ni = ni, data = dat.pritz1997),
  "two alike" = list(yi = c(-1.2, -1.1), vi = c(0.04, 0.09)),
  "two unlike" = list(yi = c(-2.2, -0.4), vi = c(0.04, 0.09)),
  "three and one much more precise" = list(yi = c(-1.9, -0.4, -1.1), vi = c(0.0001, 0.09, 0.36)),
  "four nearly the same" = list(yi = c(-1.10, -1.11, -1.09, -1.10), vi = c(0.1, 0.2, 0.15, 0.3))
)
for (i in 1:20) {
  samples[[paste("drawn", i)]] <- drawn(c(2, 3, 4, 5, 7, 10, 15, 24)[i %% 8 + 1], c(0, 0.2, 0.5, 1, 2)[i %% 5 + 1])
}

rows <- list()
keep <- function(studies, what, values) {
  rows[[length(rows) + 1]] <<- data.frame(studies = studies, what = what, values = values)
}
# metafor's search for tau² goes on until the steps are near rounding, which for it is absolute.
fitted <- function(data, method, test, level) {
  least <- 1e-13 * max(var(data$yi), data$vi)
  control <- list(REML = list(threshold = least, maxiter = 50000), PM = list(tol = least, maxiter = 50000))
  rma(yi = data$yi, vi = data$vi, method = method, test = test, level = 100 * level, control = control[[method]])
}
profile_control <- list(tol = 1e-15, maxiter = 1e5, tau2.max = 1e6)
# It approaches a tau² of 0 and may stop before: what is left is rounding.
zero <- function(number) ifelse(number < 1e-10, 0, number)
for (name in names(samples)) {
  data <- as.data.frame(samples[[name]][c("yi", "vi")])
  data <- data[complete.cases(data), ]
  data$yi <- as.numeric(data$yi)
  keep(name, "estimates", listed(data$yi))
  keep(name, "variances", listed(data$vi))
  k <- nrow(data)
  for (method in c("EE", "DL", "REML", "PM")) {
    for (test in if (method == "EE") "z" else c("z", "knha", "adhoc")) {
      for (level in if (k > 20) 0.95 else c(0.8, 0.95)) {
        of <- function(what) paste(method, test, level, what)
        fit <- fitted(data, method, test, level)
        keep(name, of("pooled"), listed(fit$beta, fit$se, fit$zval, fit$pval, fit$ci.lb, fit$ci.ub))
        if (method != "EE") {
          predicted <- predict(fit)
          keep(name, of("random"), listed(zero(fit$tau2), predicted$pi.lb, predicted$pi.ub))
          if (test == "knha") keep(name, of("scale"), listed(fit$s2w))
        }
        if (level != 0.95) next
        if (test == "z") {
          keep(name, of("weights"), listed(weights(fit)))
          keep(name, of("I2"), listed(zero(fit$I2), fit$H2))
        }
        if (k > 2 && k < 16 && test != "adhoc" && method != "DL") {
          without <- lapply(seq_len(k), function(i) fitted(data[-i, ], method, test, level))
          each <- function(part) sapply(without, function(fit) as.numeric(fit[[part]]))
          keep(name, of("without"), listed(rbind(each("beta"), each("se"), each("ci.lb"), each("ci.ub"))))
          if (method != "EE" && test == "z") keep(name, of("without tau"), listed(zero(each("tau2"))))
        }
      }
    }
  }
  fit <- fitted(data, "EE", "z", 0.95)
  keep(name, "EE z 0.95 Q", listed(fit$QE, k - 1, fit$QEp))
  fit <- fitted(data, "REML", "z", 0.95)
  for (level in c(0.8, 0.95)) {
    profile <- suppressWarnings(confint(fit, level = 100 * level, control = profile_control))
    limits <- profile$random[, c("ci.lb", "ci.ub")]
    values <- if (isTRUE(profile$ci.null)) "empty" else listed(limits["tau^2", ], limits["I^2(%)", ])
    keep(name, paste("REML z", level, "interval of tau"), values)
  }
}
write.csv(do.call(rbind, rows), "pooling.csv", row.names = FALSE, quote = FALSE)
