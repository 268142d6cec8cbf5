//! What is the same in every folder that this release writes: `verify --bundle` compares a folder with it.
//!
//! Owns: putting it together. Does not own: the bytes (`export`), comparing them (`verify::bundle`).

use crate::export::{Language, corrections, csvw, entries, records};
use crate::verify::bundle::{Constants, OfLanguage};

pub(super) const GUIDE: &[u8] = include_bytes!("../export/text/VERIFY.md");
pub(super) const PROGRAM: &[u8] = include_bytes!("../export/text/verify.py");

/// The constants of this release.
///
/// # Errors
/// Those of writing to memory.
pub fn constants() -> csv::Result<Constants> {
    let headings = |language| -> csv::Result<OfLanguage> {
        Ok(OfLanguage {
            entries: entries::heading(language)?,
            records: records::heading(language)?,
            corrections: corrections::heading(language)?,
            current: corrections::current_heading(language)?,
        })
    };
    let both = [Language::Japanese, Language::English];
    let metadata = both.map(|language| csvw::metadata(language).into_bytes());
    Ok(Constants {
        languages: [headings(both[0])?, headings(both[1])?],
        fixed: vec![
            ("data/VERIFY.md", vec![GUIDE.to_vec()]),
            ("data/records.csv-metadata.json", metadata.to_vec()),
            ("data/verify.py", vec![PROGRAM.to_vec()]),
        ],
    })
}
