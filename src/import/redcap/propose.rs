//! A first map of an export: what the dictionary says of each field, and what it would be taken for.

use super::Export;
use super::dictionary::Field;
use super::events::{EVENT, INSTANCE, INSTRUMENT, visit_of};
use super::settle::{Settling, is_of_person};
use crate::domain::{Analyte, parse_attribute_key};
use crate::import::How;
use crate::import::delimited::column;
use crate::import::map::{Map, Proposal, Proposed, Role, Seen, known_of, quoted};
use std::collections::HashMap;

/// The longest that a label is shown, in characters.
const LONGEST: usize = 60;

impl Export {
    /// The text of a first map; `file` is the name of the data.
    pub(super) fn propose(&self, file: &str, how: &How<'_>) -> String {
        let map = Map::default();
        let Settling { roles, why_not, without_unit, .. } =
            Settling::of(how, (&self.sheet, &self.shown), &self.fields, &map);
        let roles: HashMap<usize, Role> = roles.into_iter().collect();
        let mut proposal = Proposal::of(file, self.rows.len(), known_of(how));
        proposal.bytes(self.delimiter, self.encoding);
        proposal.headings(Some(self.sheet.heading_row));
        for (at, heading) in self.sheet.headings.iter().enumerate() {
            let field = self.field(heading);
            let is_of_redcap = [EVENT, INSTRUMENT, INSTANCE].contains(&&**heading)
                || field.is_none() && heading.ends_with("_complete");
            if heading.is_empty() || is_of_redcap {
                continue;
            }
            let mut seen = Seen::default();
            let texts = self.rows.iter().filter_map(|row| row.cell(at));
            texts.for_each(|text| seen.see(text, false));
            let proposed = match roles.get(&at) {
                _ if is_of_person(at, heading, field) => Proposed::Identifying,
                Some(role) => Proposed::Role(role.clone()),
                None if without_unit.contains_key(&at) => in_which_unit(without_unit[&at]),
                None => perhaps(heading, field, why_not.get(&at).copied().unwrap_or("not known")),
            };
            proposal.column(
                heading,
                &field.map_or(String::new(), |of| about(of, heading)),
                &seen,
                proposed,
            );
        }
        self.propose_events(&mut proposal, how);
        proposal.finish()
    }

    /// Events in the order in which they stand there first.
    fn propose_events(&self, proposal: &mut Proposal<'_>, how: &How<'_>) {
        let Some(at) = column(&self.sheet, EVENT) else { return };
        let mut events: Vec<(String, usize, Option<String>)> = Vec::new();
        for event in self.rows.iter().filter_map(|row| row.cell(at)) {
            match events.iter_mut().find(|(name, ..)| name == event) {
                Some((_, rows, _)) => *rows += 1,
                None => {
                    let visit = visit_of(event, &Map::default(), known_of(how));
                    let is_certain = how.schedule.planned_day(&visit).is_some();
                    events.push((event.to_owned(), 1, is_certain.then_some(visit)));
                }
            }
        }
        proposal.events(&events);
    }
}

/// What a field may be that neither name nor unit tells.
fn perhaps(heading: &str, field: Option<&Field>, why: &str) -> Proposed {
    let key = heading.replace("___", "_").to_lowercase();
    match field {
        Some(field) if !field.choices.is_empty() && parse_attribute_key(&key).is_ok() => {
            let line = format!("{{ attribute = {} }}", quoted(&key));
            Proposed::Perhaps(line, "as a column of the registry's own?".to_owned())
        }
        _ => Proposed::Perhaps("\"ignore\"".to_owned(), why.to_owned()),
    }
}

/// An analyte whose unit neither label nor note names.
fn in_which_unit(analyte: &Analyte) -> Proposed {
    let example = format!("{} ({})", analyte.symbol, analyte.canonical_unit().spelled);
    let why = "in which unit? Neither label nor note says it; for example";
    Proposed::Perhaps(quoted(&example), why.to_owned())
}

/// What the dictionary says of a field: `"Gender" (radio: 0 Female, 1 Male)`.
fn about(field: &Field, heading: &str) -> String {
    let label = format!("\"{}\"", shown(&field.label));
    if let Some((_, code)) = heading.split_once("___") {
        let choice = field.choices.iter().find(|(known, _)| known == code);
        let choice = choice.map_or(code, |(_, choice)| choice);
        return format!("{label}, box \"{}\"", shown(choice));
    }
    let choices: Vec<_> =
        field.choices.iter().map(|(code, choice)| format!("{code} {choice}")).collect();
    let kind = match choices.is_empty() {
        true => field.kind.clone(),
        false => format!("{}: {}", field.kind, choices.join(", ")),
    };
    format!("{label} ({})", shown(&kind))
}

/// A text on one line, cut short.
fn shown(text: &str) -> String {
    let plain: Vec<_> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let plain = plain.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match plain.chars().count() {
        0..=LONGEST => plain,
        _ => plain.chars().take(LONGEST).chain(['…']).collect(),
    }
}
