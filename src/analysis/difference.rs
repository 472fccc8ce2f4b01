//! The change from baseline of each group, and how far it is from that of one of them.

use super::change_from_baseline::{
    CHANGE_DECIMALS, Pair, Series, Units, pairs_at, resting_on, series_of,
};
use super::grouping::{Stratum, strata_of};
use super::question::Question;
use super::result::{Amount, AnalysisResult, Statistic, Variable};
use super::timeline::{BASELINE, Timeline};
use crate::domain::{Analyte, Cohort, Mismatch, NOT_REPORTED, Observation, Schedule, nearest};
use crate::statistics::{
    NotEstimable, PermutationTest, TTest, describe, mean, permutation_test, welch_test,
};

/// A test of whether two groups changed alike, asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DifferenceTest {
    /// Welch's t, for groups of different spread.
    Welch,
    /// All splits of the changes into two groups, or many of them.
    Permutation,
}

/// What is asked of differences beside what every summary is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DifferenceAsked {
    /// The group that the others are compared with; none is the first.
    pub reference: Option<String>,
    /// The tests.
    pub tests: Vec<DifferenceTest>,
}

/// The result of [`analyse_difference`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DifferenceResults {
    /// The analytes that have anything recorded, with the timepoints after baseline.
    pub series: Vec<Series>,
    /// The group that the others are compared with.
    pub reference: String,
    /// Every group with its patients, the reference first.
    pub groups: Vec<(String, usize)>,
    /// Patients of whom the group is not reported; they are in no comparison.
    pub without_group: usize,
    /// One row a statistic.
    pub results: Vec<AnalysisResult>,
}

