//! A library that tests load before the C library (`LD_PRELOAD`), so that the real program runs unchanged while every
//! call that changes a file under one folder is written down, or made to fail.
//!
//! Owns: what counts as such a call, the journal's form, the faults. Does not own: what a crash leaves of the calls
//! (`tests/support/replay.rs`), what is expected of the program (`tests/crashpoints.rs`, `tests/io_faults.rs`).
//!
//! `PROVLOG_SHIM_ROOT`: the folder, without symbolic links. `PROVLOG_SHIM_JOURNAL`: a file outside it, appended to.
//! `PROVLOG_SHIM_FAIL`: `N ERROR [lasting] [short]`: the N-th call (from 1) fails with `eio` or `enospc`; `lasting`: the
//! later ones too (a full disk fails only what needs space); `short`: the N-th is half written, the error comes behind.
//!
//! The journal has a record a call: `WORD INODE NUMBER LENGTH`, a line feed, so many bytes, a line feed. A write to
//! standard output is a record too (`said`), but no call that is counted. What is mapped into memory is not seen: of a
//! ledger that is the `-shm` file alone, which no crash leaves.
#![cfg(target_os = "linux")]
#![allow(clippy::missing_safety_doc, reason = "each function has the contract of the C function of its name")]

use std::ffi::{CStr, CString};
use std::os::unix::ffi::OsStringExt as _;
use std::sync::{Mutex, MutexGuard, OnceLock};

use libc::{
    AT_FDCWD, AT_REMOVEDIR, EIO, ENOSPC, O_CREAT, O_TRUNC, O_WRONLY, SEEK_CUR, c_char, c_int, c_long, c_uint,
    c_void, iovec, mode_t, off_t, size_t, ssize_t, syscall,
};

/// What the environment asks for.
struct Settings {
    root: Vec<u8>,
    journal: c_int,
    fault: Option<Fault>,
}

/// Which calls fail, and how.
struct Fault {
    at: u64,
    errno: c_int,
    lasting: bool,
    short: bool,
}

/// Whether a call needs space on the disk.
#[derive(Clone, Copy, PartialEq)]
enum Needs {
    Space,
    Nothing,
}

/// What becomes of a call.
enum Verdict {
    Go,
    Half,
    Fail,
}

static SETTINGS: OnceLock<Option<Settings>> = OnceLock::new();
/// How many calls there were. Held while a call is made and written down, so that the journal has their order.
static CALLS: Mutex<u64> = Mutex::new(0);

/// A call that changes something under the root, from the decision whether it may to its record.
struct Turn {
    settings: &'static Settings,
    calls: MutexGuard<'static, u64>,
}

impl Settings {
    fn read() -> Option<Settings> {
        let text = |name| std::env::var_os(name).map(|value| value.into_vec());
        let root = text("PROVLOG_SHIM_ROOT")?;
        let path = CString::new(text("PROVLOG_SHIM_JOURNAL")?).ok()?;
        let flags = O_WRONLY | libc::O_APPEND | libc::O_CREAT | libc::O_CLOEXEC;
        // SAFETY: a path that ends in NUL, as everywhere below.
        let journal = unsafe { syscall(libc::SYS_openat, AT_FDCWD, path.as_ptr(), flags, 0o600) } as c_int;
        let fault = text("PROVLOG_SHIM_FAIL").map(|words| {
            let words = String::from_utf8_lossy(&words).into_owned();
            let has = |word| words.split(' ').any(|w| w == word);
            Fault {
                at: words.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0),
                errno: if has("enospc") { ENOSPC } else { EIO },
                lasting: has("lasting"),
                short: has("short"),
            }
        });
        (journal >= 0).then_some(Settings { root, journal, fault })
    }

    fn covers(&self, path: &[u8]) -> bool {
        path.strip_prefix(self.root.as_slice()).is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
    }

    /// The inode of an open file, if it lies under the root.
    unsafe fn inode(&self, fd: c_int) -> Option<u64> {
        unsafe {
            let path = target(&format!("/proc/self/fd/{fd}"))?;
            let mut stat = std::mem::zeroed();
            (self.covers(&path) && libc::fstat(fd, &raw mut stat) == 0).then_some(stat.st_ino)
        }
    }
}

impl Turn {
    fn of(settings: &'static Settings) -> Turn {
        Turn { settings, calls: CALLS.lock().unwrap_or_else(std::sync::PoisonError::into_inner) }
    }

