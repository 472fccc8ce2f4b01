//! The fields of a record that options fill: one list a noun, for adding and for editing alike.

use super::recording::SourceArgs;
use crate::domain::{Mismatch, Source};

/// Writes what was given into a record.
type Put<F, R> = Box<dyn Fn(&F, &mut R)>;

/// Sets a field of a record back to "not reported".
type Clear<R> = Box<dyn Fn(&mut R)>;

/// One field: the option that gives it, and how it enters and leaves a record `R`.
pub(super) struct Field<F, R> {
    /// The option's name, which `--clear` knows it by.
    pub name: &'static str,
    /// True if the option was given.
    pub is_given: Box<dyn Fn(&F) -> bool>,
    /// Write what was given into a record.
    pub put: Put<F, R>,
    /// Set it back to "not reported"; `None` if every record has it.
    pub clear: Option<Clear<R>>,
}

/// The options of a noun, which fill a record `R`.
pub(super) trait Fields<R>: Sized {
    /// Every field there is an option for.
    fn list() -> Vec<Field<Self, R>>;

    /// Write what was given into a record.
    fn put(&self, record: &mut R) {
        Self::list().iter().for_each(|field| (field.put)(self, record));
    }
}

/// A field that may be unknown.
pub(super) fn optional<F: 'static, R: 'static, T: Clone + 'static>(
    name: &'static str,
    given: fn(&F) -> &Option<T>,
    of: fn(&mut R) -> &mut Option<T>,
) -> Field<F, R> {
    Field {
        name,
        is_given: Box::new(move |options| given(options).is_some()),
        put: Box::new(move |options, record| {
            if let Some(value) = given(options) {
                *of(record) = Some(value.clone());
            }
        }),
        clear: Some(Box::new(move |record| *of(record) = None)),
    }
}

/// A field that every record has.
pub(super) fn required<F: 'static, R: 'static, T: Clone + 'static>(
    name: &'static str,
    given: fn(&F) -> &Option<T>,
    of: fn(&mut R) -> &mut T,
) -> Field<F, R> {
    Field {
        name,
        is_given: Box::new(move |options| given(options).is_some()),
        put: Box::new(move |options, record| {
            if let Some(value) = given(options) {
                *of(record) = value.clone();
            }
        }),
        clear: None,
    }
}

/// The three parts of where something was read. A part that is not given stays as it is.
pub(super) fn source<F: 'static, R: 'static>(
    given: fn(&F) -> &SourceArgs,
    of: fn(&mut R) -> &mut Option<Source>,
) -> [Field<F, R>; 3] {
    [
        part("source", given, of, |args| &args.source, |source| &mut source.place),
        part("quote", given, of, |args| &args.quote, |source| &mut source.quote),
        part("method", given, of, |args| &args.method, |source| &mut source.method),
    ]
}

fn part<F: 'static, R: 'static, T: Clone + 'static>(
    name: &'static str,
    given: fn(&F) -> &SourceArgs,
    of: fn(&mut R) -> &mut Option<Source>,
    part_given: fn(&SourceArgs) -> &Option<T>,
    part_of: fn(&mut Source) -> &mut Option<T>,
) -> Field<F, R> {
    let set = move |record: &mut R, value: Option<T>| {
        let source = of(record);
        let mut parts = source.take().unwrap_or_default();
        *part_of(&mut parts) = value;
        *source = parts.unless_empty();
    };
    Field {
        name,
        is_given: Box::new(move |options| part_given(given(options)).is_some()),
        put: Box::new(move |options, record| {
            if let Some(value) = part_given(given(options)) {
                set(record, Some(value.clone()));
            }
        }),
        clear: Some(Box::new(move |record| set(record, None))),
    }
}

/// Read a text that says something, without the blanks around it.
pub(super) fn text(text: &str) -> Result<String, Mismatch> {
    match text.trim() {
        "" => Err(Mismatch::new(text, "a text that says something")),
        text => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Args, Command};

    /// `--clear` knows exactly the options there are.
    fn lists_its_options<R, F: Fields<R> + Args>() {
        let command = F::augment_args(Command::new("noun"));
        let mut options: Vec<_> =
            command.get_arguments().filter_map(|one| one.get_long()).collect();
        let mut fields: Vec<_> = F::list().iter().map(|field| field.name).collect();
        options.sort_unstable();
        fields.sort_unstable();
        assert_eq!(options, fields);
    }

    #[test]
    fn every_option_is_a_field_and_every_field_an_option() {
        use crate::commands::{
            analyte, attribute, cohort, endpoint, event, infusion, medication, patient, product,
            report,
        };
        use crate::commands::{statement, visit};
        lists_its_options::<_, analyte::Fields>();
        lists_its_options::<_, cohort::Fields>();
        lists_its_options::<_, endpoint::Fields>();
        lists_its_options::<_, report::Fields>();
        lists_its_options::<_, patient::Fields>();
        lists_its_options::<_, attribute::Fields>();
        lists_its_options::<_, product::Fields>();
        lists_its_options::<_, infusion::Fields>();
        lists_its_options::<_, visit::Fields>();
        lists_its_options::<_, statement::Fields>();
        lists_its_options::<_, event::Fields>();
        lists_its_options::<_, medication::Fields>();
    }
}
