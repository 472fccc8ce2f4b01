//! What stands below the table: rules, choices, how values were read, what was left out.

use crate::analysis::{
    Amount, BASELINE, ChangeAsked, ChangeResults, ChangeTest, LeftOut, Question,
    SIGNED_RANK_EXACT_UP_TO, Series, Statistic, UnitChoice,
};
use crate::domain::{Benefit, Cohort, Day, DayZero, Rules, Schedule, display_unit};
use crate::tables::amounts::{counted, note_definitions};
use crate::tables::cohort::note_planned_days;
use crate::tables::page::{Page, Value};

/// At most so many measurements outside every window are named; the rest is counted.
const MOST_LISTED: usize = 8;

/// What day 0 is.
pub(in crate::tables) fn day_zero_words(rules: &Rules) -> &'static str {
    match rules.day_zero {
        DayZero::FirstInfusion => "the day of the first infusion",
        DayZero::LastInfusion => "the day of the last infusion",
        DayZero::Enrolment => "the day of enrolment",
    }
}

/// Say by which rules the numbers of the table are made.
pub(super) fn note_rules(
    page: &mut Page,
    found: &ChangeResults,
    cohort: &Cohort,
    rules: &Rules,
    (question, asked): (&Question, &ChangeAsked),
) {
    let day_zero = day_zero_words(rules);
    page.note(format!(
        "Baseline: the last measured value on or before day 0, {day_zero}. Change: follow-up - \
         baseline in patients who have both (pairs), with Student's t-interval; HL: the \
         Hodges-Lehmann estimate (median of the means of all pairs of changes), with the interval \
         of the exact signed-rank distribution, above 200 pairs of its normal approximation; changes \
         of 0 and equal changes take part.",
    ));
    note_timepoints(page, rules);
    page.note(
        "A line is left out where nothing is recorded of an analyte at a timepoint; csv and json \
         have it.",
    );
    note_definitions(page, question);
    note_choices(page, question);
    note_planned_days(page, cohort);
    let without = cohort.subjects.iter().filter(|one| one.infusions.is_empty()).count();
    if without > 0 {
        page.note(format!(
            "{} without a recorded infusion among them.",
            counted(without, "patient", "patients"),
        ));
    }
    note_readings(page, &found.series);
    if !found.left_out.is_empty() {
        let named = left_out(&found.left_out.iter().collect::<Vec<_>>());
        page.note(match asked.extra.is_empty() {
            true => format!("Not used, outside every window: {named}."),
            false => format!("Outside every window, used at no timepoint: {named}."),
        });
    }
    page.context.extend([
        ("day_zero".to_owned(), Value::from(rules.day_zero.as_str())),
        ("baseline".to_owned(), Value::from(rules.baseline.as_str())),
        ("rules_version".to_owned(), Value::from(rules.version)),
        ("timepoints".to_owned(), Value::from(windows(&rules.schedule))),
        ("confidence_level".to_owned(), Value::from(question.level)),
        ("units".to_owned(), Value::from(question.units.name())),
    ]);
}

/// Say which days belong to which timepoint.
pub(in crate::tables) fn note_timepoints(page: &mut Page, rules: &Rules) {
    page.note(format!(
        "Timepoints (rules version {}): {}. A measurement belongs to the timepoint whose window \
         holds its day, the nearest target first, a tie to the earlier.",
        rules.version,
        windows(&rules.schedule),
    ));
}

/// Say which units and timepoints were asked for, where they are not the usual ones.
pub(in crate::tables) fn note_choices(page: &mut Page, question: &Question) {
    match question.units {
        UnitChoice::Recorded => {}
        UnitChoice::Canonical => page.note("Units: SI, or the one an analyte is kept in."),
        UnitChoice::Conventional => {
            page.note(
                "Units: those of laboratories without SI units; where there is no other, SI.",
            );
        }
    }
    if !question.timepoints.is_empty() {
        let later = question.timepoints.iter().filter(|name| *name != BASELINE);
        let later: Vec<&str> = later.map(String::as_str).collect();
        page.note(match later.join(", ") {
            none if none.is_empty() => {
                "Of the timepoints only the baseline is shown; others were not asked for."
                    .to_owned()
            }
            some => format!("Only {some} and the baseline are shown; others were not asked for."),
        });
        let asked = question.timepoints.join(", ");
        page.context.push(("timepoints_shown".to_owned(), Value::from(asked)));
    }
}