    /// Counts the call and says what becomes of it; a failure has been written down, and errno set.
    unsafe fn verdict(&mut self, needs: Needs, divisible: bool) -> Verdict {
        *self.calls += 1;
        let Some(fault) = &self.settings.fault else { return Verdict::Go };
        let first = *self.calls == fault.at;
        if !(first || fault.lasting && *self.calls > fault.at)
            || fault.errno == ENOSPC && needs != Needs::Space
        {
            return Verdict::Go;
        }
        if first && fault.short && divisible {
            return Verdict::Half;
        }
        if fault.short && !fault.lasting {
            return Verdict::Go;
        }
        self.note("failed", 0, 0, &[]);
        unsafe { *libc::__errno_location() = fault.errno };
        Verdict::Fail
    }

    /// Writes the call down.
    fn note(&self, word: &str, inode: u64, number: i64, bytes: &[u8]) {
        let mut record = format!("{word} {inode} {number} {}\n", bytes.len()).into_bytes();
        record.extend_from_slice(bytes);
        record.push(b'\n');
        // SAFETY: a buffer of that length. A test that misses a record fails.
        unsafe { syscall(libc::SYS_write, self.settings.journal, record.as_ptr(), record.len()) };
    }
}

fn settings() -> Option<&'static Settings> {
    SETTINGS.get_or_init(Settings::read).as_ref()
}

/// What a symbolic link says.
unsafe fn target(path: &str) -> Option<Vec<u8>> {
    let path = CString::new(path).ok()?;
    let mut text = vec![0; libc::PATH_MAX as usize];
    let length = unsafe { libc::readlink(path.as_ptr(), text.as_mut_ptr().cast(), text.len()) };
    text.truncate(usize::try_from(length).ok()?);
    Some(text)
}

/// A path from the root of the file system, without `.` and `..`.
unsafe fn absolute(folder: c_int, path: *const c_char) -> Vec<u8> {
    let path = unsafe { CStr::from_ptr(path) }.to_bytes();
    let from =
        if folder == AT_FDCWD { "/proc/self/cwd".to_owned() } else { format!("/proc/self/fd/{folder}") };
    let mut whole = match path.first() {
        Some(b'/') => Vec::new(),
        _ => unsafe { target(&from) }.unwrap_or_default(),
    };
    for part in path.split(|b| *b == b'/') {
        match part {
            b"" | b"." => {}
            b".." => whole.truncate(whole.iter().rposition(|b| *b == b'/').unwrap_or(0)),
            _ => whole.extend([b"/", part].concat()),
        }
    }
    whole
}

/// Inode and length of what a path names.
unsafe fn look(path: &[u8]) -> Option<(u64, i64)> {
    let path = CString::new(path).ok()?;
    unsafe {
        let mut stat = std::mem::zeroed();
        (libc::lstat(path.as_ptr(), &raw mut stat) == 0).then_some((stat.st_ino, stat.st_size))
    }
}

/// Opens a file; making one and emptying one are changes.
unsafe fn open_any(folder: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    let real = || unsafe { syscall(libc::SYS_openat, folder, path, flags, mode) } as c_int;
    let Some(settings) = settings().filter(|_| flags & (O_CREAT | O_TRUNC) != 0) else { return real() };
    let name = unsafe { absolute(folder, path) };
    if !settings.covers(&name) {
        return real();
    }
    let mut turn = Turn::of(settings);
    let before = unsafe { look(&name) };
    let needs = if before.is_none() { Needs::Space } else { Needs::Nothing };
    if let Verdict::Fail = unsafe { turn.verdict(needs, false) } {
        return -1;
    }
    let fd = real();
    match (before, unsafe { look(&name) }) {
        (None, Some((inode, _))) if fd >= 0 => turn.note("create", inode, 0, &name),
        (Some((inode, 1..)), _) if fd >= 0 && flags & O_TRUNC != 0 => turn.note("length", inode, 0, &[]),
        _ => turn.note("nothing", 0, 0, &[]),
    }
    fd
}

