//! Days and dates: what lies before birth, after the follow-up, out of order, or contradicts itself.

use super::case::{Case, Dated, Kind};
use super::{Asking, Rule, Scope, infusion_place, short};
use crate::domain::{Day, DayZero, Infusion, Level, PartialDate};

/// A follow-up is printed in weeks or months: what lies within a week behind its end is within it.
const FOLLOW_UP_SLACK: i32 = 7;

const EITHER: &str = "compare both with the source and edit the wrong one; keep them, if the source says \
                      so, with `casebook check accept`";

pub(super) static BEFORE_BIRTH: Rule = Rule {
    name: "before-birth",
    level: Level::Error,
    asks: "Does anything lie before the patient's birth?",
    mend: "edit the date, or the year of birth",
    lacks: "nothing with a date is recorded of a patient whose year of birth or age is known",
    scope: Scope::Patient(before_birth),
};

fn before_birth(case: &Case<'_>, asking: &mut Asking<'_>) {
    let patient = &case.file.patient;
    for dated in case.dated() {
        let by_year = patient.birth_year.zip(dated.date.and_then(year_of));
        // The last birthday may be a year ago all but a day.
        let by_age = patient.age_years.zip(dated.day);
        if by_year.is_none() && by_age.is_none() {
            continue;
        }
        asking.look();
        let told = match (by_year, by_age) {
            (Some((birth, year)), _) if year < birth => format!("born in {birth}"),
            (_, Some((age, Day(day)))) if f64::from(day) < -(age + 1.0) * 365.25 => {
                format!("aged {} on day 0", short(age))
            }
            _ => continue,
        };
        let when = dated.when();
        let values = [when.clone(), told.clone()];
        asking.doubt(dated.place, format!("{when}, {told}"), &values);
    }
}

fn year_of(date: &PartialDate) -> Option<i32> {
    date.as_str().get(..4)?.parse().ok()
}

pub(super) static FOLLOW_UP: Rule = Rule {
    name: "follow-up",
    level: Level::Question,
    asks: "Does an infusion, a visit or an event lie behind the end of the follow-up?",
    mend: EITHER,
    lacks: "no patient has a follow-up and a day within it",
    scope: Scope::Patient(follow_up),
};

fn follow_up(case: &Case<'_>, asking: &mut Asking<'_>) {
    let Some(end) = case.file.patient.follow_up_days else { return };
    let mut look = |place: String, day: Option<Day>, window: Option<Day>| {
        let Some(day) = day else { return };
        asking.look();
        // A visit in the window of a timepoint that was still due belongs to the follow-up.
        let due = window.map_or(day, |target| target.min(day));
        if due.0 > end + FOLLOW_UP_SLACK {
            let values = [day.to_string(), end.to_string()];
            let evidence = format!("day {day}, followed up for {end} days");
            asking.doubt(place, evidence, &values);
        }
    };
    for dated in case.dated() {
        if matches!(dated.kind, Kind::Infusion | Kind::Event) {
            let day = case.day_of(dated.day, dated.date);
            look(dated.place, day, None);
        }
    }
    let schedule = &case.rules.schedule;
    for seen in &case.visits {
        let timepoint = seen.day.and_then(|day| schedule.timepoint_of(day));
        let target = timepoint.map(|at| schedule.timepoints()[at].target_day);
        look(case.visit_place(seen.visit), seen.day, target);
    }
}

pub(super) static EVENT_ONSET: Rule = Rule {
    name: "event-onset",
    level: Level::Question,
    asks: "Did an adverse event begin before the first infusion?",
    mend: "what was there before is no event of the treatment: remove it or edit its onset; keep it with \
           `casebook check accept`",
    lacks: "no event with a day is recorded of a patient whose first infusion has one",
    scope: Scope::Patient(event_onset),
};

fn event_onset(case: &Case<'_>, asking: &mut Asking<'_>) {
    let infusions = &case.file.infusions;
    let day_of = |one: &Infusion| case.day_of(one.day, one.date.as_ref());
    let by_rule =
        (case.rules.day_zero == DayZero::FirstInfusion && !infusions.is_empty()).then_some(Day(0));
    let Some(first) = infusions.iter().filter_map(day_of).min().or(by_rule) else { return };
    for event in case.dated().into_iter().filter(|dated| dated.kind == Kind::Event) {
        let Some(day) = case.day_of(event.day, event.date) else { continue };
        asking.look();
        if day < first {
            let values = [day.to_string(), first.to_string()];
            let evidence = format!("day {day}, first infusion on day {first}");
            asking.doubt(event.place, evidence, &values);
        }
    }
}

