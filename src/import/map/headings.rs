//! What a column is, by its heading: a short list of usual names, and analytes with their unit and visit.

use super::{Field, Measured, Role};
use crate::domain::{Attribute, Catalogue, Length, Mismatch, Schedule, plain};
use crate::import::How;

/// The usual headings of a field, written plainly; only such as have no second meaning.
fn usual_headings(field: Field) -> &'static [&'static str] {
    match field {
        Field::Patient => &[
            "patient",
            "patientid",
            "patientno",
            "patientnumber",
            "subject",
            "subjectid",
            "subjid",
            "usubjid",
            "患者",
            "患者编号",
            "患者id",
            "病人",
            "病人编号",
            "受试者",
            "受试者编号",
        ],
        Field::Report => &["report", "reportkey"],
        Field::Visit => &["visit", "visitname", "timepoint", "访视", "访视点", "时间点"],
        Field::Day => &["day", "visitday"],
        Field::Date => &["date", "visitdate", "日期", "访视日期"],
        Field::DayZeroDate => &["day0date", "dateofday0", "dayzerodate"],
        Field::Analyte => {
            &["analyte", "test", "testname", "labtest", "parameter", "检验项目", "检查项目", "项目"]
        }
        Field::Value => &["value", "result", "testresult", "结果", "检验结果", "检测结果"],
        Field::Unit => &["unit", "units", "单位"],
        Field::LowerLimit => &["lowerlimit", "lln", "lowlimit", "下限", "参考下限"],
        Field::UpperLimit => &["upperlimit", "uln", "highlimit", "上限", "参考上限"],
        Field::Comparator => &["comparator"],
        Field::Status => &["status"],
        Field::Sex => &["sex", "gender", "性别"],
        Field::Age => &["age", "ageyears", "ageyr", "agey", "年龄", "年龄岁"],
        Field::BirthYear => &["birthyear", "yearofbirth", "出生年份"],
        Field::Diagnosis => &["diagnosis", "诊断"],
        Field::Duration => &[
            "diabetesduration",
            "diabetesdurationyears",
            "durationofdiabetesyears",
            "durationofdiabetes",
            "病程年",
        ],
        Field::Height => &["heightcm", "身高cm"],
        Field::FollowUp => &["followup", "随访时间"],
        Field::Enrolment => &["enrolmentdate", "enrollmentdate", "入组日期"],
    }
}

/// What headings are compared with.
#[derive(Debug, Clone, Copy)]
pub(in crate::import) struct Known<'a> {
    pub catalogue: &'a Catalogue,
    pub schedule: &'a Schedule,
    pub attributes: &'a [Attribute],
}

/// What headings are compared with where files are read so.
pub(in crate::import) fn known_of<'a>(how: &'a How<'_>) -> Known<'a> {
    Known { catalogue: how.catalogue, schedule: how.schedule, attributes: how.attributes }
}

