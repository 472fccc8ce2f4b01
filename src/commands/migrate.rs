use super::session::Session;
use crate::error::Error;
use crate::store::{Access, Registry, Rehearsal, SCHEMA_VERSION, Schema, Step, TableRows};
use crate::tables::{Block, ListColumn, Page, Value, append_list, lay_out_list};
use std::path::Path;

/// Bring a registry of an older casebook up to date, try that on a copy, or tell what it has
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  casebook migrate --status
  casebook migrate --dry-run
  casebook -r ward.db migrate

Every command upgrades an older file at its first use, also one that only reads, and says so; the file as
it was stays beside it, as study.v2.db beside study.db. `migrate` does nothing else, and verifies the
result. --status and --dry-run leave the file as it is, on a medium that can't be written too. An upgrade
is never undone: to go back, use the copy with the older program.")]
pub(super) struct Args {
    /// Tell the schema of the file and of this program, and what an upgrade would bring
    #[arg(long, conflicts_with = "dry_run")]
    status: bool,
    /// Upgrade a copy in a temporary folder, verify it, and tell what would change
    #[arg(long)]
    dry_run: bool,
}

const STEPS: [ListColumn; 4] =
    [("version", "Schema"), ("name", ""), ("at", "Taken (UTC)"), ("what", "What it brought")];

/// The same for steps that are or would be taken now.
const NEW_STEPS: [ListColumn; 4] =
    [("version", "Schema"), ("name", ""), ("at", ""), ("what", "What it brings")];

const TABLES: [ListColumn; 3] =
    [("table", "Table"), ("rows_before", "Rows before"), ("rows_after", "Rows after")];

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let path = session.registry_path();
    session.check_output()?;
    if args.dry_run {
        return dry_run(&path, session);
    }
    let schema = Registry::schema(&path, &session.caller())?;
    if args.status {
        return session.show(&lay_out_status(&path, &schema));
    }
    let registry = Registry::open(&path, Access::Write, &session.caller())?;
    let name = path.display();
    let Some(upgrade) = registry.upgrade() else {
        let mut page = Page::new(format!("{name} has schema {SCHEMA_VERSION} already"));
        page.context = context(&schema);
        page.note("Nothing was changed.");
        return session.show(&page);
    };
    session.recorded();
    let copy = upgrade.copy.display().to_string();
    let title = format!("Upgraded {name} from schema {} to {SCHEMA_VERSION}", upgrade.from);
    let steps = schema.steps.iter().filter(|step| step.at.is_none()).map(line).collect();
    let mut page = lay_out_list(&title, "steps", &NEW_STEPS, steps);
    page.context = context(&schema);
    page.context.push(("copy".to_owned(), copy.as_str().into()));
    page.note(format!("The file as it was: {copy}."));
    let found = registry.verify()?;
    page.note(format!("Verified: {}", verified(found.discrepancies.len())));
    session.show(&page)?;
    if found.discrepancies.is_empty() { Ok(()) } else { Err(Error::Findings) }
}

fn dry_run(path: &Path, session: &Session) -> Result<(), Error> {
    let schema = Registry::schema(path, &session.caller())?;
    let rehearsal = Registry::rehearse_upgrade(path, &session.caller())?;
    let name = path.display();
    let mut page = match &rehearsal {
        None => Page::new(format!("{name} has schema {SCHEMA_VERSION} already")),
        Some(rehearsal) => lay_out_rehearsal(path, &schema, rehearsal),
    };
    page.context = context(&schema);
    page.note("Nothing was changed (--dry-run).");
    session.show(&page)?;
    let is_sound = rehearsal.is_none_or(|it| it.verification.discrepancies.is_empty());
    if is_sound { Ok(()) } else { Err(Error::Findings) }
}

fn context(schema: &Schema) -> Vec<(String, Value)> {
    vec![
        ("schema".to_owned(), schema.found.into()),
        ("schema_of_program".to_owned(), SCHEMA_VERSION.into()),
    ]
}

fn line(step: &Step) -> Vec<Value> {
    let what = Some(step.what.clone()).filter(|what| !what.is_empty());
    vec![step.version.into(), step.name.as_str().into(), step.at.clone().into(), what.into()]
}

fn verified(discrepancies: usize) -> String {
    match discrepancies {
        0 => "it is what its change log says.".to_owned(),
        _ => "it is not what its change log says: `casebook verify` names everything.".to_owned(),
    }
}

fn lay_out_status(path: &Path, schema: &Schema) -> Page {
    let found = schema.found;
    let title =
        format!("{} has schema {found}; this program works with {SCHEMA_VERSION}", path.display());
    let mut page = lay_out_list(&title, "steps", &STEPS, schema.steps.iter().map(line).collect());
    page.context = context(schema);
    page.note(match found.cmp(&SCHEMA_VERSION) {
        std::cmp::Ordering::Equal => "It is up to date.",
        std::cmp::Ordering::Less => {
            "`casebook migrate --dry-run` tries the upgrade on a copy; `casebook migrate`, or the next \
             command that uses the file, does it and keeps the file as it was beside it."
        }
        std::cmp::Ordering::Greater => {
            "A newer casebook made it. This one neither reads nor changes it: use the newer one."
        }
    });
    page.note("Nothing was changed.");
    page
}

fn lay_out_rehearsal(path: &Path, schema: &Schema, rehearsal: &Rehearsal) -> Page {
    let title = format!(
        "Would upgrade {} from schema {} to {SCHEMA_VERSION}",
        path.display(),
        schema.found
    );
    let steps = schema.steps.iter().filter(|step| step.at.is_none()).map(line).collect();
    let mut page = lay_out_list(&title, "steps", &NEW_STEPS, steps);
    let row = |one: &TableRows| -> Vec<Value> {
        vec![one.table.as_str().into(), one.before.into(), one.after.into()]
    };
    let rows = rehearsal.tables.iter().map(row).collect();
    append_list(&mut page, Some("Rows of each table"), "tables", &TABLES, rows);
    let lost: Vec<_> = rehearsal
        .tables
        .iter()
        .filter(|one| one.after < one.before)
        .map(|one| &*one.table)
        .collect();
    if !lost.is_empty() {
        page.blocks.push(Block::Paragraph(format!("Fewer rows than before: {}.", lost.join(", "))));
    }
    page.note("— no such table.");
    page.note(format!(
        "The upgraded copy was verified: {}",
        verified(rehearsal.verification.discrepancies.len())
    ));
    page
}
