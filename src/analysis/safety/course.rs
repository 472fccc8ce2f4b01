//! Each infused patient with the events that count, and an account of what does not.

use crate::domain::{
    AdverseEvent, AdverseEventStance, Cohort, EventsSeen, Infusion, Outcome, Relation,
    SeriousReason, Subject,
};
use std::collections::{BTreeMap, BTreeSet};

/// What a patient's report says on adverse events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Said {
    /// Events are recorded from it.
    Events,
    /// It states that there were none, and none are recorded from it.
    None,
    /// It gives events, of which none is recorded: how many there were is not known.
    NotEntered,
    /// It does not speak of them.
    Nothing,
}

impl Said {
    /// Every answer, those that make the denominator first.
    pub const ALL: [Said; 4] = [Said::Events, Said::None, Said::NotEntered, Said::Nothing];

    /// The answer as a parameter of the results.
    pub fn parameter(self) -> &'static str {
        match self {
            Said::Events => "Adverse events recorded from the report",
            Said::None => "No adverse events stated",
            Said::NotEntered => "Adverse events given, none entered",
            Said::Nothing => "Adverse events not mentioned",
        }
    }

    /// True if the patients of such a report are in the denominator.
    pub fn speaks(self) -> bool {
        matches!(self, Said::Events | Said::None)
    }
}

/// What is counted among adverse events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Every event.
    Any,
    /// Possibly, probably or definitely caused by the cells.
    Related,
    /// Serious.
    Serious,
    /// CTCAE grade 3 or more.
    Severe,
    /// Begun on the day of an infusion or on the next.
    Within24Hours,
    /// Fatal.
    Death,
}

impl Measure {
    /// Every measure in the order of a report.
    pub const ALL: [Measure; 6] = [
        Measure::Any,
        Measure::Related,
        Measure::Serious,
        Measure::Severe,
        Measure::Within24Hours,
        Measure::Death,
    ];

    /// The measure as a parameter of the results.
    pub fn parameter(self) -> &'static str {
        match self {
            Measure::Any => "Any adverse event",
            Measure::Related => "Related to the cells, possible or more",
            Measure::Serious => "Serious",
            Measure::Severe => "Grade 3 or more",
            Measure::Within24Hours => "Within 24 h of an infusion",
            Measure::Death => "Death",
        }
    }

    /// The rate of the measure as a parameter of the results. What happens within hours has none.
    pub fn rate_parameter(self) -> Option<&'static str> {
        match self {
            Measure::Any => Some("Any adverse event, per patient-year"),
            Measure::Related => Some("Related to the cells, possible or more, per patient-year"),
            Measure::Serious => Some("Serious, per patient-year"),
            Measure::Severe => Some("Grade 3 or more, per patient-year"),
            Measure::Within24Hours => None,
            Measure::Death => Some("Death, per patient-year"),
        }
    }

    /// True if an event counts here. What is not stated does not.
    pub(in crate::analysis) fn holds(self, occurrence: &Occurrence<'_>) -> bool {
        let event = occurrence.event;
        match self {
            Measure::Any => true,
            Measure::Related => matches!(
                event.related_to_cells,
                Some(Relation::Possible | Relation::Probable | Relation::Definite)
            ),
            // Death is a reason for being serious, whether or not somebody said so (ICH E2A).
            Measure::Serious => event.serious == Some(true) || is_fatal(event),
            Measure::Severe => event.grade.is_some_and(|grade| grade >= 3),
            Measure::Within24Hours => occurrence.within_24_hours,
            Measure::Death => is_fatal(event),
        }
    }
}

fn is_fatal(event: &AdverseEvent) -> bool {
    event.outcome == Some(Outcome::Fatal)
        || event.serious_reason == Some(SeriousReason::Death)
        || event.grade == Some(5)
}

/// An event of an infused patient that did not begin before the first infusion.
#[derive(Debug)]
pub(in crate::analysis) struct Occurrence<'a> {
    pub event: &'a AdverseEvent,
    /// Place of the infusion that it is linked to or followed within 24 h.
    pub infusion: Option<usize>,
    pub within_24_hours: bool,
    /// True if only a link says so.
    pub by_link: bool,
    /// True if it began after the patient's time at risk. An event without a day is taken to be within it.
    pub beyond_time: bool,
}

/// An infused patient.
#[derive(Debug)]
pub(in crate::analysis) struct Course<'a> {
    pub subject: &'a Subject,
    pub said: Said,
    /// For how many days the report looked for events.
    pub looked_for_days: Option<i32>,
    pub events: Vec<Occurrence<'a>>,
}

impl Course<'_> {
    /// Days in which events could happen and be told of: the patient's follow-up or the time for which
    /// the report looked for them, the shorter where both are stated.
    pub fn days_at_risk(&self) -> Option<i32> {
        days_at_risk(self.subject, self.looked_for_days)
    }

    pub fn count(&self, measure: Measure) -> usize {
        self.events.iter().filter(|occurrence| measure.holds(occurrence)).count()
    }

    /// Those within the time at risk: a rate has no event in its numerator whose time is not in its
    /// denominator.
    pub fn count_at_risk(&self, measure: Measure) -> usize {
        let is_within = |occurrence: &&Occurrence<'_>| !occurrence.beyond_time;
        self.events.iter().filter(is_within).filter(|one| measure.holds(one)).count()
    }
}

/// The shorter of a patient's follow-up and the time for which the report looked for events.
fn days_at_risk(subject: &Subject, looked_for_days: Option<i32>) -> Option<i32> {
    [subject.follow_up_days, looked_for_days].into_iter().flatten().min()
}

