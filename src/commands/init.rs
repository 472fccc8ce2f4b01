use super::session::Session;
use crate::domain::{BaselineRule, DayZero, Rules, Schedule};
use crate::error::Error;
use crate::store::{Registry, SCHEMA_VERSION};
use crate::tables::{Block, Page, Value, lay_out_list, windows};

/// Planned visits unless others are given.
const USUAL_SCHEDULE: &str = "W0,W4±1,W12±2,W24±4,W52±4";

/// Make a new registry file
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook init --title \"hUC-MSC in type 2 diabetes\" --schedule \"W0,W4±1,W12±2\"
  casebook -r ward.db init --schedule \"D0,D14±3d,M6±2w\" --day-zero last-infusion")]
pub(super) struct Args {
    /// What the study is called
    #[arg(long, default_value = "Untitled study")]
    title: String,
    /// Planned visits with their windows; a window is in the label's own unit (W4±1: one week)
    /// unless it names another (W4±3d); +- may stand for ±
    #[arg(long, value_name = "LIST", default_value = USUAL_SCHEDULE)]
    schedule: Schedule,
    /// Which day is day 0: first infusion, last infusion or enrolment
    #[arg(long, value_name = "RULE", default_value = "first infusion")]
    day_zero: DayZero,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    session.check_output()?;
    let path = session.registry_path();
    let rules = rules(&args.title, args.day_zero, args.schedule.clone());
    Registry::create(&path, &rules, &session.caller())?;
    session.recorded();
    session.show(&lay_out_rules(&format!("Made {}", path.display()), &rules))
}

/// The rules of a new registry.
pub(super) fn rules(title: &str, day_zero: DayZero, schedule: Schedule) -> Rules {
    Rules {
        title: title.to_owned(),
        day_zero,
        baseline: BaselineRule::LastBeforeDayZero,
        version: 1,
        schedule,
    }
}

fn lay_out_rules(title: &str, rules: &Rules) -> Page {
    let facts = vec![
        ("Title".to_owned(), rules.title.clone()),
        ("Day 0".to_owned(), format!("the day of the {}", rules.day_zero)),
        ("Baseline".to_owned(), rules.baseline.to_string()),
        ("Timepoints".to_owned(), windows(&rules.schedule)),
    ];
    let columns =
        [("title", ""), ("day_zero", ""), ("baseline", ""), ("timepoints", ""), ("schema", "")];
    let row = vec![
        rules.title.as_str().into(),
        rules.day_zero.as_str().into(),
        rules.baseline.as_str().into(),
        windows(&rules.schedule).into(),
        Value::from(SCHEMA_VERSION),
    ];
    let mut page = lay_out_list(title, "registry", &columns, vec![row]);
    page.blocks = vec![Block::Facts(facts)];
    page.note("Next: `casebook import CASE.toml`, or `casebook report add`. `casebook template case.toml` writes a case file to fill in.");
    page
}
