//! Is the layout right? Results become one page: headings, order, decimals, footnotes.
//! Knows how a journal prints a number; must not know SQL, file formats or the terminal.
//! Start with `page` (the one shape), then `change`.

mod amounts;
mod baseline;
mod change;
mod cohort;
mod contributions;
mod correlation;
mod decimal;
mod difference;
mod doubts;
mod exposure;
mod facts;
mod labs;
mod list;
mod measurements;
mod medication;
mod mixed;
mod page;
mod patient;
mod reports;
mod response;
mod safety;
mod schedule_change;

pub use baseline::lay_out_baseline;
pub use change::{lay_out_change, windows};
pub use cohort::{append_attrition, lay_out_document, lay_out_patient_columns, note_selected};
pub use contributions::{append_contributions, contribution_records};
pub use correlation::lay_out_correlation;
pub use decimal::fixed;
pub use difference::lay_out_difference;
pub use doubts::{AnsweredDoubt, DoubtsShown, lay_out_check};
pub use exposure::lay_out_exposure;
pub use facts::{Described, Fact, lay_out_edited, lay_out_facts};
pub use labs::lay_out_labs;
pub use list::{ListColumn, append_list, lay_out_list};
pub use measurements::{lay_out_measurement, lay_out_measurements};
pub use medication::lay_out_medication;
pub use mixed::lay_out_model;
pub use page::{Align, Block, Cell, Column, Grid, Mark, Page, RecordSet, Row, Value};
pub use patient::{attribute_value, lay_out_patient};
pub use reports::lay_out_reports;
pub use response::{NamedRule, lay_out_response, lay_out_time_to_response};
pub use safety::lay_out_safety;
pub use schedule_change::{append_schedule_change, note_overlaps};
