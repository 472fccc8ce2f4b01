//! Whether what was given are cells, and how many.

use crate::domain::{Infusion, parse_cells};

/// True for the name of cells that are given: mesenchymal stem cells, stromal cells. Their collection,
/// counting and mobilisation is none, and neither is what only carries their name.
pub(super) fn are_cells(name: &str) -> bool {
    let name = name.to_lowercase();
    let is_cells =
        ["stem cell", "stromal cell", "mesenchymal cell"].iter().any(|one| name.contains(one));
    let is_other = [
        "harvest",
        "collect",
        "donat",
        "mobili",
        "count",
        "biopsy",
        "factor",
        "culture",
        "test",
        "screening",
        "education",
        "removal",
        "procurement",
        "storage",
        "freez",
        "cryopres",
    ];
    is_cells && !is_other.iter().any(|one| name.contains(one))
}

/// A key for a product of this name: letters, digits and hyphens, in lower case.
pub(super) fn product_key(name: &str) -> String {
    let words: Vec<String> = name
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let key: String = words.join("-").chars().take(60).collect();
    if key.is_empty() { "cells".to_owned() } else { key.trim_end_matches('-').to_owned() }
}

/// Put a number of cells where its unit says that it belongs; any other dose is kept as printed.
pub(super) fn put_cells(infusion: &mut Infusion, number: &str, unit: &str) {
    let plain = unit.to_lowercase().replace(['{', '}', '[', ']'], "");
    match plain.as_str() {
        "cells" | "cell" => infusion.cells = parse_cells(number, false).ok(),
        "cells/kg" | "cell/kg" | "cells per kilogram" | "cell per kilogram" => {
            infusion.cells_per_kg = parse_cells(number, true).ok();
        }
        _ => {}
    }
    if infusion.cells.is_none() && infusion.cells_per_kg.is_none() {
        infusion.dose_printed = Some(format!("{number} {unit}").trim_end().to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cells_that_are_given_are_cells() {
        for name in [
            "Umbilical cord mesenchymal stem cells",
            "Infusion of mesenchymal stem cells",
            "Mesenchymal Stromal Cell",
        ] {
            assert!(are_cells(name), "{name}");
        }
        for name in
            ["Metformin", "Bone marrow stem cell harvest", "Stem Cell Factor", "Stem cell count"]
        {
            assert!(!are_cells(name), "{name}");
        }
        assert_eq!(product_key("UC-MSC (Wharton's jelly) "), "uc-msc-wharton-s-jelly");
    }
}
