//! From the bytes of a file to text: unpacked, decoded, and never more of it held than a piece.
//!
//! The file is read twice: once to know what its bytes are, to the last one; then for its rows.

use super::encoding::{Encoding, Evidence};
use crate::domain::Mismatch;
use crate::import::input::{held, is_input};
use encoding_rs::{CoderResult, Decoder};
use flate2::read::MultiGzDecoder;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::Path;
use std::rc::Rc;

/// The longest row that is read, in bytes: a spreadsheet's cell holds 32,767 characters.
pub(super) const LONGEST_ROW: u64 = 8 << 20;

/// So many times its size a packed file may unpack to; a table of numbers reaches 20.
const MOST_UNPACKED: u64 = 250;

/// Files that unpack to less than this are read however well they were packed.
const UNPACKED_FREELY: u64 = 256 << 20;

/// How much is read at once.
const PIECE: usize = 1 << 16;

/// The bytes of a file, unpacked where its name ends in `.gz` or it begins as gzip does.
pub(super) fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    if is_input(path) {
        let bytes = held()?;
        return Ok(match bytes.starts_with(&GZIP) {
            true => Box::new(unpacked(bytes, bytes.len() as u64)),
            false => Box::new(bytes),
        });
    }
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut start = [0; 2];
    let is_packed = read_fully(&mut file, &mut start)? == 2 && start == GZIP;
    let file = File::open(path)?;
    if !is_packed {
        return Ok(Box::new(file));
    }
    Ok(Box::new(unpacked(io::BufReader::new(file), size)))
}

/// How a packed file begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// What a packed file of this size holds.
fn unpacked<R: BufRead>(file: R, size: u64) -> Unpacked<MultiGzDecoder<R>> {
    let most = size.saturating_mul(MOST_UNPACKED).max(UNPACKED_FREELY);
    Unpacked { inner: MultiGzDecoder::new(file), left: most }
}

/// What comes out of a packed file, up to a limit.
struct Unpacked<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            let text = format!("it unpacks to more than {MOST_UNPACKED} times its size");
            io::Error::new(io::ErrorKind::InvalidData, text)
        })?;
        Ok(read)
    }
}

/// Fill `into` as far as there is something.
fn read_fully(from: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < into.len() {
        match from.read(&mut into[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// What stands in the way of reading a file as text, and in which line.
#[derive(Debug)]
pub(super) struct Unreadable {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub mismatch: Mismatch,
}

/// Find out how a file is encoded, looking at every byte. `told` is what the person says.
pub(super) fn look_at(
    mut from: impl Read,
    told: Option<Encoding>,
) -> Result<(Encoding, bool), Unreadable> {
    let mut evidence = Evidence::default();
    let mut piece = vec![0; PIECE];
    loop {
        let read = read_fully(&mut from, &mut piece)
            .map_err(|error| Unreadable { line: evidence.line(), mismatch: broken(&error) })?;
        if read == 0 {
            return evidence.decide(told);
        }
        evidence.see(&piece[..read]);
    }
}

/// What the system or the packing says.
pub(super) fn broken(error: &io::Error) -> Mismatch {
    let found = error.to_string();
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            Mismatch::new("the packed file ends too early", "a whole gzip file")
                .mend("copy or download it again")
        }
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput if found.contains("unpacks") => {
            Mismatch::new(found, "a table")
                .mend("unpack it yourself and look at it; then import the unpacked file")
        }
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            Mismatch::new("a damaged gzip file", "a whole gzip file")
                .mend("copy or download it again")
        }
        _ => Mismatch::new(found, "a file that can be read to its end"),
    }
}

/// Text in UTF-8, however it is encoded in the file.
pub(super) struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    /// What of `raw` is not decoded yet.
    waiting: std::ops::Range<usize>,
    /// Text that nobody fetched yet: whoever reads may have room for less than one character.
    text: Vec<u8>,
    fetched: usize,
    is_over: bool,
    is_finished: bool,
    room: Rc<Room>,
}

/// How much may still be read before a row has to end.
#[derive(Debug)]
pub(super) struct Room(Cell<u64>);

impl Room {
    /// A row ended; another may be as long.
    pub fn row_ended(&self) {
        self.0.set(LONGEST_ROW);
    }

    /// True if a row was so long that reading stopped.
    pub fn is_full(&self) -> bool {
        self.0.get() == 0
    }
}

