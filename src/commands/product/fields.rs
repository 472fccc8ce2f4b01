use crate::commands::fields::{self, Field, optional, source, text};
use crate::commands::recording::SourceArgs;
use crate::domain::{Donor, Product, ProductState};

/// What can be said of a product beside its key.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::commands) struct Fields {
    /// Trade or working name
    #[arg(long, value_name = "TEXT", value_parser = text)]
    name: Option<String>,
    /// Cell type: MSC, BM-MNC ...
    #[arg(long, value_name = "TEXT", value_parser = text)]
    cell_type: Option<String>,
    /// autologous, allogeneic or xenogeneic
    #[arg(long)]
    donor: Option<Donor>,
    /// Tissue of origin
    #[arg(long, value_name = "TEXT", value_parser = text)]
    tissue: Option<String>,
    /// Separation, medium, cryoprotectant
    #[arg(long, value_name = "TEXT", value_parser = text)]
    preparation: Option<String>,
    /// fresh or frozen
    #[arg(long)]
    state: Option<ProductState>,
    /// Surface markers and differentiation
    #[arg(long, value_name = "TEXT", value_parser = text)]
    identity: Option<String>,
    /// Sterility, endotoxin, karyotype ...
    #[arg(long, value_name = "TEXT", value_parser = text)]
    release_tests: Option<String>,
    /// Lot or batch
    #[arg(long, value_name = "TEXT", value_parser = text)]
    lot: Option<String>,
    /// Anything else
    #[arg(long, value_name = "TEXT", value_parser = text)]
    note: Option<String>,
    #[command(flatten)]
    source: SourceArgs,
}

impl fields::Fields<Product> for Fields {
    fn list() -> Vec<Field<Fields, Product>> {
        let mut list: Vec<Field<Fields, Product>> = vec![
            optional("name", |given| &given.name, |record| &mut record.name),
            optional("cell-type", |given| &given.cell_type, |record| &mut record.cell_type),
            optional("donor", |given| &given.donor, |record| &mut record.donor),
            optional("tissue", |given| &given.tissue, |record| &mut record.tissue),
            optional("preparation", |given| &given.preparation, |record| &mut record.preparation),
            optional("state", |given| &given.state, |record| &mut record.state),
            optional("identity", |given| &given.identity, |record| &mut record.identity),
            optional(
                "release-tests",
                |given| &given.release_tests,
                |record| &mut record.release_tests,
            ),
            optional("lot", |given| &given.lot, |record| &mut record.lot),
            optional("note", |given| &given.note, |record| &mut record.note),
        ];
        list.extend(source(
            |given: &Fields| &given.source,
            |record: &mut Product| &mut record.source,
        ));
        list
    }
}
