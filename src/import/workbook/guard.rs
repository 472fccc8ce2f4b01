//! Looks at a workbook before it is read: is it one, and does it unpack to a size that can be held?
//! What it claims to be is not believed; the bytes are counted.

use super::marks::Marks;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// The largest file that is read, in bytes.
pub(super) const MOST_FILE: u64 = 32 << 20;
/// What all parts together may unpack to.
const MOST_UNPACKED: u64 = 256 << 20;
/// What the texts that cells share may unpack to; they are held.
const MOST_STRINGS: u64 = 64 << 20;
/// What any other part that is held may unpack to: styles, the list of sheets.
const MOST_HELD: u64 = 4 << 20;

/// What a workbook is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// Office Open XML: .xlsx, .xlsm.
    Xlsx,
    /// Open Document: .ods.
    Ods,
}

/// Why a workbook is not read, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    pub why: String,
    pub mend: &'static str,
}

pub(super) fn refused(why: impl Into<String>, mend: &'static str) -> Refused {
    Refused { why: why.into(), mend }
}

/// What a sound workbook of any size in use is not.
pub(super) fn too_much(why: impl Into<String>) -> Refused {
    refused(why, "copy the filled rows into a new file from `casebook template`, or split it")
}

/// Tell what the bytes are, and refuse what can't be read or held.
pub(super) fn inspect(bytes: &[u8]) -> Result<Written, Refused> {
    const SAVE: &str = "open it in Excel or LibreOffice, and save it as .xlsx";
    if bytes.is_empty() {
        return Err(refused("it is empty", "name the file that holds the data"));
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let is_encrypted = bytes.windows(name.len()).any(|part| part == name);
        return Err(match is_encrypted {
            true => refused("it is protected by a password", "save a copy without the password"),
            false => refused("it is of the old format .xls", SAVE),
        });
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| refused("it is no workbook, or it is cut off", SAVE))?;
    let is_ods = archive.index_for_name("content.xml").is_some();
    let is_xlsx = archive.index_for_name("xl/workbook.xml").is_some()
        || archive.index_for_name("[Content_Types].xml").is_some();
    if !is_ods && !is_xlsx {
        return Err(refused("it is no workbook but another kind of file", SAVE));
    }
    let mut total = 0;
    for at in 0..archive.len() {
        let mut part =
            archive.by_index(at).map_err(|_| refused("a part of it can't be unpacked", SAVE))?;
        let name = part.name().map(|name| name.to_lowercase());
        let name = name.map_err(|_| refused("a part of it has no readable name", SAVE))?;
        let most = match name.as_str() {
            "meta-inf/manifest.xml" | "content.xml" => MOST_UNPACKED,
            _ if is_ods => continue,
            // Pictures; what a sheet is called may also be told otherwise than by its ending.
            _ if !name.ends_with(".xml") && !name.ends_with(".rels") => MOST_FILE,
            _ if name.contains("sharedstrings") => MOST_STRINGS,
            _ if name.contains("worksheets/") => MOST_UNPACKED,
            _ => MOST_HELD,
        };
        let mut manifest = Vec::new();
        let keeps = is_ods && name == "meta-inf/manifest.xml";
        let mut buffer = vec![0; 1 << 16];
        let (mut size, mut marks) = (0, Marks::default());
        loop {
            let read = part
                .read(&mut buffer)
                .map_err(|_| refused("a part of it is damaged", "take an undamaged copy of it"))?;
            if read == 0 {
                break;
            }
            size += read as u64;
            total += read as u64;
            if size > most || total > MOST_UNPACKED {
                let most = most.min(MOST_UNPACKED) >> 20;
                return Err(too_much(format!("a part of it unpacks to more than {most} MB")));
            }
            marks.see(&buffer[..read])?;
            if keeps && size <= MOST_HELD {
                manifest.extend_from_slice(&buffer[..read]);
            }
        }
        if String::from_utf8_lossy(&manifest).contains("encryption-data") {
            return Err(refused(
                "it is protected by a password",
                "save a copy without the password",
            ));
        }
    }
    Ok(if is_ods { Written::Ods } else { Written::Xlsx })
}
