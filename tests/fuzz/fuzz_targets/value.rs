//! Whatever is typed as a value, it is refused or becomes finite numbers; what was printed is part
//! of what was typed, and reads the same again.
#![no_main]

use casebook::domain::{Catalogue, Measurement};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let catalogue = Catalogue::built_in();
    let Ok(measurement) = Measurement::parse(text, catalogue) else { return };
    let reading = &measurement.reading;
    assert!(reading.value.is_none_or(f64::is_finite), "{measurement:?}");
    if let (Some(printed), Some(_)) = (&reading.printed, &reading.unit) {
        assert!(text.contains(printed), "{printed} was not typed");
        let again =
            Measurement::parse(&format!("{}={}", measurement.analyte, reading.text()), catalogue);
        let same = again.as_ref().is_ok_and(|again| again.reading.value == reading.value);
        assert!(same, "{measurement:?} became {again:?}");
    }
});
