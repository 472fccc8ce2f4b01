//! How a file's bytes stand for characters: by its mark, by being UTF-8, or by evidence that leaves no
//! other way to read it. A map may say it instead.

use super::bytes::Unreadable;
use crate::domain::Mismatch;
use crate::domain::words;

words! {
    /// How bytes stand for characters.
    Encoding as "an encoding" {
        /// UTF-8.
        Utf8 = "utf-8" | "utf8",
        /// UTF-16, the low byte first.
        Utf16Le = "utf-16le",
        /// UTF-16, the high byte first.
        Utf16Be = "utf-16be",
        /// Western European, as Windows writes it; holds Latin-1.
        Windows1252 = "windows-1252" | "latin 1" | "latin1" | "iso 8859 1",
        /// Chinese; holds GBK and GB 2312.
        Gb18030 = "gb18030" | "gbk" | "gb2312",
    }
}

impl Encoding {
    /// What decodes it.
    pub fn coding(self) -> &'static encoding_rs::Encoding {
        match self {
            Encoding::Utf8 => encoding_rs::UTF_8,
            Encoding::Utf16Le => encoding_rs::UTF_16LE,
            Encoding::Utf16Be => encoding_rs::UTF_16BE,
            Encoding::Windows1252 => encoding_rs::WINDOWS_1252,
            Encoding::Gb18030 => encoding_rs::GB18030,
        }
    }
}

/// So many bytes that are not ASCII are kept to decide by.
const KEPT: usize = 1 << 16;

/// What was seen of a file, byte by byte.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    start: Vec<u8>,
    lines: usize,
    /// The first line that holds a NUL byte.
    nul: Option<usize>,
    /// NUL bytes at even and at odd places.
    nuls: [u64; 2],
    seen: u64,
    /// The first line that is no UTF-8.
    not_utf8: Option<usize>,
    /// The end of a piece that may be the beginning of a character.
    begun: Vec<u8>,
    /// Bytes that are not ASCII, each run of them ended by a blank.
    high: Vec<u8>,
    in_run: bool,
}

impl Evidence {
    /// The line that was reached.
    pub fn line(&self) -> usize {
        self.lines + 1
    }

    /// Look at another piece.
    pub fn see(&mut self, piece: &[u8]) {
        let wanted = 4_usize.saturating_sub(self.start.len()).min(piece.len());
        self.start.extend(&piece[..wanted]);
        if self.not_utf8.is_none() {
            self.see_utf8(piece);
        }
        if !piece.is_ascii() || piece.contains(&0) {
            self.see_odd(piece);
        } else {
            self.end_run();
        }
        self.lines += piece.iter().filter(|byte| **byte == b'\n').count();
        self.seen += piece.len() as u64;
    }

    fn see_utf8(&mut self, piece: &[u8]) {
        let joined;
        let bytes = if self.begun.is_empty() {
            piece
        } else {
            joined = [self.begun.as_slice(), piece].concat();
            &joined
        };
        let begun = match std::str::from_utf8(bytes) {
            Ok(_) => Vec::new(),
            Err(error) if error.error_len().is_none() => bytes[error.valid_up_to()..].to_vec(),
            Err(error) => {
                let before = &bytes[..error.valid_up_to()];
                let breaks = before.iter().filter(|byte| **byte == b'\n').count();
                self.not_utf8 = Some(self.lines + breaks + 1);
                Vec::new()
            }
        };
        self.begun = begun;
    }

    /// Note NUL bytes and bytes beyond ASCII.
    fn see_odd(&mut self, piece: &[u8]) {
        let mut line = self.lines + 1;
        for (at, byte) in piece.iter().enumerate() {
            match byte {
                0 => {
                    self.nul.get_or_insert(line);
                    self.nuls[usize::from((self.seen + at as u64) % 2 == 1)] += 1;
                    self.end_run();
                }
                b'\n' => {
                    line += 1;
                    self.end_run();
                }
                0x80.. if self.high.len() < KEPT || self.in_run => {
                    self.high.push(*byte);
                    self.in_run = self.high.len() < 2 * KEPT;
                }
                _ => self.end_run(),
            }
        }
    }

    fn end_run(&mut self) {
        if self.in_run {
            self.high.push(b' ');
            self.in_run = false;
        }
    }

    /// The encoding, and whether it had to be concluded from what the bytes would mean.
    ///
    /// # Errors
    /// If nothing but a guess would be left, or the bytes are no text.
    pub fn decide(mut self, told: Option<Encoding>) -> Result<(Encoding, bool), Unreadable> {
        self.end_run();
        if !self.begun.is_empty() {
            self.not_utf8.get_or_insert(self.lines + 1);
        }
        let by_mark = self.by_mark();
        let encoding = told.or(by_mark);
        let is_wide = matches!(encoding, Some(Encoding::Utf16Le | Encoding::Utf16Be));
        if let Some(encoding) = encoding.filter(|_| is_wide) {
            return Ok((encoding, false));
        }
        if let Some(line) = self.nul {
            let mismatch = Mismatch::new("a NUL byte", "text")
                .mend("is it a workbook, or cut off? Save it again as CSV in UTF-8");
            return Err(Unreadable { line, mismatch });
        }
        match (encoding, self.not_utf8) {
            (None | Some(Encoding::Utf8), None) => Ok((Encoding::Utf8, false)),
            (Some(Encoding::Utf8), Some(line)) => {
                let mismatch = Mismatch::new("bytes that are not UTF-8", "text in UTF-8")
                    .mend("save the file as UTF-8, or name its encoding in the map");
                Err(Unreadable { line, mismatch })
            }
            (Some(other), _) => Ok((other, false)),
            (None, Some(line)) => match self.by_meaning() {
                Some(encoding) => Ok((encoding, true)),
                None => {
                    let expected = "text in UTF-8, or in another encoding that you name";
                    let mismatch = Mismatch::new("bytes that are not UTF-8", expected).mend(
                        "save the file as UTF-8, or write encoding = \"gb18030\" (Chinese) or \
                         \"windows-1252\" (Western European) under [file] in a map",
                    );
                    Err(Unreadable { line, mismatch })
                }
            },
        }
    }

