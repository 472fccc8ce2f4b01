//! Names of fields that would identify a person.

use super::plain;

/// Written plainly: small letters, no punctuation.
const IDENTIFYING: [&str; 34] = [
    "name",
    "fullname",
    "firstname",
    "lastname",
    "givenname",
    "familyname",
    "patientname",
    "surname",
    "initials",
    "email",
    "mail",
    "phone",
    "telephone",
    "mobile",
    "address",
    "mrn",
    "recordnumber",
    "hospitalnumber",
    "nationalid",
    "passport",
    "birthdate",
    "dateofbirth",
    "dob",
    "姓名",
    "患者姓名",
    "病人姓名",
    "身份证号",
    "住院号",
    "病案号",
    "病历号",
    "电话",
    "手机号",
    "地址",
    "出生日期",
];

/// True if a field of this name would identify a person. It is refused, and its content never shown.
pub fn identifies(field: &str) -> bool {
    IDENTIFYING.contains(&plain(field).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_however_it_is_written() {
        for field in ["name", "Full_Name", "e-mail", "Date of birth", "姓名"] {
            assert!(identifies(field), "{field}");
        }
        for field in ["arm", "smoking", "named_centre"] {
            assert!(!identifies(field), "{field}");
        }
    }
}
