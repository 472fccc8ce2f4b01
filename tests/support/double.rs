//! One report, entered by two people who did not read everything alike.

/// What the first person entered.
pub const FIRST: &str = r#"
[report]
key = "a-2024"
kind = "case series"
adverse_events = "given"
[[product]]
key = "cells"
tissue = "umbilical cord"
[[patient]]
label = "1"
sex = "female"
age = 53
follow_up = "12 wk"
[[patient.infusion]]
day = 0
product = "cells"
cells_per_kg = 1e6
[[patient.visit]]
label = "W0"
values = ["HbA1c=9.1 %", "FPG=10.4 mmol/L", "ALT=not-done"]
[[patient.visit]]
label = "W4"
values = ["HbA1c=6.8 %"]
[[patient.event]]
term = "fever"
onset_day = 0
grade = 1
ctcae_version = "5.0"
[[patient.medication]]
drug = "metformin"
dose_per_day = 2000
dose_unit = "mg"
[[patient.medication]]
drug = "gliclazide"
[[patient]]
label = "2"
age = 61
"#;

/// What the second one did, of one patient.
pub const SECOND: &str = r#"
[report]
key = "a-2024"
kind = "case series"
adverse_events = "given"
[[product]]
key = "cells"
tissue = "umbilical cord"
[[patient]]
label = "1"
sex = "female"
age = 35
follow_up = "12 wk"
[[patient.infusion]]
day = 0
product = "cells"
cells_per_kg = 1e6
[[patient.visit]]
label = "W0"
values = ["HbA1c=76 mmol/mol", "FPG=10.6 mmol/L", "ALT=31 U/L"]
[[patient.visit]]
label = "W4"
values = ["HbA1c=6.8 %", "AST=20 U/L"]
[[patient.visit]]
label = "W12"
values = ["HbA1c=6.5 %"]
[[patient.event]]
term = "feaver"
onset_day = 0
grade = 1
ctcae_version = "5.0"
[[patient.medication]]
drug = "metformin"
dose_per_day = 1000
dose_unit = "mg"
"#;