    /// What the byte order mark says, or the NUL byte in every second place.
    fn by_mark(&self) -> Option<Encoding> {
        match self.start.as_slice() {
            [0xef, 0xbb, 0xbf, ..] => return Some(Encoding::Utf8),
            [0xff, 0xfe, ..] => return Some(Encoding::Utf16Le),
            [0xfe, 0xff, ..] => return Some(Encoding::Utf16Be),
            _ => {}
        }
        // In a table in UTF-16 most characters are ASCII: digits, delimiters, line breaks.
        let [even, odd] = self.nuls;
        let most = self.seen / 4;
        match (even, odd) {
            (0, odd) if odd > most => Some(Encoding::Utf16Le),
            (even, 0) if even > most => Some(Encoding::Utf16Be),
            _ => None,
        }
    }

    /// Chinese characters stand in pairs of bytes, of which none is left over; a µ, ° or é of Western
    /// Europe stands alone between ASCII. What is neither, nobody can tell.
    fn by_meaning(&self) -> Option<Encoding> {
        let mut runs = self.high.split(|byte| *byte == b' ').filter(|run| !run.is_empty());
        if runs.clone().all(|run| run.len() == 1) {
            let is_letter =
                |run: &[u8]| matches!(run[0], 0x80 | 0x8a | 0x8e | 0x9a | 0x9e | 0xa0..);
            return runs.all(is_letter).then_some(Encoding::Windows1252);
        }
        let of_gb2312 =
            |pair: &[u8]| matches!(pair, [0xa1..=0xa3 | 0xa6 | 0xb0..=0xf7, 0xa1..=0xfe]);
        let pairs: usize = runs.clone().map(|run| run.len() / 2).sum();
        let is_chinese =
            runs.all(|run| run.len() % 2 == 0 && run.chunks(2).all(of_gb2312)) && pairs >= 3;
        is_chinese.then_some(Encoding::Gb18030)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decide(bytes: &[u8]) -> Result<(Encoding, bool), Unreadable> {
        let mut evidence = Evidence::default();
        bytes.chunks(3).for_each(|piece| evidence.see(piece));
        evidence.decide(None)
    }

    #[test]
    fn an_encoding_is_told_by_its_mark_or_by_what_the_bytes_can_mean() {
        let of = |bytes: &[u8]| decide(bytes).ok();
        assert_eq!(of(b"id,HbA1c (%)\n"), Some((Encoding::Utf8, false)));
        assert_eq!(of("患者,血糖 µ\n".as_bytes()), Some((Encoding::Utf8, false)));
        assert_eq!(of(b"\xef\xbb\xbfid\n"), Some((Encoding::Utf8, false)));
        assert_eq!(of(b"\xff\xfei\0d\0"), Some((Encoding::Utf16Le, false)));
        assert_eq!(of(b"i\0d\0,\0x\0\n\0"), Some((Encoding::Utf16Le, false)));
        assert_eq!(of(b"\0i\0d\0,\0x\0\n"), Some((Encoding::Utf16Be, false)));
        assert_eq!(of(b"id,Krea (\xb5mol/l)\n1,M\xfcller"), Some((Encoding::Windows1252, true)));
        let (gbk, ..) = encoding_rs::GB18030.encode("患者,访视,糖化血红蛋白(%)\n");
        assert_eq!(of(&gbk), Some((Encoding::Gb18030, true)));
    }

    #[test]
    fn what_leaves_a_guess_is_refused_with_its_line() {
        let refused = decide(b"id\n1\n\xfc\xe9\xe8,2\n").expect_err("no way to tell");
        assert_eq!(refused.line, 3);
        assert!(refused.mismatch.to_string().contains("encoding = \"gb18030\""));
        // A Chinese word and a lone micro sign are not of one encoding.
        assert!(decide(b"\xbb\xbc\xd5\xdf\xb7\xc3,\xb5mol\n").is_err());
        let nul = decide(b"id,x\n1,a\0b\n").expect_err("no text");
        assert_eq!((nul.line, nul.mismatch.found.as_str()), (2, "a NUL byte"));
    }

    proptest! {
        #[test]
        fn any_text_in_utf8_is_known_wherever_it_is_cut(text in "[^\0]{0,40}", size in 1usize..9) {
            let mut evidence = Evidence::default();
            text.as_bytes().chunks(size).for_each(|piece| evidence.see(piece));
            prop_assert_eq!(evidence.decide(None).ok(), Some((Encoding::Utf8, false)));
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decide(&bytes);
        }
    }
}
