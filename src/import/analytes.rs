//! An analyte of the registry's own, declared by a case file that has values of it.

use super::fields::Fields;
use crate::domain::{
    AlsoUnit, Analyte, Catalogue, Mismatch, Number, Range, parse_analyte_key, parse_loinc,
};

/// Read one beside the analytes that are known. What differs from the one of its key that a registry
/// has is named when it is taken in.
pub(super) fn read_analyte(mut fields: Fields<'_>, known: &Catalogue) -> Option<Analyte> {
    for (name, example) in [
        ("key", "\"adiponectin\""),
        ("name", "\"Adiponectin\""),
        ("unit", "\"mg/L\""),
        ("decimals", "1"),
    ] {
        fields.demand(name, example);
    }
    let key = fields.parsed("key", parse_analyte_key);
    if let Some(key) = &key {
        fields.what = format!("analyte {key}");
    }
    let mut analyte = Analyte::own(key.as_deref().unwrap_or_default());
    let name = fields.text("name");
    let unit = fields.text("unit");
    let decimals = fields.parsed("decimals", parse_decimals);
    if let Some(symbol) = fields.text("symbol") {
        analyte.symbol = symbol;
    }
    analyte.specimen = fields.text("specimen");
    analyte.state = fields.text("state");
    analyte.loinc = fields.parsed("loinc", parse_loinc);
    let limits = |name| fields.parsed(name, str::parse::<Range>).unwrap_or_default().limits();
    analyte.hard_range = limits("hard");
    analyte.query_range = limits("query");
    analyte.set_aliases(fields.texts("aliases").into_iter());
    let others = read_other_units(&fields);
    let at = fields.at();
    let is_built_in =
        key.as_deref().and_then(|key| known.keyed(key)).is_some_and(|known| !known.id.is_own());
    if is_built_in {
        let mismatch = Mismatch::new(&*analyte.key, "a key that no built-in analyte has");
        fields.wrong(at, "key", mismatch.mend("choose another key, or use the built-in one"));
    }
    let (_, name, unit, decimals) = (key?, name?, unit?, decimals?);
    analyte.name = name;
    analyte.set_unit(&unit);
    analyte.set_decimals(decimals);
    let (others, bases): (Vec<_>, Vec<_>) = others?.into_iter().unzip();
    analyte.set_other_units(&others, &bases);
    if is_built_in {
        return None;
    }
    // A registry that has it with these very units takes it as it is.
    let has_units = known.keyed(&analyte.key).is_some_and(|known| known.units == analyte.units);
    let contradicted = || analyte.contradicted_factor().filter(|_| !has_units);
    if let Some(mismatch) = analyte.wrong_beside(known).or_else(contradicted) {
        fields.wrong(at, "", mismatch);
        return None;
    }
    fields.finish();
    Some(analyte)
}

/// The units it is accepted in beside its own, each with where its factor comes from.
fn read_other_units(fields: &Fields<'_>) -> Option<Vec<(AlsoUnit, String)>> {
    let number = |text: &str| Number::parse(text).map(|number| number.value);
    let mut all = Some(Vec::new());
    for node in fields.few("also_unit") {
        let inside = fields.inside(node, format!("{}, also_unit", fields.what));
        let unit = inside.required("unit", "\"ug/mL\"");
        inside.demand("factor", "1, how many of the canonical unit one of it is");
        let factor = inside.parsed("factor", number);
        let offset = inside.parsed("offset", number).unwrap_or(0.0);
        let basis = inside.required("basis", "\"1 mL is 0.001 L\"");
        let also = unit.zip(factor).and_then(|(unit, factor)| {
            let also = AlsoUnit::of(&unit, factor, offset);
            also.map_err(|mismatch| inside.wrong(node.at, "", mismatch)).ok()
        });
        inside.finish();
        match (also.zip(basis), &mut all) {
            (Some(one), Some(all)) => all.push(one),
            _ => all = None,
        }
    }
    all
}

fn parse_decimals(text: &str) -> Result<u8, Mismatch> {
    let decimals = text.parse().ok().filter(|decimals| *decimals <= 9);
    decimals.ok_or_else(|| Mismatch::new(text, "decimals: a number from 0 to 9"))
}

#[cfg(test)]
mod tests {
    use super::super::read_case;
    use crate::domain::{Catalogue, Schedule};

