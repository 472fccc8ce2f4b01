//! Behind the adverse events: what each patient's report says, the time at risk, and every event.

use super::{Contribution, Used, blank};
use crate::analysis::grouping::{Stratum, strata_of};
use crate::analysis::question::Question;
use crate::analysis::result::Variable;
use crate::analysis::safety::{
    Course, INFUSED, Measure, SPEAKING, TIME_AT_RISK, courses, years_of,
};
use crate::domain::{AdverseEvent, Cohort, EventsSeen};

/// Each patient's part in the counts and rates of adverse events.
pub fn explain_safety(
    cohort: &Cohort,
    seen: &EventsSeen,
    question: &Question,
) -> Vec<Contribution> {
    let (courses, _) = courses(cohort, seen);
    let events = seen.of_each(cohort.subjects.len());
    let mut found = Vec::new();
    for Stratum { group, members } in strata_of(cohort, question.by.as_ref()) {
        for who in members {
            let told = Told { group: group.as_ref(), patient: &cohort.subjects[who].key };
            found.push(told.infused(courses[who].as_ref()));
            if let Some(course) = &courses[who] {
                found.push(told.speaking(course));
                found.push(told.time(course));
            }
            let told_event = |event: &&AdverseEvent| told.event(event, courses[who].as_ref());
            found.extend(events[who].iter().map(told_event));
        }
    }
    found
}

/// One patient.
struct Told<'a> {
    group: Option<&'a String>,
    patient: &'a str,
}