/// Writes, at a place or where the file stands.
unsafe fn write_any(fd: c_int, bytes: &[u8], place: Option<off_t>) -> ssize_t {
    let real = |length: usize| unsafe {
        match place {
            Some(place) => syscall(libc::SYS_pwrite64, fd, bytes.as_ptr(), length, place),
            None => syscall(libc::SYS_write, fd, bytes.as_ptr(), length),
        }
    } as ssize_t;
    let Some(settings) = settings() else { return real(bytes.len()) };
    let Some(inode) = (unsafe { settings.inode(fd) }) else {
        if fd == libc::STDOUT_FILENO {
            Turn::of(settings).note("said", 0, 0, &[]);
        }
        return real(bytes.len());
    };
    let mut turn = Turn::of(settings);
    let length = match unsafe { turn.verdict(Needs::Space, bytes.len() > 1) } {
        Verdict::Go => bytes.len(),
        Verdict::Half => bytes.len() / 2,
        Verdict::Fail => return -1,
    };
    let written = real(length);
    match usize::try_from(written) {
        Ok(length) => {
            let end = || unsafe { libc::lseek(fd, 0, SEEK_CUR) } - written as off_t;
            turn.note("write", inode, place.unwrap_or_else(end), &bytes[..length]);
        }
        Err(_) => turn.note("nothing", 0, 0, &[]),
    }
    written
}

/// A call on an open file: `sync`, or `length` with a number.
unsafe fn file_call(fd: c_int, word: &str, number: i64, real: impl FnOnce() -> c_long) -> c_int {
    let Some(settings) = settings() else { return real() as c_int };
    let Some(inode) = (unsafe { settings.inode(fd) }) else { return real() as c_int };
    let mut turn = Turn::of(settings);
    // A disk that promises more than it has finds out when it syncs.
    let needs = if word == "sync" { Needs::Space } else { Needs::Nothing };
    if let Verdict::Fail = unsafe { turn.verdict(needs, false) } {
        return -1;
    }
    let done = real() as c_int;
    turn.note(if done == 0 { word } else { "nothing" }, inode, number, &[]);
    done
}

/// A call on names.
unsafe fn name_call(word: &str, names: &[Vec<u8>], needs: Needs, real: impl FnOnce() -> c_long) -> c_int {
    let Some(settings) = settings().filter(|s| names.iter().any(|name| s.covers(name))) else {
        return real() as c_int;
    };
    let mut turn = Turn::of(settings);
    if let Verdict::Fail = unsafe { turn.verdict(needs, false) } {
        return -1;
    }
    let done = real() as c_int;
    let last = names.last().map(Vec::as_slice).unwrap_or_default();
    let inode = unsafe { look(last) }.map_or(0, |(inode, _)| inode);
    turn.note(if done == 0 { word } else { "nothing" }, inode, 0, &names.join(&0));
    done
}

/// The C functions of these names.
macro_rules! c_functions {
    ($($name:ident($($arg:ident: $type:ty),*) -> $result:ty = $body:expr;)*) => {
        $(
            #[unsafe(no_mangle)]
            pub unsafe extern "C" fn $name($($arg: $type),*) -> $result {
                unsafe { $body }
            }
        )*
    };
}

type Path = *const c_char;
type Bytes = *const c_void;

unsafe fn bytes<'a>(start: Bytes, length: size_t) -> &'a [u8] {
    if length == 0 { &[] } else { unsafe { std::slice::from_raw_parts(start.cast(), length) } }
}

/// One buffer of many: whether a write comes in pieces makes no difference to what it leaves.
unsafe fn joined(pieces: *const iovec, count: c_int) -> Vec<u8> {
    let pieces = unsafe { std::slice::from_raw_parts(pieces, usize::try_from(count).unwrap_or(0)) };
    pieces.iter().flat_map(|p| unsafe { bytes(p.iov_base, p.iov_len) }).copied().collect()
}

unsafe fn rename_any(a: c_int, from: Path, b: c_int, to: Path, flags: c_uint) -> c_int {
    let names = unsafe { [absolute(a, from), absolute(b, to)] };
    let real = || unsafe { syscall(libc::SYS_renameat2, a, from, b, to, flags) };
    unsafe { name_call("rename", &names, Needs::Space, real) }
}

unsafe fn link_any(a: c_int, from: Path, b: c_int, to: Path, flags: c_int) -> c_int {
    let names = unsafe { [absolute(a, from), absolute(b, to)] };
    let real = || unsafe { syscall(libc::SYS_linkat, a, from, b, to, flags) };
    unsafe { name_call("link", &names, Needs::Space, real) }
}

