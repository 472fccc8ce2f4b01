use crate::commands::fields::{self, Field, optional, text};
use crate::domain::{Attribute, AttributeKind, parse_category_value};

/// What an edit can say of an attribute.
#[derive(Debug, Clone, clap::Args)]
pub(in crate::commands) struct Fields {
    /// What people read instead of the key
    #[arg(long, value_name = "TEXT", value_parser = text)]
    label: Option<String>,
    /// category, number, text, date or yes-no
    #[arg(long)]
    kind: Option<AttributeKind>,
    /// One more value of a category, behind the others; may be repeated
    #[arg(long, value_name = "VALUE", value_delimiter = ',', value_parser = parse_category_value)]
    add_value: Vec<String>,
}

impl fields::Fields<Attribute> for Fields {
    fn list() -> Vec<Field<Fields, Attribute>> {
        vec![
            optional("label", |given| &given.label, |record| &mut record.label),
            Field {
                name: "kind",
                is_given: Box::new(|given| given.kind.is_some()),
                put: Box::new(|given, record: &mut Attribute| {
                    let Some(kind) = given.kind else { return };
                    record.kind = kind;
                    if kind != AttributeKind::Category {
                        record.values.clear();
                    }
                }),
                clear: None,
            },
            Field {
                name: "add-value",
                is_given: Box::new(|given| !given.add_value.is_empty()),
                put: Box::new(|given, record| {
                    given.add_value.iter().for_each(|value| record.add_value(value));
                }),
                clear: None,
            },
        ]
    }
}
