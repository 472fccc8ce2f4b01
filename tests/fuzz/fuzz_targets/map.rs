//! Whatever stands in a map, it is refused with places, or a table and a REDCap export are read by it.
#![no_main]

use casebook::import::{How, InputFormat, read};
use casebook_fuzz::{file, how, look_at, read_table};

const TABLE: &str = "a;b;c;d;e\n1;05.03.2024;7,1;<0.9 ng/mL;x\n2;2024-03-05;-99;ND;\n";
const DATA: &str = "record_id,redcap_event_name,a,b,c___1\n1,w0_arm_1,7.1,0,1\n2,w4_arm_2,-99,1,0\n";
const DICTIONARY: &str = "field_name,form_name,field_type,field_label,\
    select_choices_or_calculations\nrecord_id,f,text,ID,\na,f,text,FPG (mmol/L),\n\
    b,f,radio,Sex,\"0, Female | 1, Male\"\nc,f,checkbox,Drugs,\"1, Statin\"\n";

libfuzzer_sys::fuzz_target!(|map: &str| {
    let map = Some(file("map.toml", map.as_bytes()));
    read_table(&file("t.csv", TABLE.as_bytes()), map.clone());
    let dictionary = Some(file("dictionary.csv", DICTIONARY.as_bytes()));
    let how = How { map, dictionary, format: Some(InputFormat::Redcap), ..how() };
    look_at(&read(&file("data.csv", DATA.as_bytes()), &how).expect("files that are there"));
});
