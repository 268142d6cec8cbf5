//! What is the same in every folder of one release (FORMAT.md, "The encoding of a folder"): the headings, and the files that nothing
//! counts on. Handed in by whoever knows what is written (`evidence`), so that the check knows no exporter.
//!
//! Owns: these values, the language of a folder. Does not own: their bytes.

use std::ops::Deref;
use std::path::Path;

/// What this release writes into every folder.
#[derive(Clone, Debug)]
pub struct Constants {
    /// In each language of headings.
    pub languages: [OfLanguage; 2],
    /// Files of which nothing is proved, and the bytes that each may have.
    pub fixed: Vec<(&'static str, Vec<Vec<u8>>)>,
}

/// The byte order mark and the headings of the CSV files, each with its row end.
#[derive(Clone, Debug)]
pub struct OfLanguage {
    /// Of `data/entries.csv`.
    pub entries: Vec<u8>,
    /// Of `data/records.csv`.
    pub records: Vec<u8>,
    /// Of `data/corrections.csv`.
    pub corrections: Vec<u8>,
    /// Of `data/current.csv`.
    pub current: Vec<u8>,
}

impl OfLanguage {
    /// How the file begins.
    pub(super) fn beginning(&self, name: &str) -> &[u8] {
        match name {
            "data/entries.csv" => &self.entries,
            "data/corrections.csv" => &self.corrections,
            "data/current.csv" => &self.current,
            _ => &self.records,
        }
    }
}

/// A folder, and the language of its headings.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) path: &'a Path,
    pub(super) language: &'a OfLanguage,
}

impl Deref for Place<'_> {
    type Target = Path;

    fn deref(&self) -> &Path {
        self.path
    }
}
