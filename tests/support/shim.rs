//! The program under the shim (`tests/shim`): what it did to its files, and runs in which the n-th call fails.
//!
//! Owns: building the shim, its environment, reading its journal. Does not own: what a crash leaves of the calls
//! (`replay`), the commands (`acts`).
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic, reason = "a harness for tests")]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// A call that changed something under the watched folder, or that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// A new file or folder; the inode is its own.
    Create(u64, PathBuf),
    Mkdir(u64, PathBuf),
    Write {
        inode: u64,
        at: usize,
        bytes: Vec<u8>,
    },
    Length(u64, usize),
    Sync(u64),
    Rename(PathBuf, PathBuf),
    Link(PathBuf, PathBuf),
    Unlink(PathBuf),
    Rmdir(PathBuf),
    /// It changed nothing, or failed by itself.
    Nothing,
    /// It was made to fail.
    Failed,
    /// Something was written to standard output: no call that counts.
    Said,
}

/// The library to load before the C library, built once.
pub fn library() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("shim");
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shim/Cargo.toml");
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--quiet", "--locked", "--manifest-path"]).arg(manifest);
        let built = cargo.arg("--target-dir").arg(&target).status().unwrap();
        assert!(built.success(), "tests/shim could not be built");
        target.join("debug/libprovlog_test_shim.so")
    })
}

/// Lets a command run under the shim: its calls under `root` are written into `journal`.
pub fn watch<'c>(command: &'c mut Command, root: &Path, journal: &Path) -> &'c mut Command {
    let _ = std::fs::remove_file(journal);
    command
        .env("LD_PRELOAD", library())
        .env("PROVLOG_SHIM_ROOT", root.canonicalize().unwrap())
        .env("PROVLOG_SHIM_JOURNAL", journal)
}

/// Lets the n-th call of a watched command fail (see `tests/shim/src/lib.rs`).
pub fn fail<'c>(command: &'c mut Command, n: usize, how: &str) -> &'c mut Command {
    command.env("PROVLOG_SHIM_FAIL", format!("{n} {how}"))
}

/// The calls in a journal, in their order.
pub fn journal(path: &Path) -> Vec<Call> {
    let bytes = std::fs::read(path).unwrap_or_default();
    let mut rest = bytes.as_slice();
    let mut calls = Vec::new();
    while !rest.is_empty() {
        let end = rest.iter().position(|b| *b == b'\n').unwrap();
        let head = std::str::from_utf8(&rest[..end]).unwrap();
        let words: Vec<&str> = head.split(' ').collect();
        let [word, inode, number, length] = words[..] else { panic!("{head}") };
        let (inode, number): (u64, usize) = (inode.parse().unwrap(), number.parse().unwrap());
        let length: usize = length.parse().unwrap();
        let payload = &rest[end + 1..][..length];
        let mut names = payload.split(|b| *b == 0).map(|name| PathBuf::from(OsStr::from_bytes(name)));
        let mut name = || names.next().unwrap();
        calls.push(match word {
            "create" => Call::Create(inode, name()),
            "mkdir" => Call::Mkdir(inode, name()),
            "write" => Call::Write { inode, at: number, bytes: payload.to_vec() },
            "length" => Call::Length(inode, number),
            "sync" => Call::Sync(inode),
            "rename" => Call::Rename(name(), name()),
            "link" => Call::Link(name(), name()),
            "unlink" => Call::Unlink(name()),
            "rmdir" => Call::Rmdir(name()),
            "nothing" => Call::Nothing,
            "failed" => Call::Failed,
            "said" => Call::Said,
            other => panic!("the journal says {other}"),
        });
        rest = &rest[end + 1 + length + 1..];
    }
    calls
}
