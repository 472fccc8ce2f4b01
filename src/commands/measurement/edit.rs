use super::{measured, visit_of};
use crate::commands::recording::SourceArgs;
use crate::commands::removing::patient_of;
use crate::commands::session::Session;
use crate::domain::{Measurement, Mismatch, OtherReading, Reading, Standing, Status};
use crate::error::Error;
use crate::store::{Access, Registry, StoreError};
use crate::tables::{Page, RecordSet};

/// Put a corrected reading beside a printed value
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook measurement edit ward-3/07 W0 \"CEA=3.5 ng/mL\" --propose --reason \"lost point?\"
  casebook measurement edit ward-3/07 W4 \"HbA1c=6.8 %\" --reason \"typing error\"

What was printed stays. The new reading is used from now on; with --propose it is only noted as a doubt
and the printed value stays in use. A proposed reading of the same number is accepted by it, any other
rejected.")]
pub(in crate::commands) struct Args {
    /// Which patient, for example huang-2025/1
    patient: String,
    /// The visit's label
    visit: String,
    /// What is read instead, such as "HbA1c=6.8 %"
    value: String,
    /// Only note the doubt; the printed value stays in use
    #[arg(long)]
    propose: bool,
    #[command(flatten)]
    source: SourceArgs,
}

pub(in crate::commands) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let reason = session.required_reason()?.to_owned();
    let mut registry = session.open(Access::Write)?;
    let patient = patient_of(&registry, &args.patient)?;
    let file = registry.patient_file(&args.patient)?.expect("the patient was found a line before");
    let read = read_value(&args.value, &registry)?;
    let analyte = registry.catalogue().get(read.analyte_id).expect("a reading names its analyte");
    let visit = visit_of(&file, &args.visit)?;
    let known = measured(visit, analyte, &args.patient)?;
    let other = OtherReading {
        reading: read.reading,
        standing: if args.propose { Standing::Proposed } else { Standing::Accepted },
        made_by: session.caller().actor,
        reason: reason.clone(),
        source: args.source.source(),
    };
    let agrees = |one: &&OtherReading| {
        one.standing == Standing::Proposed && one.reading.is_same_number(&other.reading)
    };
    let accepted: Vec<_> = match args.propose {
        true => Vec::new(),
        false => known.other_readings.iter().filter(agrees).collect(),
    };
    let what = format!("{} {} {}", args.patient, visit.0.label, analyte.symbol);
    let printed = known.reading.text();
    let now = other.reading.text();
    let command = format!("measurement edit {what}");
    let done: Result<(), StoreError> = registry.change(&command, Some(&reason), |change| {
        change.add_reading(&patient, &visit.0, known, &other)
    });
    done?;
    session.recorded();
    let verb = if args.propose { "Doubted" } else { "Corrected" };
    let mut page = Page::new(format!("{verb} {what}: printed {printed}, read as {now}"));
    page.records.push(RecordSet {
        name: "reading".to_owned(),
        columns: ["measurement", "printed", "read_as", "standing"].map(str::to_owned).into(),
        rows: vec![vec![what.into(), printed.into(), now.into(), other.standing.as_str().into()]],
    });
    for OtherReading { reading, made_by, reason, .. } in accepted {
        let text = reading.text();
        page.note(format!("This accepts what {made_by} proposed: {text} ({reason})."));
    }
    session.show(&page)
}

/// Read what is read instead: a number, not a status.
fn read_value(text: &str, registry: &Registry) -> Result<Measurement, Error> {
    let wrong = |mismatch| {
        Error::request("The reading can't be used. Nothing was changed", "reading", mismatch)
    };
    let read = Measurement::parse(text, registry.catalogue()).map_err(wrong)?;
    let Reading { status, .. } = read.reading;
    if status == Status::Measured || status.is_limit() {
        return Ok(read);
    }
    let mismatch = Mismatch::new(read.reading.text(), "a number with its unit")
        .mend("to take a value back, remove it with `casebook measurement remove`");
    Err(wrong(mismatch))
}