impl Told<'_> {
    fn blank(&self, parameter: &str, variable: Variable) -> Contribution {
        Contribution {
            variable,
            patient: self.patient.to_owned(),
            ..blank(parameter, parameter, self.group)
        }
    }

    fn infused(&self, course: Option<&Course<'_>>) -> Contribution {
        let of = self.blank(INFUSED, Variable::Patients);
        match course.map(|course| course.subject.infusions.len()) {
            Some(1) => Contribution { text: "1 infusion".to_owned(), ..of },
            Some(count) => Contribution { text: format!("{count} infusions"), ..of },
            None => Contribution { used: Used::No("no infusion is recorded".to_owned()), ..of },
        }
    }

    fn speaking(&self, course: &Course<'_>) -> Contribution {
        let used = match course.said.speaks() {
            true => Used::Yes,
            false => Used::No("not in the denominator".to_owned()),
        };
        let text = course.said.parameter().to_owned();
        Contribution { text, used, ..self.blank(SPEAKING, Variable::Infused) }
    }

    fn time(&self, course: &Course<'_>) -> Contribution {
        let of = Contribution { unit: "a".to_owned(), ..self.blank(TIME_AT_RISK, Variable::Value) };
        match course.days_at_risk().filter(|_| course.said.speaks()) {
            Some(days) => {
                Contribution { value: Some(years_of(days)), text: format!("{days} days"), ..of }
            }
            None if course.said.speaks() => Contribution {
                used: Used::No("neither follow-up nor days are reported".to_owned()),
                ..of
            },
            None => Contribution { used: Used::No("not in the denominator".to_owned()), ..of },
        }
    }

    fn event(&self, event: &AdverseEvent, course: Option<&Course<'_>>) -> Contribution {
        let any = Measure::Any.parameter();
        let occurrence = course.and_then(|course| {
            course.events.iter().find(|occurrence| std::ptr::eq(occurrence.event, event))
        });
        let words = match occurrence {
            Some(occurrence) => {
                let holds = |measure: &&Measure| measure.holds(occurrence);
                let named = Measure::ALL.iter().skip(1).filter(holds);
                let named: Vec<&str> = named.map(|measure| measure.parameter()).collect();
                named.join("; ")
            }
            None => String::new(),
        };
        let is_beyond = occurrence.is_some_and(|occurrence| occurrence.beyond_time);
        let grade = event.grade.map(|grade| format!("grade {grade}"));
        let mut text: Vec<String> = grade.into_iter().collect();
        text.extend(Some(words).filter(|words| !words.is_empty()));
        let used = match (course, occurrence) {
            (None, _) => Used::No("no infusion is recorded".to_owned()),
            (_, None) => Used::No("began before the first infusion".to_owned()),
            _ => Used::Yes,
        };
        Contribution {
            item: Some(event.coded_term.clone().unwrap_or_else(|| event.term.clone())),
            day: event.onset_day,
            text: text.join("; "),
            used,
            note: is_beyond.then_some("began after the time at risk: in no rate per patient-year"),
            ..self.blank(any, Variable::Events)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Amount, Statistic, analyse_safety};
    use crate::domain::{
        AdverseEventStance, Day, EventSeen, Infusion, Report, ReportKind, Subject,
    };

    fn subject(key: &str, report: &str, infusions: usize) -> Subject {
        let infusion = |number| Infusion { number, day: Some(Day(0)), ..Infusion::default() };
        Subject {
            key: key.to_owned(),
            report: report.to_owned(),
            follow_up_days: Some(84),
            infusions: (1..).take(infusions).map(infusion).collect(),
            ..Subject::default()
        }
    }

    fn report(key: &str, adverse_events: AdverseEventStance) -> Report {
        Report { adverse_events, ..Report::new(key, ReportKind::CaseSeries) }
    }

    fn fever(subject: usize, day: i32) -> EventSeen {
        let event = AdverseEvent {
            term: "Fever".to_owned(),
            onset_day: Some(Day(day)),
            grade: Some(3),
            ..AdverseEvent::default()
        };
        EventSeen { subject, event }
    }

    #[test]
    fn what_is_listed_is_what_was_counted() {
        let cohort = Cohort {
            subjects: vec![
                subject("a/1", "a", 1),
                subject("a/2", "a", 2),
                subject("a/3", "a", 0),
                subject("b/1", "b", 1),
            ],
            reports: vec![
                report("a", AdverseEventStance::Given),
                report("b", AdverseEventStance::NotMentioned),
            ],
            ..Cohort::default()
        };
        let seen = EventsSeen {
            events: vec![fever(0, 1), fever(0, -9), fever(1, 85), fever(2, 1)],
            reports: ["a".to_owned()].into(),
        };
        let question = Question::default();
        let told = explain_safety(&cohort, &seen, &question);
        let counted = analyse_safety(&cohort, &seen, &question).results;
        let of =
            |parameter: &'static str| told.iter().filter(move |one| one.parameter == parameter);
        let used = |parameter| of(parameter).filter(|one| one.used == Used::Yes);
        let amount = |parameter: &str, variable, statistic| {
            let is_it = |result: &&crate::analysis::AnalysisResult| {
                result.parameter == parameter
                    && result.variable == variable
                    && result.statistic == statistic
            };
            counted.iter().find(is_it).expect("a result").amount
        };
        let any = Measure::Any.parameter();
        for (parameter, variable, count) in [
            (INFUSED, Variable::Patients, 3),
            (SPEAKING, Variable::Infused, 2),
            (any, Variable::Events, 2),
        ] {
            assert_eq!(amount(parameter, variable, Statistic::Count), Amount::Count(count));
            assert_eq!(used(parameter).count(), count, "{parameter}");
        }
        let within = used(any).filter(|one| one.note.is_none()).count();
        let rate = Measure::Any.rate_parameter().expect("a rate");
        assert_eq!(amount(rate, Variable::Events, Statistic::Count), Amount::Count(within));
        assert_eq!(within, 1);
        let years: f64 = used(TIME_AT_RISK).filter_map(|one| one.value).sum();
        let total = amount(TIME_AT_RISK, Variable::Value, Statistic::Total);
        assert_eq!(total, Amount::Number(years));
        let reasons: Vec<_> = of(any).map(|one| one.used.reason()).collect();
        let earlier = Some("began before the first infusion");
        assert_eq!(reasons, [None, earlier, None, Some("no infusion is recorded")]);
        let text = of(any).next().map(|one| &*one.text);
        assert_eq!(text, Some("grade 3; Grade 3 or more; Within 24 h of an infusion"));
    }
}
