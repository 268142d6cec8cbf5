//! English: what the system and other programs say. Each is a clause behind a colon.

use std::io;

use super::super::foreign::{Known, OsFault};
use provlog::store::DiskFault;

pub(crate) fn os(error: &io::Error) -> String {
    match Known::of(error) {
        Known::As(fault) => os_fault(fault).to_owned(),
        Known::Foreign(words) => foreign("the system", &words),
    }
}

/// The words of another program, marked as its own.
pub(crate) fn foreign(who: &str, words: &str) -> String {
    format!("{who} says: \"{words}\"")
}

pub(crate) fn disk(fault: DiskFault) -> &'static str {
    match fault {
        DiskFault::Full => "the disk is full",
        DiskFault::Failing => "reading or writing the disk failed",
    }
}

pub(crate) fn os_fault(fault: OsFault) -> &'static str {
    match fault {
        OsFault::NotFound => "there is no such file or folder",
        OsFault::PermissionDenied => "this account has no permission",
        OsFault::AlreadyExists => "there is something of that name already",
        OsFault::NotADirectory => "a part of the path is no folder",
        OsFault::IsADirectory => "it is a folder",
        OsFault::DirectoryNotEmpty => "the folder is not empty",
        OsFault::ReadOnlyFilesystem => "the disk is read-only",
        OsFault::StorageFull => "the disk is full",
        OsFault::QuotaExceeded => "this account may not use more of the disk (quota)",
        OsFault::FileTooLarge => "the file is larger than files may be there",
        OsFault::InvalidFilename => "the name is too long, or not allowed there",
        OsFault::TimedOut => "it was waited for too long",
        OsFault::BrokenPipe => "the program that reads it has ended",
        OsFault::NotUtf8 => "it is not text in UTF-8",
        OsFault::EndsEarly => "it ends too early",
        OsFault::OutOfMemory => "there is not enough memory",
        OsFault::Busy => "another program is using it",
        OsFault::Device => "the disk or the device failed",
        OsFault::Changed => "the file changed while it was being read",
        OsFault::SheetNotWritten => "the file in which a sheet is put together cannot be written",
        OsFault::NotOpened => "SQLite cannot open its files",
    }
}
