//! Whether a spreadsheet program has opened and saved a CSV file of the folder: said before everything else, since all that is
//! found then is its doing (FORMAT.md, "The encoding of a folder").
//!
//! Owns: how that looks. Does not own: the encoding itself (`table`).

use std::path::Path;

use super::cells::{CSV, bounded};
use crate::record::Field;
use crate::record::field::Shape;
use crate::verify::chain::Witness;
use crate::verify::finding::Finding;

/// So much of a file is looked at, in bytes.
const HEAD: usize = 64 * 1024;
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Says which files look so.
pub(super) fn resaved(folder: &Path, w: &mut dyn Witness) {
    for (name, columns) in CSV {
        // What cannot be read is told where it is read.
        let head = bounded(folder, name, HEAD - 1).unwrap_or_default();
        if looks_so(name, columns, &head) {
            w.finding(Finding::Resaved { path: name.to_owned() });
        }
    }
}

fn looks_so(name: &str, columns: usize, head: &[u8]) -> bool {
    if head.is_empty() {
        return false;
    }
    let Some(text) = head.strip_prefix(MARK) else { return true };
    let Some(end) = text.iter().position(|b| *b == b'\n') else { return false };
    let (first, rest) = (&text[..end], &text[end + 1..]);
    if !first.ends_with(b"\r") || first.iter().any(|b| b";\t\"".contains(b)) {
        return true;
    }
    let days = days(name);
    let rows = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(rest);
    let mut rows = rows.into_byte_records().map_while(Result::ok).filter(|row| row.len() == columns);
    rows.any(|row| days.iter().any(|at| row.get(*at).is_some_and(is_slashed)))
}

/// The columns in which a day stands.
fn days(name: &str) -> Vec<usize> {
    let before = match name {
        "data/entries.csv" => return vec![5],
        "data/records.csv" => 1,
        "data/corrections.csv" => 4,
        _ => 2,
    };
    let days = Field::ALL.iter().filter(|field| field.shape() == Shape::Day);
    days.map(|field| before + field.position()).collect()
}

/// `2026/11/20`, `11/20/2026` and the like.
fn is_slashed(cell: &[u8]) -> bool {
    let parts: Vec<&[u8]> = cell.split(|b| *b == b'/').collect();
    parts.len() == 3
        && parts.iter().all(|part| (1..=4).contains(&part.len()) && part.iter().all(u8::is_ascii_digit))
}