/// Say how many values were converted, by what, and how many are used as corrected.
pub(in crate::tables) fn note_readings(page: &mut Page, all: &[Series]) {
    for series in all {
        if let (Some(unit), true) = (&series.unit, series.converted > 0) {
            let basis = match series.bases.is_empty() {
                true => String::new(),
                false => format!(", by {}", series.bases.join("; ")),
            };
            page.note(format!(
                "{}: of all that is recorded, {} printed in another unit, converted to {}{basis}.",
                series.label,
                counted(series.converted, "value", "values"),
                display_unit(&unit.ucum),
            ));
        }
        if series.corrected > 0 {
            page.note(format!(
                "{}: {} used as corrected, not as printed; `casebook measurement show` says by whom and why.",
                series.label,
                counted(series.corrected, "value", "values"),
            ));
        }
    }
}

/// Say of which analytes a change has a good direction, and what that does not mean.
pub(super) fn note_direction(page: &mut Page, found: &ChangeResults) {
    let toward = |benefit: Benefit| {
        let all = found.series.iter().filter(|series| series.benefit == Some(benefit));
        let labels: Vec<&str> = all.map(|series| series.label.as_str()).collect();
        (!labels.is_empty()).then(|| format!("{benefit} {}", labels.join(", ")))
    };
    let known: Vec<String> = Benefit::ALL.iter().filter_map(|one| toward(*one)).collect();
    if known.is_empty() {
        return;
    }
    page.note(
        "Lower or higher is better: what is a benefit whatever the patient; of other analytes that \
         depends.",
    );
    page.context.push(("benefit".to_owned(), Value::from(known.join("; "))));
}

/// Say what stands in the lines of each patient.
pub(super) fn note_listing(page: &mut Page) {
    page.note(
        "Each patient: the value as recorded, in the unit of the table; behind it in brackets the \
         change from baseline, of a limit (<, >) that of the limit itself. Words in quotation marks stand in the report in place of a number.",
    );
}

/// Say which tests were made, and of how many p-values these are.
pub(super) fn note_tests(page: &mut Page, found: &ChangeResults, asked: &ChangeAsked) {
    let name = |test: &ChangeTest| match test {
        ChangeTest::T => "p (t): Student's t test of the changes".to_owned(),
        ChangeTest::Wilcoxon => format!(
            "p (Wilcoxon): Wilcoxon's signed-rank test with mid-ranks, of changes in the unit \
             that most values were printed in, those of 0 dropped, exact up to {SIGNED_RANK_EXACT_UP_TO} changes, above by the normal approximation with \
             continuity correction",
        ),
    };
    let names: Vec<String> = asked.tests.iter().map(name).collect();
    let is_p = |statistic| matches!(statistic, Statistic::PT | Statistic::PWilcoxon);
    let is_given = |amount| matches!(amount, Amount::Number(_));
    let given = found.results.iter().filter(|one| is_p(one.statistic) && is_given(one.amount));
    let given = given.count();
    page.note(format!(
        "{}. The change is tested against 0 within patients (paired), two-sided. {} in this table; \
         p is not adjusted for how many there are.",
        names.join("; "),
        counted(given, "p-value stands", "p-values stand"),
    ));
    page.context.push(("tests".to_owned(), Value::from(names.join("; "))));
    page.context.push(("p_values".to_owned(), Value::from(given)));
}

/// Say what a percentage is of, and where it depends on the unit.
pub(super) fn note_percent(page: &mut Page, found: &ChangeResults) {
    page.note(
        "Change in %: of each patient's own baseline, then summarised; it is not the change of \
         the means.",
    );
    let shifted = |series: &&Series| {
        series.unit.as_ref().is_some_and(|unit| unit.ucum == "%" && unit.intercept != 0.0)
    };
    for series in found.series.iter().filter(shifted) {
        page.note(format!(
            "{}: its percentages are of the values in %, whose zero is not that of SI units; \
             --units si gives others.",
            series.label,
        ));
    }
}

/// `W4 day 28 (21 to 35), W12 day 84`.
pub fn windows(schedule: &Schedule) -> String {
    if schedule.timepoints().is_empty() {
        return "none are planned".to_owned();
    }
    let words = schedule.timepoints().iter().map(|timepoint| {
        let (name, Day(day)) = (&timepoint.name, timepoint.target_day);
        if timepoint.first_day == timepoint.last_day {
            return format!("{name} day {day}");
        }
        format!("{name} day {day} ({} to {})", timepoint.first_day, timepoint.last_day)
    });
    words.collect::<Vec<_>>().join(", ")
}

fn left_out(left_out: &[&LeftOut]) -> String {
    let word = |one: &&LeftOut| match one.day {
        Some(day) => format!("{} {} (day {day})", one.patient, one.visit),
        None => format!("{} {} (day not known)", one.patient, one.visit),
    };
    let named: Vec<_> = left_out.iter().take(MOST_LISTED).map(word).collect();
    let more = left_out.len().saturating_sub(MOST_LISTED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", named.join(", "))
}
