//! Looks through the marks of XML for what no spreadsheet writes and what would break a reader of it: texts
//! that can't be held, and cells at places that no sheet has.

use super::guard::{Refused, refused, too_much};

/// What may stand between two marks; a cell holds 32,767 characters.
const MOST_BETWEEN: usize = 4 << 20;

/// The place of the last cell of a sheet, XFD1048576, has so many letters and digits.
const MOST_LETTERS: usize = 3;
const MOST_DIGITS: usize = 7;

/// Goes through a part as it is unpacked.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// What stands behind the last mark.
    behind: Vec<u8>,
}

impl Marks {
    /// Look at the next bytes.
    pub fn see(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        let is_mark = |byte: &u8| matches!(byte, b'<' | b'>');
        for piece in bytes.split_inclusive(is_mark) {
            self.behind.extend_from_slice(piece);
            if self.behind.len() > MOST_BETWEEN {
                let most = MOST_BETWEEN >> 20;
                return Err(too_much(format!("a text in it has more than {most} MB")));
            }
            if piece.last().is_some_and(is_mark) {
                if !refers_to_cells(&self.behind) {
                    const MEND: &str =
                        "open it in Excel or LibreOffice, save it there, and import it again";
                    return Err(refused(
                        "it is damaged (a cell beyond the end of its sheet)",
                        MEND,
                    ));
                }
                self.behind.clear();
            }
        }
        Ok(())
    }
}

/// False if an attribute `r` or `ref` names a place that no sheet has: readers count there with 32 bits, and
/// would come out at another cell.
fn refers_to_cells(mark: &[u8]) -> bool {
    let mut rest = mark;
    while let Some(at) = rest.iter().position(|byte| *byte == b'=') {
        let (before, behind) = (&rest[..at], &rest[at + 1..]);
        rest = behind;
        let name = before.trim_ascii_end().rsplit(u8::is_ascii_whitespace).next();
        if !matches!(name, Some(b"r" | b"ref")) {
            continue;
        }
        let value = behind.trim_ascii_start();
        let Some(quote) = value.first().filter(|byte| matches!(byte, b'"' | b'\'')) else {
            continue;
        };
        let value = value[1..].split(|byte| byte == quote).next().unwrap_or_default();
        let mut places = value.split(|byte| *byte == b':').map(place);
        let (Some(first), last) = (places.next(), places.next()) else { continue };
        match (first, last) {
            (Some(_), None) => {}
            (Some((row, column)), Some(Some((last_row, last_column))))
                if row <= last_row && column <= last_column => {}
            _ => return false,
        }
    }
    true
}

/// Row and column of a place such as `C7`, or of a row such as `7`; none of what is too long for one.
fn place(text: &[u8]) -> Option<(u64, u64)> {
    let letters = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (column, row) = text.split_at(letters);
    if letters > MOST_LETTERS || row.len() > MOST_DIGITS {
        return None;
    }
    let digit = |number: u64, byte: &u8| 10 * number + u64::from(byte.wrapping_sub(b'0'));
    let letter =
        |number: u64, byte: &u8| 26 * number + u64::from(byte.to_ascii_uppercase() - b'A') + 1;
    Some((row.iter().fold(0, digit), column.iter().fold(0, letter)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cell_stands_where_a_sheet_has_one() {
        for right in [
            "c r=\"A1\" s=\"1\"",
            "row r='1048576'",
            "dimension ref = \"A1:XFD1048576\"",
            "f t=\"shared\" ref=\"B2:B2\"",
            "c s=\"99999999999\"",
            "x:r other=\"A99999999999\"",
            "c r=",
            "c",
        ] {
            assert!(refers_to_cells(right.as_bytes()), "{right}");
        }
        for wrong in [
            "c r=\"A99999999\"",
            "c s=\"1\" r='AAAA1'",
            "row r=\"4294967298\"",
            "dimension ref=\"A1:A99999999\"",
            "dimension ref=\"B2:A1\"",
            "c r=\"&#57;&#57;9\"",
        ] {
            assert!(!refers_to_cells(wrong.as_bytes()), "{wrong}");
        }
    }

    #[test]
    fn marks_are_seen_wherever_a_part_is_cut() {
        for size in 1..9 {
            let seen = |text: &str| {
                let mut marks = Marks::default();
                text.as_bytes().chunks(size).try_for_each(|piece| marks.see(piece))
            };
            assert_eq!(seen("<row r=\"7\"><c r=\"A7\"><v>r=\"x\"</v></c></row>"), Ok(()));
            assert!(seen("<row r=\"7\"><c a=\">\" r=\"A99999999\"/></row>").is_err());
        }
        let mut marks = Marks::default();
        assert!((0..70).any(|_| marks.see(&[b'a'; 1 << 16]).is_err()));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            place(&bytes);
            refers_to_cells(&bytes);
            refers_to_cells(&[b"c r=\"", bytes.as_slice(), b"\""].concat());
        }
    }
}
