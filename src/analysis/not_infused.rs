//! Patients without a recorded infusion, as the controls of a placebo arm may be: whatever is counted of
//! infusions, or of what followed them, leaves them out.

use super::grouping::{Stratum, strata_of};
use super::question::Question;
use crate::domain::{Cohort, Subject};

/// Those of one group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotInfused {
    /// The group; `None` is everybody.
    pub group: Option<String>,
    /// How many they are.
    pub patients: usize,
    /// Patients of the group.
    pub of: usize,
    /// Adverse events recorded of them.
    pub events: usize,
}

/// Of each group, also where there is nobody, who has no recorded infusion.
pub(super) fn not_infused(cohort: &Cohort, question: &Question) -> Vec<NotInfused> {
    let count = |Stratum { group, members }: Stratum| {
        let subjects = members.iter().map(|at| &cohort.subjects[*at]);
        let those: Vec<&Subject> = subjects.filter(|one| one.infusions.is_empty()).collect();
        NotInfused {
            group,
            patients: those.len(),
            of: members.len(),
            events: those.iter().map(|one| one.adverse_events as usize).sum(),
        }
    };
    strata_of(cohort, question.by.as_ref()).into_iter().map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Grouping;
    use crate::domain::Infusion;

    #[test]
    fn controls_are_counted_by_group_with_their_events() {
        let patient = |sex: &str, infusions: usize, adverse_events| Subject {
            sex: Some(sex.to_owned()),
            infusions: vec![Infusion::default(); infusions],
            adverse_events,
            ..Subject::default()
        };
        let subjects = vec![
            patient("female", 0, 2),
            patient("female", 0, 1),
            patient("male", 2, 5),
            patient("female", 1, 7),
        ];
        let cohort = Cohort { subjects, ..Cohort::default() };
        let of = |group: Option<&str>, patients, of, events| {
            let group = group.map(str::to_owned);
            NotInfused { group, patients, of, events }
        };
        let question = Question { by: Some(Grouping::Sex), ..Question::default() };
        let expected = [of(Some("female"), 2, 3, 3), of(Some("male"), 0, 1, 0)];
        assert_eq!(not_infused(&cohort, &question), expected);
        assert_eq!(not_infused(&cohort, &Question::default()), [of(None, 2, 4, 3)]);
        assert_eq!(not_infused(&Cohort::default(), &question), [NotInfused::default()]);
    }
}
