//! One line a report: who, how much, how long, and what it says on adverse events.

use crate::domain::{AdverseEventStance, Cohort, Report, StatementMade, Subject};

/// One report of a cohort.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportSummary {
    /// The report.
    pub report: Report,
    /// Its patients.
    pub patients: usize,
    /// Fewest and most infusions of one patient; `None` without patients.
    pub infusions: Option<(usize, usize)>,
    /// Infusions in all.
    pub infusions_total: usize,
    /// Shortest and longest follow-up in days; `None` if none is reported.
    pub follow_up_days: Option<(i32, i32)>,
    /// Visits recorded.
    pub visits: usize,
    /// Statements in words.
    pub statements: usize,
    /// Patients with an adverse event recorded.
    pub patients_with_events: usize,
    /// Adverse events recorded.
    pub events: usize,
}

/// The result of [`analyse_reports`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReportsResults {
    /// One row a report.
    pub reports: Vec<ReportSummary>,
    /// For each stance on adverse events: reports and their patients.
    pub stances: Vec<(AdverseEventStance, usize, usize)>,
}

/// One line for each report of a cohort.
pub fn analyse_reports(cohort: &Cohort, statements: &[StatementMade]) -> ReportsResults {
    let reports: Vec<_> =
        cohort.reports.iter().map(|report| summarise(cohort, report, statements)).collect();
    let stances = AdverseEventStance::ALL
        .iter()
        .map(|stance| {
            let of_stance =
                reports.iter().filter(|summary| summary.report.adverse_events == *stance);
            let (count, patients) =
                of_stance.fold((0, 0), |sum, one| (sum.0 + 1, sum.1 + one.patients));
            (*stance, count, patients)
        })
        .collect();
    ReportsResults { reports, stances }
}

fn summarise(cohort: &Cohort, report: &Report, statements: &[StatementMade]) -> ReportSummary {
    let is_member = |subject: &&Subject| subject.report == report.key;
    let members: Vec<&Subject> = cohort.subjects.iter().filter(is_member).collect();
    let belongs = |subject: usize| cohort.subjects[subject].report == report.key;
    let infusions = || members.iter().map(|subject| subject.infusions.len());
    let follow_up = || members.iter().filter_map(|subject| subject.follow_up_days);
    ReportSummary {
        patients: members.len(),
        infusions: infusions().min().zip(infusions().max()),
        infusions_total: infusions().sum(),
        follow_up_days: follow_up().min().zip(follow_up().max()),
        visits: cohort.occasions.values().filter(|occasion| belongs(occasion.subject)).count(),
        statements: statements.iter().filter(|statement| belongs(statement.subject)).count(),
        patients_with_events: members.iter().filter(|subject| subject.adverse_events > 0).count(),
        events: members.iter().map(|subject| subject.adverse_events as usize).sum(),
        report: report.clone(),
    }
}