pub(super) static INFUSION_ORDER: Rule = Rule {
    name: "infusion-order",
    level: Level::Question,
    asks: "Are infusions numbered without gaps, in the order of their days and dates?",
    mend: "record the one that is missing, or edit number, day or date; keep it with `casebook check \
           accept`",
    lacks: "no infusion is recorded",
    scope: Scope::Patient(infusion_order),
};

fn infusion_order(case: &Case<'_>, asking: &mut Asking<'_>) {
    let infusions = &case.file.infusions;
    let Some(last) = infusions.iter().map(|one| one.number).max() else { return };
    asking.look();
    let numbers: Vec<String> = infusions.iter().map(|one| one.number.to_string()).collect();
    let has = |number: u32| infusions.iter().any(|one| one.number == number);
    // A slip in a number must not make a list of thousands.
    let missing: Vec<String> =
        (1..last).filter(|number| !has(*number)).take(5).map(|one| one.to_string()).collect();
    if !missing.is_empty() {
        let evidence = format!("{} recorded, {} missing", numbers.join(", "), missing.join(", "));
        asking.doubt(format!("{}, infusions", case.key()), evidence, &numbers);
    }
    for pair in infusions.windows(2) {
        let (one, next) = (&pair[0], &pair[1]);
        let by_day = one.day.zip(next.day).is_some_and(|(one, next)| next < one);
        let dates = one.date.as_ref().zip(next.date.as_ref());
        if by_day || dates.is_some_and(|(one, next)| is_before(next, one)) {
            let when = |of: &Infusion| {
                let date = of.date.as_ref();
                let place = String::new();
                Dated { place, kind: Kind::Infusion, day: of.day, date }.when()
            };
            let values = [when(one), when(next)];
            let evidence = format!("{}, before infusion {}: {}", values[1], one.number, values[0]);
            asking.doubt(infusion_place(case.key(), next), evidence, &values);
        }
    }
}

/// True if one date is before another, as far as both are known.
fn is_before(one: &PartialDate, other: &PartialDate) -> bool {
    let known = one.as_str().len().min(other.as_str().len());
    one.as_str()[..known] < other.as_str()[..known]
}

pub(super) static DAY_DATE: Rule = Rule {
    name: "day-date",
    level: Level::Question,
    asks: "Do a day and a date of one thing agree, where the date of day 0 is known?",
    mend: EITHER,
    lacks: "nothing has both a day and a full date, of a patient whose day 0 has a date",
    scope: Scope::Patient(day_date),
};

fn day_date(case: &Case<'_>, asking: &mut Asking<'_>) {
    let Some(day_zero) = case.day_zero() else { return };
    for dated in case.dated() {
        let counted = dated.date.and_then(|date| date.days_since(day_zero));
        let (Some(day), Some(counted)) = (dated.day, counted) else { continue };
        asking.look();
        if day != counted {
            let when = dated.when();
            let evidence = format!("{when}, which is day {counted} from {day_zero}");
            let values = [when, day_zero.to_string()];
            asking.doubt(dated.place, evidence, &values);
        }
    }
}

pub(super) static AGE: Rule = Rule {
    name: "age",
    level: Level::Question,
    asks: "Does the age agree with the year of birth and the date of day 0, and is diabetes younger?",
    mend: EITHER,
    lacks: "no patient has an age with a year of birth and a date of day 0, or with a duration of diabetes",
    scope: Scope::Patient(age),
};

