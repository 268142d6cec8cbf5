//! The manifests of an exported folder (BagIt, RFC 8493): what is listed is there, and is that.
//!
//! Owns: paths that lead out of the folder, missing, changed and extra files. Does not own: what is in the files (`bundle`).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::cells::{Step, Stop, open, whole};
use crate::verify::chain::Witness;
use crate::verify::finding::Finding;

/// RFC 8493, section 2.1.3. With `all`, nothing else may lie in `data/`.
pub(super) fn manifest(
    folder: &Path,
    name: &'static str,
    all: bool,
    w: &mut dyn Witness,
) -> Step<BTreeMap<String, String>> {
    let text = String::from_utf8_lossy(&whole(folder, name)?).into_owned();
    let mut listed = BTreeMap::new();
    for line in text.lines() {
        let good = line.split_once("  ").filter(|(digest, path)| {
            digest.len() == 64
                && digest.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
                && path.split('/').all(|part| !part.is_empty() && part != "..")
                && !path.contains(['\\', ':'])
        });
        match good {
            Some((digest, path)) => {
                if listed.insert(path.to_owned(), digest.to_owned()).is_some() {
                    w.finding(Finding::ManifestLine { file: name, line: line.to_owned() });
                }
            }
            None => w.finding(Finding::ManifestLine { file: name, line: line.to_owned() }),
        }
    }
    for (path, digest) in &listed {
        let there = folder.join(path).symlink_metadata().is_ok_and(|m| m.is_file());
        if !there {
            w.finding(Finding::FileMissing { path: path.clone() });
        } else if hex_digest(open(folder, path)?).map_err(|e| Stop::Io(folder.join(path), e))? != *digest {
            w.finding(Finding::FileChanged { path: path.clone() });
        }
    }
    if all {
        let mut folders = vec![PathBuf::from("data")];
        while let Some(inside) = folders.pop() {
            let failed = |e| Stop::Io(folder.join(&inside), e);
            for entry in std::fs::read_dir(folder.join(&inside)).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let path = inside.join(entry.file_name());
                if entry.file_type().map_err(failed)?.is_dir() {
                    folders.push(path);
                    continue;
                }
                let named = path.to_string_lossy().replace('\\', "/");
                if !listed.contains_key(&named) {
                    w.finding(Finding::FileExtra { path: named });
                }
            }
        }
    }
    Ok(listed)
}

fn hex_digest(mut file: File) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(crate::ledger::hash::hex(&hash.finalize())),
            n => hash.update(&piece[..n]),
        }
    }
}
