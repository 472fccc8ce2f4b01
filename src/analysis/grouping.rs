//! Which patients are looked at apart.

use crate::domain::{Attribute, AttributeKind, Cohort, Mismatch, NOT_REPORTED, Subject, nearest};
use std::collections::BTreeMap;

/// So many different texts make a table; more are no groups.
const MOST_TEXTS: usize = 12;

/// What patients are grouped by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grouping {
    /// The report they were recorded from.
    Report,
    /// Their sex.
    Sex,
    /// Their diagnosis.
    Diagnosis,
    /// A column of the registry's own.
    Attribute(Attribute),
}

impl Grouping {
    const BUILT_IN: [(&'static str, Grouping); 3] =
        [("report", Grouping::Report), ("sex", Grouping::Sex), ("diagnosis", Grouping::Diagnosis)];

    /// Read the name of a column that divides this cohort into groups.
    ///
    /// # Errors
    /// Names the columns that are possible, or why one is not.
    pub fn parse(text: &str, cohort: &Cohort) -> Result<Grouping, Mismatch> {
        let name = text.trim().to_lowercase();
        if let Some((_, grouping)) =
            Grouping::BUILT_IN.into_iter().find(|(known, _)| *known == name)
        {
            return Ok(grouping);
        }
        if let Some(attribute) = cohort.attributes.iter().find(|known| known.key == name) {
            return match no_groups(attribute, cohort) {
                Some(mismatch) => Err(mismatch),
                None => Ok(Grouping::Attribute(attribute.clone())),
            };
        }
        let own = cohort.attributes.iter().filter(|known| no_groups(known, cohort).is_none());
        let names: Vec<&str> = Grouping::BUILT_IN
            .iter()
            .map(|(name, _)| *name)
            .chain(own.map(|known| known.key.as_str()))
            .collect();
        if text.contains([',', ' ', '+']) {
            let mismatch = Mismatch::new(text, format!("one column: {}", names.join(", ")));
            return Err(mismatch.mend(
                "groups of two columns, or of a cut-off: ask twice, each time with --where",
            ));
        }
        let mismatch = Mismatch::new(text, format!("a column: {}", names.join(", ")));
        Err(match nearest(&name, names.into_iter()) {
            Some(near) => mismatch.mend(format!("did you mean \"{near}\"?")),
            None => mismatch.mend("a column of your own: `casebook attribute add`"),
        })
    }

    /// The column's name.
    pub fn column(&self) -> &str {
        match self {
            Grouping::Attribute(attribute) => &attribute.key,
            built_in => built_in.heading(),
        }
    }

    /// The column's name, or what people read instead.
    pub fn heading(&self) -> &str {
        match self {
            Grouping::Report => "report",
            Grouping::Sex => "sex",
            Grouping::Diagnosis => "diagnosis",
            Grouping::Attribute(attribute) => attribute.heading(),
        }
    }

    /// The group a patient belongs to; `None` if that is not reported.
    fn group_of(&self, subject: &Subject) -> Option<String> {
        let text = match self {
            Grouping::Report => Some(subject.report.clone()),
            Grouping::Sex => subject.known_sex().map(str::to_owned),
            Grouping::Diagnosis => subject.diagnosis.clone(),
            Grouping::Attribute(attribute) => subject.attributes.get(&attribute.key).cloned(),
        };
        text.filter(|text| !text.is_empty() && text != NOT_REPORTED)
    }

    /// Where a group stands before those of the alphabet: values of a category as they are defined,
    /// yes before no.
    fn place_of(&self, group: &str) -> Option<usize> {
        match self {
            Grouping::Attribute(attribute) if attribute.kind == AttributeKind::YesNo => {
                Some(usize::from(group != "yes"))
            }
            Grouping::Attribute(attribute) => attribute.values.iter().position(|one| one == group),
            _ => None,
        }
    }
}

/// Why an attribute makes no groups, if it doesn't.
fn no_groups(attribute: &Attribute, cohort: &Cohort) -> Option<Mismatch> {
    let key = &attribute.key;
    let (found, mend) = match attribute.kind {
        AttributeKind::Category | AttributeKind::YesNo => return None,
        AttributeKind::Text => {
            let of = |subject: &Subject| subject.attributes.get(key).cloned();
            let mut texts: Vec<String> = cohort.subjects.iter().filter_map(of).collect();
            texts.sort();
            texts.dedup();
            if texts.len() <= MOST_TEXTS {
                return None;
            }
            (format!("{key}, with {} different texts", texts.len()), "make a category of it")
        }
        kind => (
            format!("{key}, of kind {kind}"),
            "add a category with the groups, such as under 50,50 and over, and give it to the patients",
        ),
    };
    let expected =
        format!("a category, a yes-no, or a text with at most {MOST_TEXTS} different values");
    Some(Mismatch::new(found, expected).mend(mend))
}

/// The patients of one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stratum {
    /// The group; `None` is everybody.
    pub group: Option<String>,
    /// Places of its patients in [`Cohort::subjects`].
    pub members: Vec<usize>,
}

/// The groups that have a patient, in their order, those of whom it is not reported last; without a
/// grouping, everybody in one.
pub(super) fn strata_of(cohort: &Cohort, grouping: Option<&Grouping>) -> Vec<Stratum> {
    let everybody = (0..cohort.subjects.len()).collect();
    let Some(grouping) = grouping.filter(|_| !cohort.subjects.is_empty()) else {
        return vec![Stratum { group: None, members: everybody }];
    };
    // A group without a place among the defined ones stands behind them, by the alphabet.
    let mut members: BTreeMap<(bool, usize, Option<String>), Vec<usize>> = BTreeMap::new();
    for at in everybody {
        let group = grouping.group_of(&cohort.subjects[at]);
        let place = group.as_deref().and_then(|group| grouping.place_of(group));
        let order = (group.is_none(), place.unwrap_or(usize::MAX), group);
        members.entry(order).or_default().push(at);
    }
    let stratum = |((_, _, group), members): ((bool, usize, Option<String>), Vec<usize>)| Stratum {
        group: group.or_else(|| Some(NOT_REPORTED.to_owned())),
        members,
    };
    members.into_iter().map(stratum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::cohort;

    /// Patients with these values of one attribute.
    fn with(kind: AttributeKind, values: &[&str], of: &[Option<&str>]) -> Cohort {
        let mut cohort = cohort(&vec![&[][..]; of.len()]);
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        let key = "arm".to_owned();
        for (subject, value) in cohort.subjects.iter_mut().zip(of) {
            subject.attributes.extend(value.map(|value| (key.clone(), value.to_owned())));
        }
        cohort.attributes = vec![Attribute { key, label: None, kind, values }];
        cohort
    }

    fn groups(cohort: &Cohort) -> Vec<(String, Vec<usize>)> {
        let grouping = Grouping::parse("arm", cohort).expect("groups");
        let strata = strata_of(cohort, Some(&grouping));
        strata.into_iter().map(|one| (one.group.expect("a group"), one.members)).collect()
    }

    #[test]
    fn strata_have_the_order_of_the_category_and_those_without_a_value_are_one() {
        let patients = [Some("msc"), None, Some("placebo"), Some("msc")];
        let cohort = with(AttributeKind::Category, &["placebo", "msc", "sham"], &patients);
        let expected = [
            ("placebo".to_owned(), vec![2]),
            ("msc".to_owned(), vec![0, 3]),
            ("not reported".to_owned(), vec![1]),
        ];
        assert_eq!(groups(&cohort), expected);
        let cohort = with(AttributeKind::YesNo, &[], &[Some("no"), Some("yes")]);
        let names: Vec<_> = groups(&cohort).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["yes", "no"]);
    }

    #[test]
    fn what_makes_no_groups_says_why() {
        let wrong = |cohort: &Cohort| Grouping::parse("arm", cohort).expect_err("no groups").found;
        let numbers = with(AttributeKind::Number, &[], &[Some("1")]);
        assert_eq!(wrong(&numbers), "arm, of kind number");
        let texts: Vec<String> = (0..13).map(|at| format!("t{at:02}")).collect();
        let texts: Vec<Option<&str>> = texts.iter().map(|text| Some(text.as_str())).collect();
        assert_eq!(groups(&with(AttributeKind::Text, &[], &texts[..12])).len(), 12);
        assert_eq!(wrong(&with(AttributeKind::Text, &[], &texts)), "arm, with 13 different texts");
    }

    #[test]
    fn an_unknown_column_names_the_possible_ones_own_ones_included() {
        let cohort = with(AttributeKind::Category, &["msc"], &[]);
        let mismatch = Grouping::parse("arms", &cohort).expect_err("unknown");
        assert_eq!(mismatch.expected, "a column: report, sex, diagnosis, arm");
        assert_eq!(mismatch.mend.as_deref(), Some("did you mean \"arm\"?"));
    }

    #[test]
    fn without_a_grouping_or_a_patient_everybody_is_one() {
        let nobody = with(AttributeKind::Category, &["msc"], &[]);
        let grouping = Grouping::parse("arm", &nobody).expect("groups");
        for grouping in [None, Some(&grouping)] {
            assert_eq!(strata_of(&nobody, grouping), [Stratum { group: None, members: vec![] }]);
        }
    }
}
