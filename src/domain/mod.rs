//! What do the words mean? Patients, infusions, visits, measurements, units and days, and how
//! each is read from the text somebody typed or printed.
//! Knows nothing of files, databases, tables or the command line; asks for no time.
//! Start with `measurement`, then `analyte` and `unit`.
//!
//! | here | CDISC | GA4GH Phenopackets |
//! |---|---|---|
//! | [`Patient`] | DM, USUBJID | Individual |
//! | [`Attribute`] | SUPPDM, QNAM | — |
//! | [`Infusion`] | EX | Treatment |
//! | [`Visit`], [`Day`] | SV, --DY (which has no 0) | TimeElement |
//! | [`Measurement`] | LB, VS; PARAMCD, AVAL, --ORRES | Measurement |
//! | [`AdverseEvent`] | AE | — |
//! | [`Medication`] | CM | Treatment |
//! | baseline, change from baseline | BASE, CHG | — |

mod aggregate;
mod analyte;
mod attribute;
mod benefit;
mod cohort;
mod condition;
mod day;
pub mod derived;
mod drug;
mod endpoint;
mod event;
mod form;
mod hex;
mod identity;
mod infusion;
mod loinc;
mod measurement;
mod mismatch;
mod moment;
mod named_cohort;
mod named_endpoint;
mod number;
mod own_analyte;
mod patient;
mod patient_table;
mod prefix;
mod reading;
mod records;
mod registry;
mod report;
mod schedule;
mod source;
mod unit;
mod visit;

pub use aggregate::{AggregateFunction, QueryFunctions, ScalarFunction};
pub use analyte::{Analyte, AnalyteId, Catalogue, plain};
pub use attribute::{
    Attribute, AttributeGiven, AttributeKind, NOT_REPORTED, find_attribute, parse_attribute_key,
    parse_category_value, settle_attributes,
};
pub use benefit::{Benefit, Direction};
pub use cohort::{
    Cohort, EventSeen, EventsSeen, MedicationTaken, Observation, Occasion, ReferenceRange,
    Selected, Selection, StatementMade, Subject,
};
pub use condition::{ColumnName, Condition, ConditionFunction, Misplaced};
pub use day::{Day, Length, PartialDate, parse_period};
pub use drug::{CLASSES, DrugClass, INSULIN, Lowering};
pub use endpoint::{Criterion, Demand, Measure, NumberDemand, PRESETS, Preset, ResponderRule};
pub use event::{
    AdverseEvent, Medication, Outcome, Relation, SeriousReason, parse_dose, parse_grade,
};
pub use form::{EXAMPLE, FormColumn, FormSheet, Holds};
pub use hex::hex;
pub use identity::identifies;
pub use infusion::{
    Donor, Infusion, Product, ProductState, parse_amount, parse_cells, parse_percent,
};
pub use loinc::{Quantity, contradiction, left_out};
pub use measurement::{Limits, Measurement, OtherReading, Standing};
pub(crate) use mismatch::words;
pub use mismatch::{Mismatch, nearest};
pub use moment::Moment;
pub use named_cohort::NamedCohort;
pub use named_endpoint::NamedEndpoint;
pub use number::Number;
pub use own_analyte::{AlsoUnit, Range, parse_analyte_key, parse_loinc};
pub use patient::{
    Patient, Sex, may_be_meant, parse_birth_year, parse_height, parse_patient_key, parse_years,
};
pub use patient_table::{Datum, PatientColumn, PatientTable};
pub use reading::{Comparator, NO_UNIT, PrintedUnit, Reading, Status, read_unit};
pub use records::{
    Ignored, Level, PatientFile, PatientRecords, Place, Placed, Problem, Records, VisitRecords,
};
pub use registry::{BaselineRule, DayZero, Prefer, Rules};
pub use report::{AdverseEventStance, Citation, Report, ReportKind, parse_key, parse_year};
pub use schedule::{Schedule, Timepoint};
pub use source::{Method, Source};
pub use unit::{UnitRule, display_unit, normalise};
pub use visit::{About, DayBasis, Finding, Statement, Visit};
