//! Laboratory values for machines.

use super::super::amounts::{decimals, result_records};
use super::super::page::{RecordSet, Value};
use super::MULTIPLE_DECIMALS;
use crate::analysis::{AnalysisResult, LabsResults, Variable};

/// The record sets of a page of laboratory values.
pub(super) fn all(found: &LabsResults) -> [RecordSet; 4] {
    let name = |parameter: &str| {
        let is_it = |one: &&crate::analysis::LabAnalyte| one.series.parameter == parameter;
        let about = found.analytes.iter().find(is_it);
        about.map_or_else(|| parameter.to_owned(), |one| one.series.label.clone())
    };
    let decimals_of = |result: &AnalysisResult| match result.variable {
        Variable::UpperLimitMultiple => MULTIPLE_DECIMALS,
        _ => decimals(result.statistic, 0),
    };
    [
        result_records(&found.results, name, decimals_of),
        analytes(found),
        out_of_range(found),
        liver_cases(found),
    ]
}

fn set(name: &str, columns: &[&str], rows: Vec<Vec<Value>>) -> RecordSet {
    let columns = columns.iter().map(|column| (*column).to_owned()).collect();
    RecordSet { name: name.to_owned(), columns, rows }
}

fn analytes(found: &LabsResults) -> RecordSet {
    let columns =
        ["parameter", "name", "unit", "values", "without_range", "undated", "ctcae_terms"];
    let row = |one: &crate::analysis::LabAnalyte| -> Vec<Value> {
        vec![
            one.series.parameter.as_str().into(),
            one.series.label.as_str().into(),
            one.series.unit.as_ref().map(|unit| unit.ucum.clone()).into(),
            one.values.into(),
            one.without_range.into(),
            one.undated.into(),
            (!one.terms.is_empty()).then(|| one.terms.join("; ")).into(),
        ]
    };
    set("lab_analytes", &columns, found.analytes.iter().map(row).collect())
}

fn out_of_range(found: &LabsResults) -> RecordSet {
    let columns = [
        "patient",
        "parameter",
        "timepoint",
        "side",
        "day",
        "comparator",
        "value",
        "lower_limit",
        "upper_limit",
        "upper_limit_multiple",
        "ctcae_grade",
        "baseline",
        "baseline_side",
    ];
    let row = |one: &crate::analysis::OutOfRange| -> Vec<Value> {
        vec![
            one.patient.as_str().into(),
            one.parameter.as_str().into(),
            one.timepoint.as_str().into(),
            one.side.name().into(),
            one.day.0.into(),
            (!one.sign.is_empty()).then_some(one.sign).into(),
            one.value.into(),
            one.limits.0.into(),
            one.limits.1.into(),
            one.upper_multiple.into(),
            one.grade.map(u32::from).into(),
            one.baseline.0.into(),
            one.baseline.1.name().into(),
        ]
    };
    set("out_of_range", &columns, found.out_of_range.iter().map(row).collect())
}

fn liver_cases(found: &LabsResults) -> RecordSet {
    let columns = [
        "patient",
        "timepoint",
        "within_14_days",
        "aminotransferase_upper_limit_multiple",
        "bilirubin_upper_limit_multiple",
        "alkaline_phosphatase_upper_limit_multiple",
    ];
    let row = |one: &crate::analysis::LiverCase| -> Vec<Value> {
        vec![
            one.patient.as_str().into(),
            one.timepoint.as_str().into(),
            one.together.into(),
            one.aminotransferase.into(),
            one.bilirubin.into(),
            one.alkaline_phosphatase.into(),
        ]
    };
    set("liver_cases", &columns, found.liver_cases.iter().map(row).collect())
}