/// The change of each group and its difference from the reference. `observations` are those of each
/// analyte that is asked about.
///
/// # Errors
/// If there are fewer than two groups, or none that is named as the reference.
pub fn analyse_difference(
    cohort: &Cohort,
    schedule: &Schedule,
    observations: &[(&Analyte, Vec<Observation>)],
    question: &Question,
    asked: &DifferenceAsked,
) -> Result<DifferenceResults, Mismatch> {
    let (groups, without_group) = groups_of(cohort, question, asked)?;
    let mut found = DifferenceResults {
        reference: groups[0].0.clone(),
        groups: groups.iter().map(|(name, members)| (name.clone(), members.len())).collect(),
        without_group,
        ..DifferenceResults::default()
    };
    for (analyte, observations) in observations {
        let used = cohort.own(observations);
        if used.is_empty() {
            continue;
        }
        let timeline = Timeline::new(cohort, schedule, &used);
        // The unit is that of the change from baseline, so that both tables tell the same numbers.
        let units = Units::of(analyte, &used, question.units);
        let rule = units.shown;
        let mut timepoints = Vec::new();
        for (at, (timepoint, _)) in timeline.columns.iter().enumerate() {
            if timepoint == BASELINE || !question.asks_about(timepoint) {
                continue;
            }
            timepoints.push(timepoint.clone());
            let of = AnalysisResult {
                parameter: analyte.key.clone(),
                unit: rule.ucum.clone(),
                timepoint: timepoint.clone(),
                group: None,
                variable: Variable::Change,
                statistic: Statistic::N,
                amount: Amount::Count(0),
                n: 0,
            };
            let pairs = |(name, members): &(String, Vec<usize>)| {
                (name.clone(), pairs_at(&timeline, at, members, units))
            };
            let pairs: Vec<(String, Vec<Pair<'_>>)> = groups.iter().map(pairs).collect();
            found.results.extend(compare(&of, &pairs, question, asked));
        }
        let all: Vec<&Observation> = used.iter().collect();
        found.series.push(series_of(analyte, rule, &all, timepoints));
    }
    Ok(found)
}

/// The groups with their patients, the reference first, and how many patients are in none.
type Groups = (Vec<(String, Vec<usize>)>, usize);

fn groups_of(
    cohort: &Cohort,
    question: &Question,
    asked: &DifferenceAsked,
) -> Result<Groups, Mismatch> {
    let mut groups = Vec::new();
    let mut without = 0;
    for Stratum { group, members } in strata_of(cohort, question.by.as_ref()) {
        match group {
            Some(group) if group != NOT_REPORTED => groups.push((group, members)),
            _ => without += members.len(),
        }
    }
    let names: Vec<&str> = groups.iter().map(|(name, _)| name.as_str()).collect();
    if names.len() < 2 {
        let count = match names.first() {
            Some(name) => format!("one group: {name}"),
            None => "no groups".to_owned(),
        };
        let mend = "name another column with --by, or more patients with --where";
        return Err(Mismatch::new(count, "two groups or more").mend(mend));
    }
    if let Some(wanted) = &asked.reference {
        let wanted_name = wanted.trim().to_lowercase();
        let Some(at) = names.iter().position(|name| name.to_lowercase() == wanted_name) else {
            let expected = format!("one of the groups: {}", names.join(", "));
            let mismatch = Mismatch::new(wanted.as_str(), expected);
            return Err(match nearest(wanted, names.into_iter()) {
                Some(near) => mismatch.mend(format!("did you mean \"{near}\"?")),
                None => mismatch,
            });
        };
        let reference = groups.remove(at);
        groups.insert(0, reference);
    }
    Ok((groups, without))
}

/// The change of each group at one timepoint, and of each but the first how far it is from the first's.
fn compare(
    of: &AnalysisResult,
    groups: &[(String, Vec<Pair<'_>>)],
    question: &Question,
    asked: &DifferenceAsked,
) -> Vec<AnalysisResult> {
    let mut results = Vec::new();
    let changes = |pairs: &[Pair<'_>]| pairs.iter().map(Pair::change).collect::<Vec<f64>>();
    let printed =
        |pairs: &[Pair<'_>]| pairs.iter().map(Pair::change_as_printed).collect::<Vec<f64>>();
    let of_first = |changes: &dyn Fn(&[Pair<'_>]) -> Vec<f64>| {
        groups.first().map(|(_, pairs)| changes(pairs)).unwrap_or_default()
    };
    let (reference, reference_printed) = (of_first(&changes), of_first(&printed));
    for (at, (name, pairs)) in groups.iter().enumerate() {
        let own = changes(pairs);
        let of = AnalysisResult { group: Some(name.clone()), n: own.len(), ..of.clone() };
        let described = describe(&own, question.quantile);
        results.extend(AnalysisResult::describe(&of, &described, Some(question.level)));
        results.extend(resting_on(&of, pairs));
        if at > 0 {
            let n = own.len() + reference.len();
            let of = AnalysisResult { variable: Variable::DifferenceOfChange, n, ..of };
            results.extend(difference(&of, (&own, &reference), question.level));
            let printed = printed(pairs);
            results.extend(test(&of, (&printed, &reference_printed), question.level, &asked.tests));
        }
    }
    results
}

/// The mean of one group less that of another, with Welch's interval.
fn difference(
    of: &AnalysisResult,
    (own, reference): (&[f64], &[f64]),
    level: f64,
) -> Vec<AnalysisResult> {
    let means = mean(own).and_then(|own| Ok(own - mean(reference)?));
    let welch = welch_test(own, reference, level);
    let limit = |limit: fn(TTest) -> f64| Amount::from(welch.map(limit));
    let amounts = [
        (Statistic::N, Amount::Count(of.n)),
        (Statistic::Mean, Amount::from(means)),
        (Statistic::MeanLower, limit(|test| test.interval.lower)),
        (Statistic::MeanUpper, limit(|test| test.interval.upper)),
    ];
    let result = |(statistic, amount)| AnalysisResult { statistic, amount, ..of.clone() };
    amounts.into_iter().map(result).collect()
}

/// The tests that are asked for, of changes in the unit they were printed in.
fn test(
    of: &AnalysisResult,
    (own, reference): (&[f64], &[f64]),
    level: f64,
    tests: &[DifferenceTest],
) -> Vec<AnalysisResult> {
    let mut amounts = Vec::new();
    for test in tests {
        match test {
            DifferenceTest::Welch => {
                let p = welch_test(own, reference, level).and_then(|test| test.p);
                amounts.push((Statistic::PWelch, p.into()));
            }
            DifferenceTest::Permutation => {
                let test = permuted(own, reference);
                let p = |p: fn(PermutationTest) -> f64| Amount::from(test.map(p));
                let splits = |test: PermutationTest| usize::try_from(test.splits).expect("few");
                amounts.extend([
                    (Statistic::PPermutation, p(|test| test.p)),
                    (Statistic::PPermutationLeast, p(|test| test.least_p)),
                    (Statistic::Splits, Amount::Count(test.map_or(0, splits))),
                ]);
            }
        }
    }
    let result = |(statistic, amount)| AnalysisResult { statistic, amount, ..of.clone() };
    amounts.into_iter().map(result).collect()
}

/// The test, where splits can differ: of two values both splits are as far apart, of equal ones all.
fn permuted(own: &[f64], reference: &[f64]) -> Result<PermutationTest, NotEstimable> {
    let test = permutation_test(own, reference, CHANGE_DECIMALS)?;
    match own.len() + reference.len() {
        2 => Err(NotEstimable::OneValue),
        _ if test.least_p == 1.0 => Err(NotEstimable::NoSpread),
        _ => Ok(test),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Grouping;
    use crate::analysis::testing::{cohort, observation};
    use crate::domain::Catalogue;

    /// Patients of each sex with these changes of fasting glucose, from 10.0.
    fn analyse(
        groups: &[(Option<&str>, &[f64])],
        asked: &DifferenceAsked,
    ) -> Result<DifferenceResults, Mismatch> {
        let people: Vec<(Option<&str>, f64)> = groups
            .iter()
            .flat_map(|(sex, changes)| changes.iter().map(|change| (*sex, *change)))
            .collect();
        let days: &[Option<i32>] = &[Some(0), Some(28)];
        let mut cohort = cohort(&vec![days; people.len()]);
        let mut seen = Vec::new();
        for (who, (sex, change)) in people.iter().enumerate() {
            cohort.subjects[who].sex = sex.map(str::to_owned);
            let visit = i64::try_from(2 * who).expect("few") + 1;
            seen.push(observation(visit, Some(10.0)));
            seen.push(observation(visit + 1, Some(10.0 + change)));
        }
        let analyte = Catalogue::built_in().find("FPG").expect("an analyte");
        let question = Question { by: Some(Grouping::Sex), ..Question::default() };
        let schedule = Schedule::parse("W4±1").expect("a schedule");
        analyse_difference(&cohort, &schedule, &[(analyte, seen)], &question, asked)
    }

    fn amount(found: &DifferenceResults, group: &str, statistic: Statistic) -> Amount {
        let is_it = |one: &&AnalysisResult| {
            one.variable == Variable::DifferenceOfChange
                && one.group.as_deref() == Some(group)
                && one.statistic == statistic
        };
        found.results.iter().find(is_it).expect("a result").amount
    }

    fn both() -> DifferenceAsked {
        let tests = vec![DifferenceTest::Welch, DifferenceTest::Permutation];
        DifferenceAsked { tests, ..DifferenceAsked::default() }
    }

    /// By hand: −1, −2, −3 less 0, −1, −2 is −1 with SE √(2/3) and 4 degrees of freedom; of 20 splits
    /// 10 have one sum of −6 or less, as this one has, or its mirror image of −3 or more.
    #[test]
    fn the_difference_is_that_of_the_means() {
        let groups: &[(Option<&str>, &[f64])] =
            &[(Some("female"), &[0.0, -1.0, -2.0]), (Some("male"), &[-1.0, -2.0, -3.0])];
        let found = analyse(groups, &both()).expect("two groups");
        assert_eq!(found.reference, "female");
        assert_eq!(amount(&found, "male", Statistic::N), Amount::Count(6));
        assert_eq!(amount(&found, "male", Statistic::Mean), Amount::Number(-1.0));
        let Amount::Number(lower) = amount(&found, "male", Statistic::MeanLower) else {
            panic!("a limit")
        };
        let half_width = 2.776_445_105_197_793 * (2.0_f64 / 3.0).sqrt();
        assert!((lower + 1.0 + half_width).abs() < 1e-12, "{lower}");
        assert_eq!(amount(&found, "male", Statistic::Splits), Amount::Count(20));
        let p = amount(&found, "male", Statistic::PPermutation);
        assert_eq!(p, Amount::Number(10.0 / 20.0));
        let mirrored = DifferenceAsked { reference: Some("Male".to_owned()), ..both() };
        let mirrored = analyse(groups, &mirrored).expect("two groups");
        assert_eq!(amount(&mirrored, "female", Statistic::Mean), Amount::Number(1.0));
        let p = |found, group| amount(found, group, Statistic::PPermutation);
        assert_eq!(p(&found, "male"), p(&mirrored, "female"));
    }

    #[test]
    fn one_value_in_a_group_has_a_difference_and_no_interval() {
        let one = [(Some("female"), &[0.0, -1.0][..]), (Some("male"), &[-2.0][..])];
        let found = analyse(&one, &both()).expect("two groups");
        let none = Amount::NotEstimable(NotEstimable::OneValue);
        assert_eq!(amount(&found, "male", Statistic::Mean), Amount::Number(-1.5));
        assert_eq!(amount(&found, "male", Statistic::MeanLower), none);
        assert_eq!(amount(&found, "male", Statistic::PWelch), none);
        assert_eq!(amount(&found, "male", Statistic::Splits), Amount::Count(3));
        let single = [(Some("female"), &[0.0][..]), (Some("male"), &[-2.0][..])];
        let found = analyse(&single, &both()).expect("two groups");
        assert_eq!(amount(&found, "male", Statistic::PPermutation), none);
        let equal = [(Some("female"), &[-1.0, -1.0][..]), (Some("male"), &[-1.0, -1.0][..])];
        let found = analyse(&equal, &both()).expect("two groups");
        let none = Amount::NotEstimable(NotEstimable::NoSpread);
        assert_eq!(amount(&found, "male", Statistic::PPermutation), none);
        assert_eq!(amount(&found, "male", Statistic::PWelch), none);
    }

    #[test]
    fn who_is_in_no_group_is_in_no_comparison_and_two_groups_are_needed() {
        let some = [(Some("female"), &[0.0][..]), (Some("male"), &[-2.0][..]), (None, &[5.0][..])];
        let found = analyse(&some, &both()).expect("two groups");
        assert_eq!((found.groups.len(), found.without_group), (2, 1));
        let one = [(Some("male"), &[-2.0][..]), (None, &[5.0][..])];
        assert_eq!(analyse(&one, &both()).expect_err("one group").found, "one group: male");
        let wanted = DifferenceAsked { reference: Some("mail".to_owned()), ..both() };
        let wrong = analyse(&some, &wanted).expect_err("no such group");
        assert_eq!(wrong.mend.as_deref(), Some("did you mean \"male\"?"));
    }
}
