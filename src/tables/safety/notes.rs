//! What is to be known of the counts: rules, what is not stated, what is not counted.

use super::{Sheet, rate_decimals};
use crate::analysis::{Account, Amount, Measure, Said, Statistic, Variable};
use crate::tables::amounts::counted;
use crate::tables::decimal::fixed;
use crate::tables::page::{Page, Value};

/// At most so many patients are named; the rest is counted.
const MOST_NAMED: usize = 8;

impl Sheet<'_> {
    /// Everything below the tables of a page.
    pub(super) fn note(&self, page: &mut Page) {
        let account = &self.found.account;
        self.note_denominator(page, account);
        let by_link = match account.by_link {
            0 => String::new(),
            count => format!(" (of {})", counted(count, "event", "events")),
        };
        page.note(format!(
            "A patient is counted once a line, at the worst grade; an event as often as it happened. \
             Within 24 h: it began on the day of an infusion or the next; without a day, a link to an \
             infusion counts{by_link}. Death is serious.",
        ));
        note_grades(page, account);
        note_unstated(page, account);
        note_uncounted(page, account);
        self.note_time(page, account);
        page.note(format!(
            "{}: Clopper-Pearson (exact) for patients and infusions, Garwood (exact Poisson) for rates. \
             Events of one patient are taken as independent; where they are not, the intervals of \
             infusions and rates are too narrow.",
            self.interval,
        ));
        let groups = self.found.groups.iter();
        let possible: Vec<String> =
            groups.filter_map(|group| self.still_possible(group.as_deref())).collect();
        if !possible.is_empty() {
            page.note(format!(
                "None seen is not none possible. Where there was none, the {} reaches up to: {}.",
                self.interval,
                possible.join("; "),
            ));
        }
    }

    fn note_denominator(&self, page: &mut Page, account: &Account) {
        page.note(
            "A report speaks of adverse events if it states that there were none, or events are recorded \
             from it.",
        );
        let silent = self.total(Said::Nothing.parameter(), Variable::Infused);
        if silent > 0 {
            page.note(format!(
                "Silence is not zero: {} of reports that do not mention adverse events {} not counted as \
                 free of them.",
                counted(silent, "patient", "patients"),
                if silent == 1 { "is" } else { "are" },
            ));
        }
        if !account.not_entered.is_empty() {
            page.note(format!(
                "Reports that give adverse events, of which none is entered, and whose patients are not \
                 counted: {}.",
                listed(account.not_entered.iter()),
            ));
        }
        if !account.contradicted.is_empty() {
            page.note(format!(
                "Reports counted as giving adverse events, because events are recorded from them, although \
                 they are not said to give any: {}. To mend it, `casebook report edit KEY --adverse-events \
                 given`.",
                listed(account.contradicted.iter()),
            ));
        }
    }

    fn note_time(&self, page: &mut Page, account: &Account) {
        page.note(
            "Time at risk: the patient's follow-up or the days for which the report looked for events, the \
             shorter where both are stated; a year has 365.25 days. Rates count the events within it, and \
             those without a day.",
        );
        if !account.without_time.is_empty() {
            page.note(format!(
                "Not in the rates, with {}, because neither is stated: {}.",
                counted(account.events_without_time, "event", "events"),
                listed(account.without_time.iter()),
            ));
        }
        if account.beyond_time > 0 {
            page.note(format!(
                "Not in the rates: {} that began after the time at risk, with which their denominator ends. All \
                 other counts have {}.",
                counted(account.beyond_time, "event", "events"),
                if account.beyond_time == 1 { "it" } else { "them" },
            ));
        }
        let beyond = Value::from(account.beyond_time);
        page.context.push(("events_beyond_time_at_risk".to_owned(), beyond));
        let patients = listed(account.without_time.iter());
        let named = (!account.without_time.is_empty()).then_some(patients);
        page.context.push(("patients_without_time_at_risk".to_owned(), Value::from(named)));
    }

    /// The upper limits where nothing was seen: `16.1% of 21 patients and 0.31 per patient-year`.
    fn still_possible(&self, group: Option<&str>) -> Option<String> {
        let row = |measure: Measure| self.index.of(measure.parameter(), "", group);
        let is_unseen =
            |measure: &Measure| row(*measure).count(Variable::Patients, Statistic::Count) == 0;
        let measures = || Measure::ALL.into_iter().filter(is_unseen);
        let with_rate = measures().find(|measure| measure.rate_parameter().is_some());
        let measure = with_rate.or_else(|| measures().next())?;
        let row = row(measure);
        let Some(Amount::Number(most)) = row.amount(Variable::Patients, Statistic::PercentUpper)
        else {
            return None;
        };
        let patients = counted(row.count(Variable::Patients, Statistic::N), "patient", "patients");
        let upper = measure.rate_parameter().and_then(|parameter| {
            let row = self.index.of(parameter, "", group);
            row.amount(Variable::Events, Statistic::RateUpper)
        });
        let rate = match upper {
            Some(Amount::Number(rate)) => {
                format!(" and {} per patient-year", fixed(rate, rate_decimals(rate)))
            }
            _ => String::new(),
        };
        let of_group = group.map(|group| format!("{group} ")).unwrap_or_default();
        Some(format!("{of_group}{}% of {patients}{rate}", fixed(most, 1)))
    }
}

fn note_grades(page: &mut Page, account: &Account) {
    if account.events == 0 {
        return;
    }
    let version = |(version, events): (&Option<String>, &usize)| {
        let events = counted(*events, "event", "events");
        match version {
            Some(version) => format!("CTCAE {version} ({events})"),
            None => format!("no version recorded ({events})"),
        }
    };
    let versions: Vec<String> = account.versions.iter().map(version).collect();
    page.context.push((
        "ctcae_versions".to_owned(),
        Value::from((!versions.is_empty()).then(|| versions.join(", "))),
    ));
    if !versions.is_empty() {
        let mixed = match versions.len() {
            1 => "",
            _ => "; versions grade differently, and grades are compared as they are",
        };
        page.note(format!("Grades: {}{mixed}.", versions.join(", ")));
    }
    if account.without_grade > 0 {
        page.note(format!(
            "{} no grade; none is counted as grade 3 or more.",
            of_events(account.without_grade, account.events, "has", "have"),
        ));
    }
}

fn note_unstated(page: &mut Page, account: &Account) {
    let mut unstated = Vec::new();
    for (count, what) in [
        (account.without_seriousness, "serious or not"),
        (account.without_relation, "related to the cells or not"),
        (account.without_day, "within 24 h of an infusion or not, for want of a day"),
    ] {
        if count > 0 {
            unstated.push(format!("{what} ({count} of {})", account.events));
        }
    }
    if !unstated.is_empty() {
        page.note(format!(
            "Events of which it is not known, and which are not counted on that line: {}.",
            unstated.join(", "),
        ));
    }
}

fn note_uncounted(page: &mut Page, account: &Account) {
    if account.before_infusion > 0 {
        page.note(format!(
            "Not counted at all: {} that began before the first infusion.",
            counted(account.before_infusion, "event", "events"),
        ));
    }
}

/// `2 of 6 events have`.
fn of_events(count: usize, of: usize, has: &str, have: &str) -> String {
    let verb = if count == 1 { has } else { have };
    format!("{count} of {} {verb}", counted(of, "event", "events"))
}

/// The first names, and how many more there are.
fn listed<'n>(names: impl ExactSizeIterator<Item = &'n String>) -> String {
    let more = names.len().saturating_sub(MOST_NAMED);
    let named: Vec<&str> = names.take(MOST_NAMED).map(String::as_str).collect();
    match more {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}
