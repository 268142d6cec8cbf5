//! Exported folders in tests: changed, sealed again, and put before both checkers.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a harness for tests"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use sha2::{Digest as _, Sha256};

use super::{Room, Words};

/// The files of a folder.
#[derive(Clone, Debug, Default)]
pub struct Files(pub BTreeMap<String, Vec<u8>>);

impl Files {
    pub fn read(folder: &Path) -> Files {
        let mut files = Files::default();
        for inside in ["", "data/", "data/proofs/", "data/summary/"] {
            for entry in std::fs::read_dir(folder.join(inside)).into_iter().flatten() {
                let entry = entry.unwrap();
                if entry.file_type().unwrap().is_file() {
                    let name = format!("{inside}{}", entry.file_name().to_str().unwrap());
                    files.put(&name, std::fs::read(entry.path()).unwrap());
                }
            }
        }
        files
    }

    /// In the place of what is there.
    pub fn write(&self, folder: &Path) {
        let _ = std::fs::remove_dir_all(folder);
        for (name, bytes) in &self.0 {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }

    pub fn put(&mut self, name: &str, bytes: impl AsRef<[u8]>) {
        self.0.insert(name.to_owned(), bytes.as_ref().to_vec());
    }

    pub fn remove(&mut self, name: &str) {
        self.0.remove(name).unwrap();
    }

    pub fn proofs(&self) -> Vec<String> {
        self.0.keys().filter(|name| name.starts_with("data/proofs/")).cloned().collect()
    }

    /// The manifests, made again over what is there now.
    pub fn seal(&mut self) {
        let digest =
            |bytes: &[u8]| -> String { Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect() };
        let listed = |files: &Files, of: fn(&str) -> bool| -> String {
            let named = files.0.iter().filter(|(name, _)| of(name));
            named.map(|(name, bytes)| format!("{}  {name}\n", digest(bytes))).collect()
        };
        let manifest = listed(self, |name| name.starts_with("data/"));
        self.put("manifest-sha256.txt", manifest);
        let tags = listed(self, |name| !name.starts_with("data/") && name != "tagmanifest-sha256.txt");
        self.put("tagmanifest-sha256.txt", tags);
    }
}

/// The status of verify.py; `None` without Python.
pub fn by_python(room: &Room, folder: &str, more: impl Words) -> Option<(i32, String)> {
    // Not the copy in the folder, which a case may have changed.
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/export/text/verify.py");
    let done = Command::new("python3")
        .arg(program)
        .arg(room.path(folder))
        .args(more.words())
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    Some((done.status.code().unwrap(), said))
}

/// Both checkers say the same; returns whether it is good.
#[track_caller]
pub fn agreed(room: &Room, folder: &str, more: impl Words, what: &str) -> bool {
    let ours = room.run(["verify", "--bundle", folder].and(&more));
    assert!([0, 1, 2].contains(&ours.status), "{what}");
    let good = ours.status == 0;
    match by_python(room, folder, more) {
        None => eprintln!("LEFT OUT: python3 is not installed, so verify.py was not asked"),
        Some((status, said)) => {
            assert!(!said.contains("Traceback"), "{what}: {said}");
            assert_eq!(
                status == 0,
                good,
                "{what}\n--- verify --bundle: {}\n{}{}--- verify.py: {status}\n{said}",
                ours.status,
                ours.stdout,
                ours.stderr
            );
        }
    }
    good
}
