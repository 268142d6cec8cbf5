//! The bag: BagIt 1.0 (RFC 8493), so that anybody's tool can check that the folder is whole.
//!
//! Owns: the tag files and the manifests. Does not own: the payload, making the folder appear (`folder`).

use std::fs::File;
use std::io::{self, Write as _};

use sha2::{Digest as _, Sha256};

use super::folder::{Folder, FolderError};

/// A bag in the making.
pub struct Bag<'f> {
    folder: &'f Folder,
    manifest: Vec<(String, String)>,
    octets: u64,
}

/// A payload file in the making.
pub struct Payload {
    name: String,
    file: File,
    hash: Sha256,
    octets: u64,
}

impl Payload {
    /// Adds bytes to the file.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.octets += bytes.len() as u64;
        self.file.write_all(bytes)
    }
}

impl io::Write for Payload {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn hex(hash: Sha256) -> String {
    crate::ledger::hash::hex(&hash.finalize())
}

impl<'f> Bag<'f> {
    /// A bag in a folder that is being made.
    #[must_use]
    pub fn new(folder: &'f Folder) -> Self {
        Bag { folder, manifest: Vec::new(), octets: 0 }
    }

    /// Starts a payload file; `name` is under `data/`.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn start(&self, name: &str) -> Result<Payload, FolderError> {
        let name = format!("data/{name}");
        Ok(Payload { file: self.folder.file(&name)?, name, hash: Sha256::new(), octets: 0 })
    }

    /// Ends a payload file: it is durable, and in the manifest.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn end(&mut self, payload: Payload) -> Result<(), FolderError> {
        payload.file.sync_all().map_err(|e| self.failed(&payload.name, e))?;
        self.octets += payload.octets;
        self.manifest.push((payload.name, hex(payload.hash)));
        Ok(())
    }

    /// Adds a whole payload file.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let mut payload = self.start(name)?;
        payload.put(bytes).map_err(|e| self.failed(&payload.name, e))?;
        self.end(payload)
    }

    /// Writes the tag files. `info` are the lines of `bag-info.txt`, label and value.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn finish(mut self, info: &[(&str, String)]) -> Result<(), FolderError> {
        let mut lines: String =
            info.iter().map(|(label, value)| format!("{label}: {}\n", value.replace('\n', " "))).collect();
        lines.push_str(&format!("Payload-Oxum: {}.{}\n", self.octets, self.manifest.len()));
        self.manifest.sort_unstable();
        let listed = |files: &[(String, String)]| {
            files.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect::<String>()
        };
        let tags = [
            ("bag-info.txt", lines),
            ("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".to_owned()),
            ("manifest-sha256.txt", listed(&self.manifest)),
        ];
        let mut tag_manifest = Vec::new();
        for (name, text) in &tags {
            self.tag(name, text)?;
            tag_manifest.push(((*name).to_owned(), hex(Sha256::new_with_prefix(text))));
        }
        self.tag("tagmanifest-sha256.txt", &listed(&tag_manifest))
    }

    fn tag(&self, name: &str, text: &str) -> Result<(), FolderError> {
        let mut file = self.folder.file(name)?;
        let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
        written.map_err(|e| self.failed(name, e))
    }

    fn failed(&self, name: &str, e: io::Error) -> FolderError {
        FolderError::Io(self.folder.target().join(name), e)
    }
}
