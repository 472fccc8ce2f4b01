//! Is the question right? From patients and their measurements to statistics: which value is the
//! baseline, which visit belongs to which timepoint, who has a pair, who is missing and why.
//! Knows the words and the numbers; must not know SQL, layouts or the command line.
//! Start with `result` (one row is one statistic), then `timeline` and `change_from_baseline`; what
//! looks doubtful in the records is asked in `check`.

mod aggregates;
mod attrition;
mod baseline;
mod change_from_baseline;
pub mod check;
mod correlation;
mod difference;
mod explain;
mod exposure;
mod grouping;
mod labs;
mod medication;
mod mixed;
mod not_infused;
mod patient_table;
mod question;
mod regimen;
mod reports;
mod response;
mod result;
mod safety;
mod schedule_change;
#[cfg(test)]
mod testing;
mod timeline;

pub use aggregates::QUERY_FUNCTIONS;
pub use attrition::{Attrition, WithValues, analyse_attrition};
pub use baseline::{BaselineGroup, BaselineResults, Characteristic, Entry, analyse_baseline};
pub use change_from_baseline::{
    ChangeAsked, ChangeResults, ChangeTest, Extra, LISTED_BELOW, Listed, ListedEntry, ListedValue,
    Series, analyse_change,
};
pub use correlation::{CorrelationResults, analyse_correlation};
pub use difference::{DifferenceAsked, DifferenceResults, DifferenceTest, analyse_difference};
pub use explain::{
    Contribution, Used, explain_baseline, explain_change, explain_correlation, explain_exposure,
    explain_labs, explain_medication, explain_response, explain_safety, explain_time_to_response,
};
pub use exposure::{Category, Exposed, ExposureResults, FOLLOW_UP, analyse_exposure};
pub use grouping::Grouping;
pub use labs::{
    AMINOTRANSFERASES, CTCAE_VERSION, EITHER, EVER, LabAnalyte, LabsResults, LiverCase, MULTIPLES,
    OutOfRange, RangeClass, Ranged, TOGETHER, TUMOUR_MARKERS, WORST, above_parameter, analyse_labs,
    exceeds_parameter, higher_parameter,
};
pub use medication::{
    ALL_STOPPED, IN_WORDS, INSULIN_DOSE, INSULIN_STOPPED, LAST, MedicationResults, OUTCOMES,
    PatientRegimen, RECORDED, analyse_medication,
};
pub use mixed::{ModelResults, analyse_model};
pub use not_infused::NotInfused;
pub use patient_table::{
    AnalyteColumn, column_endings, find_column, patient_columns, patient_table,
};
pub use question::{Question, UnitChoice, parse_level, parse_timepoint};
pub use regimen::{CONTRADICTORY, NoDose, contradicted};
pub use reports::{Dose, KeyChange, ReportSummary, ReportsResults, analyse_reports};
pub use response::{
    Evidence, NeverEvaluable, PatientAnswer, PercentOf, ResponseCurve, ResponseResults, RuleAsked,
    RuleTimed, TimeResults, analyse_response, analyse_time_to_response, list_responses,
};
pub use result::{Amount, AnalysisResult, Missing, Statistic, Variable};
pub use safety::{
    Account, INFUSED, Measure, PER_INFUSION, SPEAKING, SafetyResults, Said, TIME_AT_RISK, Term,
    analyse_safety,
};
pub use schedule_change::{
    NO_DAY, NO_WINDOW, ScheduleChange, Scheduled, Shift, analyse_schedule_change,
};
pub use timeline::{BASELINE, LeftOut};

pub use crate::statistics::{
    QuantileType, RANDOM_SPLITS, SIGNED_RANK_EXACT_UP_TO, SPLITS_EXACT_UP_TO, SPLITS_SEED,
};