    const HEAD: &str = "[report]\nkey = \"a\"\nkind = \"case report\"\n";
    const TAIL: &str = "[[patient]]\nlabel = \"1\"\n[[patient.visit]]\nlabel = \"W0\"\n\
        values = [\"Adipo=7.1 mg/L\", \"TmpX=98.6 degF\"]\n\
        [[patient.visit]]\nlabel = \"W4\"\nvalues = [\"acrp 30=0.71 mg/dL\"]\n\
        [[patient.statement]]\nanalyte = \"Adipo\"\nfinding = \"improved\"\n";
    const OWN: &str = "[[analyte]]\nkey = \"adiponectin\"\nname = \"Adiponectin\"\nsymbol = \"Adipo\"\n\
        unit = \"mg/L\"\ndecimals = 1\nhard = \"0..100\"\nquery = \"1..\"\naliases = [\"ACRP-30\"]\n\
        also_unit = [{ unit = \"mg/dL\", factor = 10, basis = \"1 dL is 0.1 L\" }]\n\
        [[analyte]]\nkey = \"tmpx\"\nname = \"Skin warmth\"\nsymbol = \"TmpX\"\nunit = \"Cel\"\ndecimals = 1\n\
        also_unit = { unit = \"degF\", factor = 0.5556, offset = -17.78, basis = \"definition\" }\n";

    fn read(source: &str) -> super::super::Reading {
        let schedule = Schedule::parse("W0,W4±1").expect("a schedule");
        read_case("case", source, false, &schedule, Catalogue::built_in())
    }

    #[test]
    fn a_file_knows_the_analytes_it_declares_wherever_they_stand() {
        for source in [format!("{HEAD}{OWN}{TAIL}"), format!("{HEAD}{TAIL}{OWN}")] {
            let reading = read(&source);
            assert_eq!(reading.problems, []);
            let own: Vec<_> = reading.records.analytes.iter().map(|one| &one.record).collect();
            assert_eq!(own[0].aliases, ["acrp30"]);
            assert_eq!(own[0].query_range, (1.0, f64::INFINITY));
            assert_eq!(own[0].units[1].decimals, 2);
            let visit = &reading.records.patients[0].visits[0];
            let of = |at: usize| &visit.measurements[at].record;
            assert_eq!(of(0).analyte, "adiponectin");
            assert_ne!(of(0).analyte_id, of(1).analyte_id);
            let warmth = of(1).reading.value.expect("a value");
            assert!((warmth - (0.5556 * 98.6 - 17.78)).abs() < 1e-9, "{warmth}");
        }
    }

    #[test]
    fn everything_wrong_with_a_declaration_is_named_with_its_line() {
        let told = |own: &str| -> Vec<String> {
            let problems = read(&format!("{HEAD}{own}")).problems;
            let line = |one: &crate::domain::Problem| {
                format!("{}: {} {}", one.place, one.what, one.mismatch)
            };
            problems.iter().map(line).collect()
        };
        let with = |line: &str| {
            told(&format!(
                "[[analyte]]\nkey = \"zinc\"\nname = \"Zinc\"\nunit = \"umol/L\"\ndecimals = 1\n{line}\n"
            ))
        };
        assert_eq!(with(""), [""; 0]);
        assert_eq!(told("[[analyte]]\nkey = \"zinc\"\n").len(), 3, "name, unit, decimals");
        for (line, what) in [
            ("symbol = \"HbA1c\"", "a name that no other analyte has"),
            ("hard = \"9..1\"", "hard"),
            ("loinc = \"1-1\"", "LOINC"),
            ("also_unit = [{ unit = \"mg/L\", factor = 15.3 }]", "basis"),
            ("also_unit = [{ unit = \"mg/L\", factor = 0, basis = \"x\" }]", "above nought"),
            ("also_unit = [{ unit = \"umol/L\", factor = 1, basis = \"x\" }]", "each unit once"),
            ("also_unit = [{ unit = \"nmol/L\", factor = 1, basis = \"x\" }]", "nmol/L=0.001"),
            ("colour = \"blue\"", "a field of the case file"),
        ] {
            let told = with(line);
            assert_eq!(told.len(), 1, "{line}: {told:#?}");
            assert!(told[0].contains(what), "{line}: {told:#?}");
        }
        let built_in =
            told("[[analyte]]\nkey = \"hba1c\"\nname = \"Mine\"\nunit = \"%\"\ndecimals = 1\n");
        assert_eq!(built_in.len(), 1, "{built_in:#?}");
        assert!(
            built_in[0].contains("line 4") && built_in[0].contains("built-in"),
            "{built_in:#?}"
        );
    }
}
