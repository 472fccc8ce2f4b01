//! By which rules laboratory values were judged, and which could not be.

use super::super::change::{day_zero_words, windows};
use super::Sheet;
use crate::analysis::{AMINOTRANSFERASES, LabAnalyte, Question, WORST};
use crate::domain::Rules;
use crate::tables::Page;

/// Keys of the analytes that speak of hyperglycaemia.
const GLYCAEMIC: [&str; 6] = ["hba1c", "fpg", "glu_random", "pg2h_ogtt", "pg2h_meal", "ppg"];

impl Sheet<'_> {
    pub(super) fn note(&self, page: &mut Page, rules: &Rules, question: &Question) {
        self.note_ranges(page);
        self.note_times(page, rules);
        if self.ranged().next().is_some() {
            page.note(format!(
                "Multiples of the upper limit (ULN) are of the one recorded with the value. Quartiles: {}.",
                question.quantile.name(),
            ));
        }
        self.note_grades(page);
        self.note_liver(page);
    }

    fn note_ranges(&self, page: &mut Page) {
        page.note(
            "Ranges: the laboratory's own, as printed beside each value; none is supposed. A side without a \
             limit is open. Can't tell: there are numbers, but none with a range, or only a limit (<, >) \
             that does not decide; such values are passed over where others tell.",
        );
        let without: Vec<&LabAnalyte> =
            self.found.analytes.iter().filter(|one| one.without_range > 0).collect();
        let name = |one: &&LabAnalyte| {
            format!("{} {} of {}", one.series.label, one.without_range, one.values)
        };
        if !without.is_empty() {
            let names: Vec<String> = without.iter().map(name).collect();
            page.note(format!("No range recorded, numbers without one: {}.", names.join(", ")));
        }
    }

    fn note_times(&self, page: &mut Page, rules: &Rules) {
        let day_zero = day_zero_words(rules);
        let after = match self.found.periods.as_slice() {
            [one] if one == WORST => {
                "Worst after baseline: of all values after day 0, in a window or not; low and high are both \
                 kept."
                    .to_owned()
            }
            _ => format!("Timepoints: {}.", windows(&rules.schedule)),
        };
        page.note(format!(
            "Baseline: the last measured value on or before day 0, {day_zero}. {after}"
        ));
        let undated: usize = self.found.analytes.iter().map(|one| one.undated).sum();
        if undated > 0 {
            page.note(format!("Not used, because their day is not known: {undated} numbers."));
        }
    }

    fn note_grades(&self, page: &mut Page) {
        let analytes = &self.found.analytes;
        let mut graded = analytes.iter().filter(|one| !one.terms.is_empty()).peekable();
        if graded.peek().is_some() {
            page.note(
                "Grades: CTCAE 5.0 (US NCI, 2017) as far as a number alone gives one, thresholds in SI units; 0 \
                 is less than grade 1. ALT, AST, ALP, GGT and bilirubin: multiples of the ULN if the baseline was \
                 not high, else of the baseline. Not gradable: no value after baseline, or no limit recorded \
                 with it where the grade needs one. Higher than at baseline: of the patients graded at both \
                 times, those whose worst grade is above the baseline's, which the same rule gives: a high \
                 baseline that later values are multiples of is grade 0.",
            );
        }
        let is_partly = |one: &&LabAnalyte| {
            one.graded_from_second && one.terms.iter().any(|term| self.is_graded(term))
        };
        let partly: Vec<&str> =
            analytes.iter().filter(is_partly).map(|one| one.series.label.as_str()).collect();
        if !partly.is_empty() {
            page.note(format!(
                "{}: a value without a limit is graded only from grade 2 on, where the limit makes no difference; \
                 those graded are then no sample of all, and no shares can be taken of them.",
                partly.join(", "),
            ));
        }
        let supposed: usize = analytes.iter().map(|one| one.baseline_supposed).sum();
        if supposed > 0 {
            let of = analytes.iter().filter(|one| one.baseline_supposed > 0);
            let names: Vec<String> =
                of.map(|one| format!("{} {}", one.series.label, one.baseline_supposed)).collect();
            page.note(format!(
                "Graded by the ULN although the baseline is not known to be normal, patients: {}.",
                names.join(", "),
            ));
        }
        let never: Vec<&str> = analytes
            .iter()
            .flat_map(|one| one.terms.iter().map(move |term| (one, term)))
            .filter(|(_, term)| !self.is_graded(term))
            .map(|(one, _)| one.series.label.as_str())
            .collect();
        if !never.is_empty() {
            page.note(format!("Not gradable in anybody: {}.", never.join(", ")));
        }
        let has = |keys: &[&str]| {
            analytes.iter().any(|one| keys.contains(&one.series.parameter.as_str()))
        };
        if has(&GLYCAEMIC) {
            page.note(
                "Hyperglycaemia has no grade by a value in CTCAE 5.0: its grades are of what was done about it.",
            );
        }
        if has(&["ua"]) {
            page.note(
                "Hyperuricaemia has no grade by a value alone: its grades are of the consequences.",
            );
        }
    }

    fn note_liver(&self, page: &mut Page) {
        if !AMINOTRANSFERASES.iter().filter_map(|key| self.analyte(key)).any(LabAnalyte::has_range)
        {
            return;
        }
        page.note(
            "Potential Hy's law: ALT or AST > 3 × ULN and total bilirubin > 2 × ULN (US FDA, Guidance for Industry: \
             Drug-Induced Liver Injury, July 2009); of patients in whom both can be judged. A case needs \
             besides that cholestasis and other causes are ruled out, which no number here says.",
        );
    }
}
