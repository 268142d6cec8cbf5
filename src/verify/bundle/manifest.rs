//! The manifests of an exported folder (BagIt, RFC 8493): what is listed is there, and is that.
//!
//! Owns: paths that lead out of the folder, missing and changed files. Does not own: files that no manifest lists (`world`), what is in
//! them (`cells`).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::cells::{Step, Stop, open, whole};
use crate::verify::chain::Witness;
use crate::verify::finding::Finding;

/// The manifest of the files beside `data/`.
pub(super) const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";

/// RFC 8493, section 2.1.3; the lines in their one form, ascending by path.
pub(super) fn manifest(
    folder: &Path,
    name: &'static str,
    w: &mut dyn Witness,
) -> Step<BTreeMap<String, String>> {
    let mut listed = BTreeMap::new();
    let bytes = match whole(folder, name) {
        // The other manifest is listed in this one: that it is missing is told by it.
        Err(Stop::Io(_, e)) if e.kind() == io::ErrorKind::NotFound && name == TAG_MANIFEST => {
            w.finding(Finding::FileMissing { path: name.to_owned() });
            return Ok(listed);
        }
        read => read?,
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let bad = |line: &str| Finding::ManifestLine { file: name, line: line.to_owned() };
    let mut lines: Vec<&str> = text.split('\n').collect();
    if let Some(behind) = lines.pop().filter(|behind| !behind.is_empty()) {
        w.finding(bad(behind));
        lines.push(behind);
    }
    let mut last = "";
    for line in lines {
        let good = line.split_once("  ").filter(|(digest, path)| {
            digest.len() == 64
                && digest.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
                && path.split('/').all(|part| !part.is_empty() && part != "..")
                && !path.contains(['\\', ':', '\r'])
        });
        match good {
            Some((digest, path)) => {
                if listed.insert(path.to_owned(), digest.to_owned()).is_some() || path < last {
                    w.finding(bad(line));
                }
                last = path;
            }
            None => w.finding(bad(line)),
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