unsafe fn unlink_any(folder: c_int, path: Path, flags: c_int) -> c_int {
    let word = if flags & AT_REMOVEDIR == 0 { "unlink" } else { "rmdir" };
    let real = || unsafe { syscall(libc::SYS_unlinkat, folder, path, flags) };
    unsafe { name_call(word, &[absolute(folder, path)], Needs::Nothing, real) }
}

unsafe fn mkdir_any(folder: c_int, path: Path, mode: mode_t) -> c_int {
    let real = || unsafe { syscall(libc::SYS_mkdirat, folder, path, mode) };
    unsafe { name_call("mkdir", &[absolute(folder, path)], Needs::Space, real) }
}

unsafe fn truncate_any(fd: c_int, length: off_t) -> c_int {
    unsafe { file_call(fd, "length", length, || syscall(libc::SYS_ftruncate, fd, length)) }
}

// The mode of open() is an argument that may be missing; where arguments travel in registers, as on Linux, one that
// nobody gave is harmless, for the system does not look at it then.
c_functions! {
    open(path: Path, flags: c_int, mode: mode_t) -> c_int = open_any(AT_FDCWD, path, flags, mode);
    open64(path: Path, flags: c_int, mode: mode_t) -> c_int = open_any(AT_FDCWD, path, flags, mode);
    openat(folder: c_int, path: Path, flags: c_int, mode: mode_t) -> c_int = open_any(folder, path, flags, mode);
    openat64(folder: c_int, path: Path, flags: c_int, mode: mode_t) -> c_int = open_any(folder, path, flags, mode);
    creat(path: Path, mode: mode_t) -> c_int = open_any(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
    creat64(path: Path, mode: mode_t) -> c_int = open_any(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);

    write(fd: c_int, from: Bytes, length: size_t) -> ssize_t = write_any(fd, bytes(from, length), None);
    pwrite(fd: c_int, from: Bytes, length: size_t, at: off_t) -> ssize_t =
        write_any(fd, bytes(from, length), Some(at));
    pwrite64(fd: c_int, from: Bytes, length: size_t, at: off_t) -> ssize_t =
        write_any(fd, bytes(from, length), Some(at));
    writev(fd: c_int, from: *const iovec, count: c_int) -> ssize_t = write_any(fd, &joined(from, count), None);
    pwritev(fd: c_int, from: *const iovec, count: c_int, at: off_t) -> ssize_t =
        write_any(fd, &joined(from, count), Some(at));
    pwritev64(fd: c_int, from: *const iovec, count: c_int, at: off_t) -> ssize_t =
        write_any(fd, &joined(from, count), Some(at));
    ftruncate(fd: c_int, length: off_t) -> c_int = truncate_any(fd, length);
    ftruncate64(fd: c_int, length: off_t) -> c_int = truncate_any(fd, length);
    fsync(fd: c_int) -> c_int = file_call(fd, "sync", 0, || syscall(libc::SYS_fsync, fd));
    fdatasync(fd: c_int) -> c_int = file_call(fd, "sync", 0, || syscall(libc::SYS_fdatasync, fd));

    rename(from: Path, to: Path) -> c_int = rename_any(AT_FDCWD, from, AT_FDCWD, to, 0);
    renameat(a: c_int, from: Path, b: c_int, to: Path) -> c_int = rename_any(a, from, b, to, 0);
    renameat2(a: c_int, from: Path, b: c_int, to: Path, flags: c_uint) -> c_int = rename_any(a, from, b, to, flags);
    link(from: Path, to: Path) -> c_int = link_any(AT_FDCWD, from, AT_FDCWD, to, 0);
    linkat(a: c_int, from: Path, b: c_int, to: Path, flags: c_int) -> c_int = link_any(a, from, b, to, flags);
    unlink(path: Path) -> c_int = unlink_any(AT_FDCWD, path, 0);
    unlinkat(folder: c_int, path: Path, flags: c_int) -> c_int = unlink_any(folder, path, flags);
    rmdir(path: Path) -> c_int = unlink_any(AT_FDCWD, path, AT_REMOVEDIR);
    mkdir(path: Path, mode: mode_t) -> c_int = mkdir_any(AT_FDCWD, path, mode);
    mkdirat(folder: c_int, path: Path, mode: mode_t) -> c_int = mkdir_any(folder, path, mode);
}
