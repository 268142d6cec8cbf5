//! What other programs say: the operating system, SQLite, the readers and writers of formats. An error of theirs is said in
//! our words by its kind; what we have no words for is shown as theirs.
//!
//! Owns: which kinds there are words for. Does not own: the words (`en`, `ja`).

use std::error::Error;
use std::io;

use provlog::export::workbook::{SheetNotWritten, XlsxError};
use provlog::import::Changed;

use crate::cli::trouble::NotOpened;

/// An error of the operating system that both languages have words for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OsFault {
    NotFound,
    PermissionDenied,
    AlreadyExists,
    NotADirectory,
    IsADirectory,
    DirectoryNotEmpty,
    ReadOnlyFilesystem,
    StorageFull,
    QuotaExceeded,
    FileTooLarge,
    InvalidFilename,
    TimedOut,
    BrokenPipe,
    NotUtf8,
    EndsEarly,
    OutOfMemory,
    Busy,
    /// The device failed (EIO).
    Device,
    /// The file changed while it was read.
    Changed,
    /// The file in which a sheet is put together cannot be written.
    SheetNotWritten,
    /// SQLite cannot open its files.
    NotOpened,
}

/// An error, as far as we know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// In our words.
    As(OsFault),
    /// In theirs.
    Foreign(String),
}

/// EIO, which has no kind of its own.
const EIO: i32 = 5;

impl Known {
    pub(super) fn of(error: &io::Error) -> Known {
        match fault(error) {
            Some(fault) => Known::As(fault),
            None => Known::Foreign(error.to_string()),
        }
    }
}

fn fault(error: &io::Error) -> Option<OsFault> {
    use io::ErrorKind as Kind;
    Some(match error.kind() {
        Kind::NotFound => OsFault::NotFound,
        Kind::PermissionDenied => OsFault::PermissionDenied,
        Kind::AlreadyExists => OsFault::AlreadyExists,
        Kind::NotADirectory => OsFault::NotADirectory,
        Kind::IsADirectory => OsFault::IsADirectory,
        Kind::DirectoryNotEmpty => OsFault::DirectoryNotEmpty,
        Kind::ReadOnlyFilesystem => OsFault::ReadOnlyFilesystem,
        Kind::StorageFull | Kind::WriteZero => OsFault::StorageFull,
        Kind::QuotaExceeded => OsFault::QuotaExceeded,
        Kind::FileTooLarge => OsFault::FileTooLarge,
        Kind::InvalidFilename => OsFault::InvalidFilename,
        Kind::TimedOut => OsFault::TimedOut,
        Kind::BrokenPipe => OsFault::BrokenPipe,
        // Of what is read here only texts have a form that the standard library checks.
        Kind::InvalidData if error.raw_os_error().is_none() => OsFault::NotUtf8,
        Kind::UnexpectedEof => OsFault::EndsEarly,
        Kind::OutOfMemory => OsFault::OutOfMemory,
        Kind::ResourceBusy => OsFault::Busy,
        _ if cfg!(unix) && error.raw_os_error() == Some(EIO) => OsFault::Device,
        _ => return error.get_ref().and_then(inner),
    })
}

/// What a library, or one of our own floors, has put into an error of the system.
fn inner(error: &(dyn Error + Send + Sync + 'static)) -> Option<OsFault> {
    if error.is::<Changed>() {
        return Some(OsFault::Changed);
    }
    if error.is::<SheetNotWritten>() {
        return Some(OsFault::SheetNotWritten);
    }
    if error.is::<NotOpened>() {
        return Some(OsFault::NotOpened);
    }
    if let Some(XlsxError::IoError(error) | XlsxError::TempFileError(_, error)) =
        error.downcast_ref::<XlsxError>()
    {
        return fault(error);
    }
    if let Some(error) = error.downcast_ref::<csv::Error>()
        && let csv::ErrorKind::Io(error) = error.kind()
    {
        return fault(error);
    }
    // An archive's writer wraps it once more.
    let mut source: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return fault(error);
        }
        source = error.source();
    }
    None
}