impl Known<'_> {
    /// What a heading names, where that is certain.
    pub fn role_of(&self, heading: &str) -> Option<Role> {
        if heading.chars().count() > 200 {
            return None;
        }
        let word = plain(heading);
        let named =
            Field::ALL.iter().find(|field| usual_headings(**field).contains(&word.as_str()));
        if let Some(field) = named {
            return Some(Role::Field(*field));
        }
        let lower = heading.trim().to_lowercase();
        let is_it = |one: &&Attribute| {
            one.key == lower
                || one.label.as_ref().is_some_and(|label| label.trim() == heading.trim())
        };
        if let Some(attribute) = self.attributes.iter().find(is_it) {
            return Some(Role::Attribute(attribute.key.clone()));
        }
        self.measured(heading).map(Role::Measured)
    }

    /// What is wrong with the unit of a heading that names an analyte.
    pub fn wrong_unit(&self, heading: &str) -> Option<Mismatch> {
        let (before, inside, behind) = bracketed(heading.trim())?;
        let (analyte, _) = self.named(&format!("{before} {behind}"))?;
        self.catalogue.keyed(&analyte)?.unit(inside).err()
    }

    /// An analyte with its unit and visit: `HbA1c (%)`, `fpg_mmol/L`, `HbA1c W0 (%)`, `hba1c_w12`.
    fn measured(&self, heading: &str) -> Option<Measured> {
        let heading = heading.trim();
        if let Some((before, inside, behind)) = bracketed(heading) {
            let name = format!("{before} {behind}");
            if let Some((analyte, visit)) = self.named(&name) {
                let is_unit = self.catalogue.keyed(&analyte)?.unit(inside).is_ok();
                if is_unit {
                    return Some(Measured { analyte, unit: Some(inside.to_owned()), visit });
                }
            }
        } else {
            for (at, _) in heading.char_indices().filter(|(_, c)| is_separator(*c) || *c == '%') {
                let (name, unit) = heading.split_at(at);
                let unit = unit.trim_start_matches(is_separator);
                let Some((analyte, visit)) = self.named(name) else { continue };
                let known = self.catalogue.keyed(&analyte)?;
                // What follows a unit may be the visit: hba1c_%_w12.
                let (unit, visit) = match self.visit_behind(unit).filter(|_| visit.is_none()) {
                    Some((unit, visit)) if !unit.is_empty() => (unit, Some(visit)),
                    _ => (unit, visit),
                };
                let slashed = unit.replacen(['_', ' '], "/", 1);
                let unit = [unit, slashed.as_str()].into_iter().find(|one| known.unit(one).is_ok());
                if let Some(unit) = unit {
                    return Some(Measured { analyte, unit: Some(unit.to_owned()), visit });
                }
            }
        }
        let (analyte, visit) = self.named(heading)?;
        Some(Measured { analyte, unit: None, visit })
    }

    /// The analyte of a name, which may have a visit before or behind it.
    fn named(&self, name: &str) -> Option<(String, Option<String>)> {
        let find = |name: &str| {
            // What is left out of a plain name must not be a unit: "hba1c%" is no bare "hba1c".
            let is_name = !name.contains(['%', '/']) && !plain(name).is_empty();
            is_name.then(|| self.catalogue.named(name).map(|found| found.key.clone())).flatten()
        };
        if let Some(key) = find(name) {
            return Some((key, None));
        }
        let behind = self.visit_behind(name).and_then(|(rest, visit)| Some((find(rest)?, visit)));
        let found = behind.or_else(|| {
            let (first, rest) = name.trim().split_once(is_separator)?;
            Some((find(rest)?, self.visit_label(first)?))
        });
        found.map(|(key, visit)| (key, Some(visit)))
    }

    /// A text without the visit it ends in, and that visit.
    fn visit_behind<'t>(&self, text: &'t str) -> Option<(&'t str, String)> {
        let text = text.trim_end_matches(is_separator);
        let ends = text.rmatch_indices(is_separator).take(2);
        let found = ends.filter_map(|(at, separator)| {
            let visit = self.visit_label(&text[at + separator.len()..])?;
            Some((text[..at].trim_end_matches(is_separator), visit))
        });
        // "Week 12" is longer than "12", which is no label.
        found.last()
    }

    /// The label of a visit, where the text can be nothing else: a timepoint of the schedule, W12, or
    /// `week 12` and `第12周`, which are W12.
    pub fn visit_label(&self, text: &str) -> Option<String> {
        let text = text.trim();
        if let Some(timepoint) = self.schedule.named(text) {
            return Some(timepoint.name.clone());
        }
        let mut letters = text.chars();
        let letter = letters.next()?.to_ascii_uppercase();
        let number = letters.as_str();
        let is_number = |text: &str| {
            let digits = text.strip_prefix('-').unwrap_or(text);
            (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        if Length::of_letter(letter).is_some() && letter != 'A' && is_number(number) {
            return Some(format!("{letter}{number}"));
        }
        let word = plain(text);
        let split = |prefix: &str, letter: &str| {
            let rest = word.strip_prefix(prefix)?;
            is_number(rest).then(|| format!("{letter}{rest}"))
        };
        let chinese = |suffix: &str, letter: &str| {
            let rest = word.strip_prefix('第').unwrap_or(&word).strip_suffix(suffix)?;
            is_number(rest).then(|| format!("{letter}{rest}"))
        };
        split("weeks", "W")
            .or_else(|| split("week", "W"))
            .or_else(|| split("wk", "W"))
            .or_else(|| split("month", "M"))
            .or_else(|| split("day", "D"))
            .or_else(|| chinese("周", "W"))
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '_' | '-' | '.' | ',' | ':' | '/')
}

/// What stands before, inside and behind the last brackets.
fn bracketed(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.rfind(['(', '[', '（'])?;
    let length = text[open..].chars().next()?.len_utf8();
    let close = text[open..].find([')', ']', '）']).map(|at| open + at)?;
    let after = close + text[close..].chars().next()?.len_utf8();
    Some((text[..open].trim(), text[open + length..close].trim(), text[after..].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn role(heading: &str) -> Option<Role> {
        let schedule = Schedule::parse("W0,W4±1,W12±2").expect("a schedule");
        let catalogue = Catalogue::built_in();
        Known { catalogue, schedule: &schedule, attributes: &[] }.role_of(heading)
    }

    fn measured(heading: &str) -> Option<(String, String, String)> {
        match role(heading)? {
            Role::Measured(Measured { analyte, unit, visit }) => {
                Some((analyte, unit.unwrap_or_default(), visit.unwrap_or_default()))
            }
            _ => None,
        }
    }

    #[test]
    fn an_analyte_is_read_with_its_unit_and_visit() {
        for (heading, analyte, unit, visit) in [
            ("HbA1c (%)", "hba1c", "%", ""),
            ("HbA1c", "hba1c", "", ""),
            ("HbA1c%", "hba1c", "%", ""),
            ("FPG [mmol/L]", "fpg", "mmol/L", ""),
            ("hba1c_%", "hba1c", "%", ""),
            ("fpg_mg_dl", "fpg", "mg/dl", ""),
            ("fpg mmol/L", "fpg", "mmol/L", ""),
            ("HbA1c W0 (%)", "hba1c", "%", "W0"),
            ("HbA1c (%) W12", "hba1c", "%", "W12"),
            ("HbA1c week 12 (%)", "hba1c", "%", "W12"),
            ("hba1c_w12", "hba1c", "", "W12"),
            ("hba1c_%_w12", "hba1c", "%", "W12"),
            ("W4 HbA1c (%)", "hba1c", "%", "W4"),
            ("CA19-9 (U/mL)", "ca199", "U/mL", ""),
            ("糖化血红蛋白（%）", "hba1c", "%", ""),
            ("空腹血糖 第4周 (mmol/L)", "fpg", "mmol/L", "W4"),
        ] {
            let expected = Some((analyte.to_owned(), unit.to_owned(), visit.to_owned()));
            assert_eq!(measured(heading), expected, "{heading}");
        }
        for heading in ["HbAlc (%)", "status2", "W4", "", "(%)", "HbA1c (mg/dL)", "x_w12"] {
            assert_eq!(measured(heading), None, "{heading}");
        }
    }

    #[test]
    fn usual_names_are_known_in_two_languages_and_no_others() {
        let field = |field| Some(Role::Field(field));
        assert_eq!(role("Patient ID"), field(Field::Patient));
        assert_eq!(role("患者"), field(Field::Patient));
        assert_eq!(role("检验项目"), field(Field::Analyte));
        assert_eq!(role("Height (cm)"), field(Field::Height));
        assert_eq!(role("性别"), field(Field::Sex));
        assert_eq!(role("id"), None, "it may number the rows");
        assert_eq!(role("study day"), None, "CDISC counts it without a day 0");
    }

    #[test]
    fn no_heading_names_two_fields() {
        let mut all: Vec<_> = Field::ALL.iter().flat_map(|field| usual_headings(*field)).collect();
        assert!(all.iter().all(|name| plain(name) == **name));
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    proptest! {
        #[test]
        fn no_heading_panics(text in "\\PC{0,30}", letters in "[a-zA-Z0-9 _%/()（）第周-]{0,20}") {
            let _ = (role(&text), role(&letters));
        }
    }
}
