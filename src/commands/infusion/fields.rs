use crate::commands::fields::{self, Field, optional, source, text};
use crate::commands::recording::SourceArgs;
use crate::domain::{Day, Infusion, PartialDate, parse_amount, parse_cells, parse_percent};

/// What can be said of an infusion beside its number.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::commands) struct Fields {
    /// Day, counted from day 0
    #[arg(long, value_parser = Day::parse, allow_negative_numbers = true)]
    day: Option<Day>,
    /// Date, as far as it is known: 2024-03-05, 2024-03 or 2024
    #[arg(long, value_parser = PartialDate::parse)]
    date: Option<PartialDate>,
    /// Key of the product
    #[arg(long, value_name = "KEY")]
    product: Option<String>,
    /// intravenous, intra-arterial ...
    #[arg(long, value_name = "TEXT", value_parser = text)]
    route: Option<String>,
    /// Where the cells were delivered
    #[arg(long, value_name = "TEXT", value_parser = text)]
    delivery_site: Option<String>,
    /// Cells given: 6e7 or 60x10^6
    #[arg(long, value_name = "N", value_parser = |text: &str| parse_cells(text, false))]
    cells: Option<f64>,
    /// Cells given per kg of body weight: 1e6
    #[arg(long, value_name = "N", value_parser = |text: &str| parse_cells(text, true))]
    cells_per_kg: Option<f64>,
    /// The dose in the report's words
    #[arg(long, value_name = "TEXT", value_parser = text)]
    dose: Option<String>,
    /// Volume in mL
    #[arg(long, value_name = "ML", value_parser = |text: &str| parse_amount(text, 10_000.0))]
    volume: Option<f64>,
    /// Viable cells in percent
    #[arg(long, value_name = "PERCENT", value_parser = parse_percent)]
    viability: Option<f64>,
    /// Passage
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=100))]
    passage: Option<u32>,
    /// Premedication
    #[arg(long, value_name = "TEXT", value_parser = text)]
    premedication: Option<String>,
    /// Anything else
    #[arg(long, value_name = "TEXT", value_parser = text)]
    note: Option<String>,
    #[command(flatten)]
    source: SourceArgs,
}

impl fields::Fields<Infusion> for Fields {
    fn list() -> Vec<Field<Fields, Infusion>> {
        let mut list: Vec<Field<Fields, Infusion>> = vec![
            optional("day", |given| &given.day, |record| &mut record.day),
            optional("date", |given| &given.date, |record| &mut record.date),
            optional("product", |given| &given.product, |record| &mut record.product),
            optional("route", |given| &given.route, |record| &mut record.route),
            optional(
                "delivery-site",
                |given| &given.delivery_site,
                |record| &mut record.delivery_site,
            ),
            optional("cells", |given| &given.cells, |record| &mut record.cells),
            optional(
                "cells-per-kg",
                |given| &given.cells_per_kg,
                |record| &mut record.cells_per_kg,
            ),
            optional("dose", |given| &given.dose, |record| &mut record.dose_printed),
            optional("volume", |given| &given.volume, |record| &mut record.volume_ml),
            optional("viability", |given| &given.viability, |record| &mut record.viability_percent),
            optional("passage", |given| &given.passage, |record| &mut record.passage),
            optional(
                "premedication",
                |given| &given.premedication,
                |record| &mut record.premedication,
            ),
            optional("note", |given| &given.note, |record| &mut record.note),
        ];
        list.extend(source(
            |given: &Fields| &given.source,
            |record: &mut Infusion| &mut record.source,
        ));
        list
    }
}