impl<R: Read> Decoded<R> {
    /// Decode what `inner` holds. A byte order mark is passed over.
    pub fn new(inner: R, encoding: Encoding) -> Decoded<R> {
        Decoded {
            inner,
            decoder: encoding.coding().new_decoder_with_bom_removal(),
            raw: vec![0; PIECE],
            waiting: 0..0,
            text: Vec::new(),
            fetched: 0,
            is_over: false,
            is_finished: false,
            room: Rc::new(Room(Cell::new(LONGEST_ROW))),
        }
    }

    /// What counts the bytes since the last row ended.
    pub fn room(&self) -> Rc<Room> {
        Rc::clone(&self.room)
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.room.is_full() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a row without end"));
        }
        while self.fetched == self.text.len() {
            if self.is_finished {
                return Ok(0);
            }
            self.decode()?;
        }
        let piece = &self.text[self.fetched..];
        let length = piece.len().min(into.len());
        into[..length].copy_from_slice(&piece[..length]);
        self.fetched += length;
        self.room.0.set(self.room.0.get().saturating_sub(length as u64));
        Ok(length)
    }
}

impl<R: Read> Decoded<R> {
    /// Decode the next piece.
    fn decode(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() && !self.is_over {
            let read = read_fully(&mut self.inner, &mut self.raw)?;
            self.waiting = 0..read;
            self.is_over = read < self.raw.len();
        }
        self.text.resize(2 * PIECE, 0);
        let from = &self.raw[self.waiting.clone()];
        let (result, read, written, _) =
            self.decoder.decode_to_utf8(from, &mut self.text, self.is_over);
        self.waiting.start += read;
        self.is_finished = self.is_over && result == CoderResult::InputEmpty;
        self.text.truncate(written);
        self.fetched = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn packed(content: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(content).expect("packed");
        packer.finish().expect("packed")
    }

    fn text_of(bytes: &[u8], encoding: Encoding) -> String {
        let mut text = String::new();
        Decoded::new(bytes, encoding).read_to_string(&mut text).expect("text");
        text
    }

    #[test]
    fn every_encoding_is_decoded_without_its_mark() {
        assert_eq!(text_of(b"\xef\xbb\xbfa\xc2\xb5", Encoding::Utf8), "aµ");
        assert_eq!(text_of(b"a\xb5", Encoding::Windows1252), "aµ");
        assert_eq!(text_of(b"\xff\xfea\0\xb5\0", Encoding::Utf16Le), "aµ");
        assert_eq!(text_of(b"\0a\0\xb5", Encoding::Utf16Be), "aµ");
        assert_eq!(text_of(b"\xbb\xbc\xd5\xdf", Encoding::Gb18030), "患者");
    }

    #[test]
    fn a_reader_with_room_for_a_byte_gets_every_character() {
        let mut decoded = Decoded::new("患者,µ".as_bytes(), Encoding::Utf8);
        let mut bytes = Vec::new();
        let mut byte = [0];
        while decoded.read(&mut byte).expect("a byte") > 0 {
            bytes.extend(byte);
        }
        assert_eq!(bytes, "患者,µ".as_bytes());
    }

    #[test]
    fn a_row_without_end_is_not_held() {
        let mut decoded = Decoded::new(io::repeat(b'1'), Encoding::Utf8);
        let mut held = Vec::new();
        assert!(decoded.read_to_end(&mut held).is_err());
        assert!(held.len() as u64 <= LONGEST_ROW + PIECE as u64);
        assert!(decoded.room().is_full());
    }

    #[test]
    fn a_packed_file_is_read_to_its_end_or_said_to_have_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv.gz");
        let whole = packed(b"id,visit\n1,W0\n");
        std::fs::write(&path, &whole).expect("a file");
        let mut text = String::new();
        open(&path).and_then(|mut file| file.read_to_string(&mut text)).expect("text");
        assert_eq!(text, "id,visit\n1,W0\n");
        std::fs::write(&path, &whole[..whole.len() - 6]).expect("a file");
        let short = look_at(open(&path).expect("a file"), None).expect_err("cut off");
        assert!(short.mismatch.found.contains("ends too early"), "{}", short.mismatch);
    }

    #[test]
    fn what_unpacks_without_end_is_refused() {
        let mut bomb = Unpacked { inner: io::repeat(0), left: 1 << 20 };
        let error = io::copy(&mut bomb, &mut io::sink()).expect_err("a limit");
        assert!(broken(&error).found.contains("unpacks to more"), "{error}");
    }
}