/// What was counted, and what could not be, over all groups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// Events counted.
    pub events: usize,
    /// Those without a CTCAE grade.
    pub without_grade: usize,
    /// Those of which it is not stated whether they are serious.
    pub without_seriousness: usize,
    /// Those of which it is not stated whether the cells caused them.
    pub without_relation: usize,
    /// Those that can't be told to be within 24 h of an infusion or not: a day is not known.
    pub without_day: usize,
    /// Those that count as within 24 h of an infusion by their link to it alone.
    pub by_link: usize,
    /// Graded events by the version of CTCAE; none is recorded of some.
    pub versions: BTreeMap<Option<String>, usize>,
    /// Events that began before the first infusion; they are not counted.
    pub before_infusion: usize,
    /// Events that began after the time at risk; the rates don't count them.
    pub beyond_time: usize,
    /// Keys of the patients in the denominator whose time at risk is not known.
    pub without_time: Vec<String>,
    /// The events of those patients; the rates don't count them.
    pub events_without_time: usize,
    /// Keys of the reports that give events, of which none is recorded.
    pub not_entered: BTreeSet<String>,
    /// Keys of the reports that events are recorded from although they are said to give none.
    pub contradicted: BTreeSet<String>,
}

/// Each infused patient of a cohort at its place, with an account of the events.
pub(in crate::analysis) fn courses<'a>(
    cohort: &'a Cohort,
    seen: &'a EventsSeen,
) -> (Vec<Option<Course<'a>>>, Account) {
    let mut account = Account::default();
    let events = seen.of_each(cohort.subjects.len());
    let mut found = Vec::with_capacity(events.len());
    for (subject, events) in cohort.subjects.iter().zip(events) {
        if subject.infusions.is_empty() {
            found.push(None);
            continue;
        }
        let report = cohort.report(&subject.report);
        let looked_for_days = report.and_then(|report| report.adverse_events_days);
        let days = days_at_risk(subject, looked_for_days);
        let course = Course {
            subject,
            said: said_of(cohort, subject, seen),
            looked_for_days,
            events: events.iter().filter_map(|event| occurrence(event, subject, days)).collect(),
        };
        account.before_infusion += events.len() - course.events.len();
        account.add(&course, cohort.stance_of(subject));
        found.push(Some(course));
    }
    (found, account)
}

/// A report that says nothing has no patients without events, and neither has one that gives events
/// nobody entered: silence is not zero.
fn said_of(cohort: &Cohort, subject: &Subject, seen: &EventsSeen) -> Said {
    if seen.reports.contains(&subject.report) {
        return Said::Events;
    }
    match cohort.stance_of(subject) {
        AdverseEventStance::NoneStated => Said::None,
        AdverseEventStance::Given => Said::NotEntered,
        AdverseEventStance::NotMentioned => Said::Nothing,
    }
}

impl Account {
    fn add(&mut self, course: &Course<'_>, stance: AdverseEventStance) {
        let report = || course.subject.report.clone();
        match course.said {
            Said::Events if stance != AdverseEventStance::Given => {
                self.contradicted.insert(report());
            }
            Said::NotEntered => drop(self.not_entered.insert(report())),
            _ => {}
        }
        if course.said.speaks() && course.days_at_risk().is_none() {
            self.without_time.push(course.subject.key.clone());
            self.events_without_time += course.events.len();
        }
        for occurrence in &course.events {
            let event = occurrence.event;
            let is_unplaced = occurrence.infusion.is_none()
                && course.subject.infusions.iter().any(|one| days_after(one, event).is_none());
            let is_serious_known = event.serious.is_some() || is_fatal(event);
            self.events += 1;
            self.without_grade += usize::from(event.grade.is_none());
            self.without_seriousness += usize::from(!is_serious_known);
            self.without_relation += usize::from(event.related_to_cells.is_none());
            self.without_day += usize::from(is_unplaced);
            self.by_link += usize::from(occurrence.by_link);
            self.beyond_time += usize::from(occurrence.beyond_time);
            if event.grade.is_some() {
                *self.versions.entry(event.ctcae_version.clone()).or_default() += 1;
            }
        }
    }
}

/// The event among the infusions; `None` if it began before the first of them.
fn occurrence<'a>(
    event: &'a AdverseEvent,
    subject: &Subject,
    days_at_risk: Option<i32>,
) -> Option<Occurrence<'a>> {
    let infusions = &subject.infusions;
    let days: Vec<Option<i32>> = infusions.iter().map(|one| days_after(one, event)).collect();
    let linked = event.infusion.and_then(|no| infusions.iter().position(|one| one.number == no));
    let is_earlier = days[0].is_some() && days.iter().flatten().all(|days| *days < 0);
    if is_earlier && linked.is_none() {
        return None;
    }
    // Days can't tell hours: the day of the infusion and the next stand for 24 h.
    let close = days.iter().rposition(|days| days.is_some_and(|days| (0..=1).contains(&days)));
    // A link without a day is all there is to go by; where there is a day, the day decides.
    let by_link = close.is_none() && linked.is_some_and(|at| days[at].is_none());
    let within_24_hours = close.is_some() || by_link;
    let beyond_time = days[0].zip(days_at_risk).is_some_and(|(onset, last)| onset > last);
    let infusion = linked.or(close);
    Some(Occurrence { event, infusion, within_24_hours, by_link, beyond_time })
}

/// Days from an infusion to the onset of an event; `None` where they can't be compared.
fn days_after(infusion: &Infusion, event: &AdverseEvent) -> Option<i32> {
    let by_day = infusion.day.zip(event.onset_day).map(|(first, then)| then.0 - first.0);
    let dates = infusion.date.as_ref().zip(event.onset_date.as_ref());
    by_day.or_else(|| dates.and_then(|(first, then)| then.days_since(first)).map(|days| days.0))
}
