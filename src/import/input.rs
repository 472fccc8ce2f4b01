//! The bytes of a file that is named, or of the standard input. Readers look at their file more than once,
//! and the standard input can be read only once: it is held, in memory and not on a disk where it would stay.

use super::{ImportError, STANDARD_INPUT};
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::OnceLock;

/// The most of the standard input that is held, in bytes. A file may be larger.
const MOST_HELD: u64 = 128 << 20;

/// True for what stands for the standard input.
pub(super) fn is_input(path: &Path) -> bool {
    path == Path::new(STANDARD_INPUT)
}

/// The whole standard input.
///
/// # Errors
/// If it can't be read, or is more than is held.
pub(super) fn held() -> io::Result<&'static [u8]> {
    static HELD: OnceLock<Vec<u8>> = OnceLock::new();
    if let Some(bytes) = HELD.get() {
        return Ok(bytes);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().take(MOST_HELD + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_HELD {
        let text = format!("it has more than {} MB", MOST_HELD >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
    }
    Ok(HELD.get_or_init(|| bytes))
}

/// The bytes of a file or of the standard input, refused before more than `most` are held.
///
/// # Errors
/// If it can't be read or is too large.
pub(super) fn bytes_of(path: &Path, most: u64) -> Result<Cow<'static, [u8]>, ImportError> {
    let io = |source| ImportError::Io { path: path.to_owned(), source };
    let too_large = |size: u64| ImportError::TooLarge {
        path: path.to_owned(),
        megabytes: size.div_ceil(1 << 20),
        most: most >> 20,
    };
    if is_input(path) {
        let bytes = held().map_err(io)?;
        let size = bytes.len() as u64;
        return if size > most { Err(too_large(size)) } else { Ok(Cow::Borrowed(bytes)) };
    }
    let file = File::open(path).map_err(io)?;
    let size = file.metadata().map_err(io)?.len();
    if size > most {
        return Err(too_large(size));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    file.take(most + 1).read_to_end(&mut bytes).map_err(io)?;
    match bytes.len() as u64 {
        size if size > most => Err(too_large(size)),
        _ => Ok(Cow::Owned(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_a_limit() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        std::fs::write(&path, "12345678").expect("a file");
        assert_eq!(bytes_of(&path, 8).expect("a file"), &b"12345678"[..]);
        assert!(matches!(bytes_of(&path, 7), Err(ImportError::TooLarge { .. })));
        assert!(matches!(bytes_of(&folder.path().join("b"), 7), Err(ImportError::Io { .. })));
    }

    /// Such a file says that it has no bytes, and has them without end.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_without_end_is_read_up_to_a_limit() {
        let read = bytes_of(Path::new("/dev/zero"), 1 << 20);
        assert!(matches!(read, Err(ImportError::TooLarge { .. })), "{read:?}");
    }
}
