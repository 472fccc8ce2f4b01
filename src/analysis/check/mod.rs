//! What ought to be looked at again? Rules over one patient's file after another; each names what it
//! doubts, by what, and how to mend it, and says so when it had nothing to look at.
//! Knows the records and the catalogue; must not know who answered a doubt, or where they are stored.
//! Start with `RULES`, then `case` (a patient as rules see it), then any rule.
//!
//! A rule's result is a [`Doubt`]. The word finding is taken: it is what a report says ("at target").

mod case;
mod days;
mod doses;
mod indices;
mod reports;
mod steps;
#[cfg(test)]
mod testing;
mod values;
mod visits;

use crate::domain::{Catalogue, Level, PatientFile, Report, Rules, nearest};
use crate::domain::{Infusion, Mismatch};
use case::Case;
use reports::Across;
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// Something one rule doubts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// Eight hexadecimal digits made of the rule, the place and the values: the same in every run and
    /// every copy of the registry, and another one as soon as a value is another.
    pub id: String,
    /// The rule.
    pub rule: &'static Rule,
    /// The patient, unless it is about a whole report.
    pub patient: Option<String>,
    /// The report it belongs to.
    pub report: Option<String>,
    /// The record in words, as a person would look for it.
    pub place: String,
    /// The values that gave rise to it.
    pub evidence: String,
    /// How an entry names the value where it asks the same; whoever accepted it there answered this.
    pub at_entry: Option<String>,
}

/// One rule: what it asks, and what to do about what it finds.
#[derive(Debug)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// How much what it finds matters.
    pub level: Level,
    /// What it asks.
    pub asks: &'static str,
    /// What to do about what it finds.
    pub mend: &'static str,
    /// What is missing where it has nothing to look at.
    pub lacks: &'static str,
    scope: Scope,
}

/// What a rule looks at.
#[derive(Debug)]
enum Scope {
    /// One patient at a time.
    Patient(fn(&Case<'_>, &mut Asking<'_>)),
    /// All patients of a report together.
    Report(fn(&Across, &[Report], &mut Asking<'_>)),
}

impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.name == other.name
    }
}

impl Eq for Rule {}

/// Every rule, in the order they are told.
pub static RULES: &[&Rule] = &[
    &values::HARD_RANGE,
    &values::CONVERSION,
    &days::BEFORE_BIRTH,
    &values::USUAL_RANGE,
    &values::UNIT_RULE,
    &values::FRACTION,
    &values::READING_OPEN,
    &steps::TENFOLD,
    &steps::THOUSANDFOLD,
    &indices::BMI,
    &indices::HOMA,
    &indices::EGFR,
    &indices::HOMA_GLUCOSE,
    &doses::DOSE_WEIGHT,
    &doses::PERCENTAGE,
    &doses::REGIMEN,
    &days::FOLLOW_UP,
    &days::EVENT_ONSET,
    &days::INFUSION_ORDER,
    &days::DAY_DATE,
    &days::AGE,
    &visits::VISIT_TWICE,
    &reports::SAME_PATIENT,
    &reports::STANCE,
    &reports::COUNTS,
    &values::UNIT_MISSING,
    &indices::HOMA_INSULIN,
];

impl Rule {
    /// The rule of this name.
    ///
    /// # Errors
    /// Names the nearest that is there.
    pub fn parse(name: &str) -> Result<&'static Rule, Mismatch> {
        let wanted = name.trim().to_lowercase().replace([' ', '_'], "-");
        let found = RULES.iter().find(|rule| rule.name == wanted);
        found.copied().ok_or_else(|| {
            let mismatch = Mismatch::new(name, "a rule such as tenfold-step");
            let names = RULES.iter().map(|rule| rule.name);
            mismatch.mend(match nearest(&wanted, names) {
                Some(near) => format!("did you mean \"{near}\"? `casebook check rules` shows all"),
                None => "`casebook check rules` shows all".to_owned(),
            })
        })
    }
}

/// A rule at work: counts what it looks at, and collects what it doubts.
struct Asking<'a> {
    rule: &'static Rule,
    patient: Option<&'a str>,
    report: Option<&'a str>,
    looked: usize,
    found: Vec<Doubt>,
}

impl Asking<'_> {
    /// Note that one thing was looked at.
    fn look(&mut self) {
        self.looked += 1;
    }

    /// Doubt a record by these values.
    fn doubt(&mut self, place: String, evidence: String, values: &[String]) {
        self.found.push(Doubt {
            id: id_of(self.rule.name, &place, values),
            rule: self.rule,
            patient: self.patient.map(str::to_owned),
            report: self.report.map(str::to_owned),
            place,
            evidence,
            at_entry: None,
        });
    }
}