fn age(case: &Case<'_>, asking: &mut Asking<'_>) {
    let patient = &case.file.patient;
    let Some(age) = patient.age_years else { return };
    if let Some(duration) = patient.diabetes_duration_years {
        asking.look();
        // Both may be rounded up or down to whole years.
        if duration > age + 1.0 {
            let values = [short(age), short(duration)];
            let evidence = format!("aged {}, diabetes for {} years", values[0], values[1]);
            asking.doubt(case.key().to_owned(), evidence, &values);
        }
    }
    let year = case.day_zero().and_then(year_of);
    let (Some(birth), Some(year)) = (patient.birth_year, year) else { return };
    asking.look();
    let years = f64::from(year - birth);
    if age < years - 1.0 || age >= years + 1.0 {
        let values = [short(age), birth.to_string(), year.to_string()];
        let evidence = format!("aged {}, born in {birth}, day 0 in {year}", values[0]);
        asking.doubt(case.key().to_owned(), evidence, &values);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::domain::{AdverseEvent, Day, DayBasis, Infusion, Medication};

    fn infusion(number: u32, day: Option<i32>, when: Option<&str>) -> Infusion {
        let date = when.map(date);
        Infusion { number, day: day.map(Day), date, ..Infusion::default() }
    }

    fn event(term: &str, day: i32) -> AdverseEvent {
        AdverseEvent { term: term.into(), onset_day: Some(Day(day)), ..AdverseEvent::default() }
    }

    #[test]
    fn nothing_happens_before_birth() {
        let mut file = patient(&[("W0", &[])]);
        assert!(skipped(&file, "before-birth").is_some());
        file.patient.birth_year = Some(1970);
        file.visits[0].0.date = Some(date("1970-02"));
        assert_eq!(found(&file, "before-birth"), [""; 0]);
        file.visits[0].0.date = Some(date("1969-12-31"));
        assert_eq!(found(&file, "before-birth"), ["a/1, visit W0: 1969-12-31, born in 1970"]);
        let mut file = patient(&[]);
        file.patient.age_years = Some(50.0);
        let drug = |day| Medication {
            drug: "metformin".into(),
            start_day: Some(Day(day)),
            ..Medication::default()
        };
        file.medications = vec![drug(-18_000)];
        assert_eq!(found(&file, "before-birth"), [""; 0]);
        file.medications = vec![drug(-20_000)];
        assert_eq!(
            found(&file, "before-birth"),
            ["a/1, medication metformin: day -20000, aged 50 on day 0"]
        );
    }

    #[test]
    fn what_lies_behind_the_follow_up_is_asked_about() {
        let mut file = patient(&[("W0", &[]), ("W12", &[]), ("W24", &[])]);
        file.patient.follow_up_days = Some(84);
        file.visits[1].0.day = Some(Day(97));
        file.visits[1].0.day_basis = Some(DayBasis::Actual);
        file.infusions = vec![infusion(1, Some(0), None), infusion(2, Some(120), None)];
        file.events = vec![event("fever", 90), event("rash", 100)];
        assert_eq!(
            found(&file, "follow-up"),
            [
                "a/1, infusion 2: day 120, followed up for 84 days",
                "a/1, event rash: day 100, followed up for 84 days",
                "a/1, visit W24: day 168, followed up for 84 days",
            ],
            "day 97 is in the window of W12, which was due"
        );
    }

    #[test]
    fn an_event_before_the_first_infusion_is_asked_about() {
        let mut file = patient(&[]);
        file.events = vec![event("fever", 0), event("rash", -3)];
        assert!(skipped(&file, "event-onset").is_some());
        file.infusions = vec![infusion(1, None, None)];
        assert_eq!(
            found(&file, "event-onset"),
            ["a/1, event rash: day -3, first infusion on day 0"]
        );
    }

    #[test]
    fn infusions_are_numbered_without_gaps_and_in_order() {
        let mut file = patient(&[]);
        file.infusions = vec![
            infusion(1, Some(0), Some("2024-03-05")),
            infusion(2, Some(7), Some("2024-03")),
            infusion(3, None, Some("2024-04-01")),
        ];
        assert_eq!(found(&file, "infusion-order"), [""; 0]);
        file.infusions[2].number = 4;
        file.infusions[2].date = Some(date("2024-02"));
        assert_eq!(
            found(&file, "infusion-order"),
            [
                "a/1, infusions: 1, 2, 4 recorded, 3 missing",
                "a/1, infusion 4: 2024-02, before infusion 2: day 7, 2024-03",
            ]
        );
    }

    #[test]
    fn a_day_and_a_date_have_to_agree() {
        let mut file = patient(&[("W4", &[])]);
        file.infusions = vec![infusion(1, Some(0), Some("2024-03-01"))];
        file.visits[0].0.date = Some(date("2024-03-30"));
        assert_eq!(found(&file, "day-date"), [""; 0], "a planned day is no day");
        file.visits[0].0.day_basis = Some(DayBasis::Actual);
        assert_eq!(
            found(&file, "day-date"),
            ["a/1, visit W4: day 28, 2024-03-30, which is day 29 from 2024-03-01"]
        );
        file.visits[0].0.date = Some(date("2024-03-29"));
        assert_eq!(found(&file, "day-date"), [""; 0]);
    }

    #[test]
    fn an_age_has_to_agree_with_the_year_of_birth() {
        let with = |age: f64| {
            let mut file = patient(&[]);
            file.patient.age_years = Some(age);
            file.patient.birth_year = Some(1970);
            file.patient.diabetes_duration_years = Some(20.0);
            file.infusions = vec![infusion(1, None, Some("2024-03"))];
            found(&file, "age")
        };
        for age in [53.0, 54.0, 54.9] {
            assert_eq!(with(age), [""; 0], "{age}");
        }
        assert_eq!(with(50.0), ["a/1: aged 50, born in 1970, day 0 in 2024"]);
        assert_eq!(with(55.0).len(), 1);
        assert!(with(18.0)[0].contains("diabetes for 20 years"));
    }
}