/// The first eight digits of the SHA-256 of what is doubted.
fn id_of(rule: &str, place: &str, values: &[String]) -> String {
    let parts = [rule, place].into_iter().chain(values.iter().map(String::as_str));
    digest_of(parts, 4)
}

/// The first bytes of the SHA-256 of these parts, in hexadecimal.
fn digest_of<'a>(parts: impl Iterator<Item = &'a str>, bytes: usize) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        // The length keeps two parts from reading as one.
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part.as_bytes());
    }
    crate::domain::hex(&digest.finalize()[..bytes])
}

/// What one rule did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The rule.
    pub rule: &'static Rule,
    /// How many things it looked at; none is not a pass.
    pub looked: usize,
    /// Why it could not run at all, if so.
    pub skipped: Option<&'static str>,
}

/// A check under way: takes one patient after another and keeps no more of each than what is doubted,
/// and a mark by which two of the same report are told to be alike.
pub struct Check<'a> {
    rules: &'a Rules,
    catalogue: &'a Catalogue,
    outcomes: Vec<Outcome>,
    across: Option<Across>,
    doubts: Vec<Doubt>,
}

impl<'a> Check<'a> {
    /// A check by one rule or by all. Where not all patients of a report will come, what is asked of
    /// whole reports can't be.
    pub fn new(
        rules: &'a Rules,
        catalogue: &'a Catalogue,
        only: Option<&'static Rule>,
        whole_reports: bool,
    ) -> Check<'a> {
        let chosen = RULES.iter().filter(|rule| only.is_none_or(|only| only == **rule));
        let outcome = |rule: &&'static Rule| Outcome { rule, looked: 0, skipped: None };
        Check {
            rules,
            catalogue,
            outcomes: chosen.map(outcome).collect(),
            across: whole_reports.then(Across::default),
            doubts: Vec::new(),
        }
    }

    /// Look at one patient.
    pub fn take(&mut self, file: &PatientFile) {
        let case = Case::new(file, self.rules, self.catalogue);
        let report = file.patient.reports.first().map(String::as_str);
        for outcome in &mut self.outcomes {
            let Scope::Patient(run) = &outcome.rule.scope else { continue };
            let patient = Some(file.patient.key.as_str());
            let mut asking =
                Asking { rule: outcome.rule, patient, report, looked: 0, found: Vec::new() };
            run(&case, &mut asking);
            outcome.looked += asking.looked;
            self.doubts.extend(asking.found);
        }
        if let Some(across) = &mut self.across {
            across.take(&case);
        }
    }

    /// What is doubted, by rule and in the order of the patients, and what each rule did.
    pub fn finish(mut self, reports: &[Report]) -> (Vec<Doubt>, Vec<Outcome>) {
        for outcome in &mut self.outcomes {
            let Scope::Report(run) = &outcome.rule.scope else { continue };
            let Some(across) = &self.across else {
                outcome.skipped = Some("it needs all patients of a report, one was chosen");
                continue;
            };
            let mut asking = Asking {
                rule: outcome.rule,
                patient: None,
                report: None,
                looked: 0,
                found: Vec::new(),
            };
            run(across, reports, &mut asking);
            outcome.looked = asking.looked;
            self.doubts.extend(asking.found);
        }
        for outcome in self.outcomes.iter_mut().filter(|outcome| outcome.looked == 0) {
            outcome.skipped = outcome.skipped.or(Some(outcome.rule.lacks));
        }
        let place = |rule: &Rule| RULES.iter().position(|known| *known == rule);
        self.doubts.sort_by_key(|doubt| (doubt.rule.level, place(doubt.rule)));
        let mut seen = HashSet::new();
        self.doubts.retain(|doubt| seen.insert((doubt.rule.name, doubt.id.clone())));
        (self.doubts, self.outcomes)
    }
}

/// A number of at most four digits that count, for sentences.
fn short(value: f64) -> String {
    let rounded = format!("{value:.3e}").parse::<f64>().unwrap_or(value);
    format!("{rounded}")
}

/// An infusion of a patient, in words.
fn infusion_place(patient: &str, infusion: &Infusion) -> String {
    format!("{patient}, infusion {}", infusion.number)
}

#[cfg(test)]
mod tests;
