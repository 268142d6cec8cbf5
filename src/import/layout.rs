//! Where the heading of a table stands: titles above it, a heading of two rows, groups over several columns.
//!
//! Owns: finding it among the first rows. Does not own: what a heading means (`vocabulary`), what a file must have (`heading`).
//! What is above the heading is told, not lost in silence.

use std::borrow::Cow;
use std::sync::Arc;

use csv::ByteRecord;

use super::encoding::Encoding;
use super::map::Map;
use super::vocabulary::{Meaning, meaning};
use crate::record::formula;

/// How many rows are looked at; a heading further down is not looked for.
pub(super) const ROWS: usize = 30;

/// A row near the beginning, with its line.
pub(super) type Leading = (u64, ByteRecord);

/// A heading that was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// How many of the leading rows are titles.
    pub(super) titles: usize,
    /// How many rows the heading has: 1 or 2.
    pub(super) rows: usize,
    /// The headings, those of a group with the group's name before them.
    pub(super) headings: Vec<Arc<str>>,
}

/// A cell that is not of the encoding, or that the rows have none.
pub(super) struct Undecodable {
    pub(super) row: usize,
    pub(super) cell: usize,
}

/// Takes the first row for the heading.
pub(super) fn first_row(leading: &[Leading], encoding: Encoding) -> Result<Layout, Undecodable> {
    let texts = decoded(leading, encoding, 0)?;
    Ok(Layout { titles: 0, rows: 1, headings: texts.iter().map(|t| Arc::from(t.as_str())).collect() })
}

/// Takes every row for data: the columns are called by their places.
pub(super) fn none(leading: &[Leading]) -> Layout {
    let columns = leading.first().map_or(0, |(_, row)| row.len());
    Layout { titles: 0, rows: 0, headings: (1..=columns).map(|at| Arc::from(format!("#{at}"))).collect() }
}

/// Finds the row, or the two rows, in which most headings are known; the first of several. Where none is, the first row that is
/// as wide as most: what is missing in it will be said.
pub(super) fn find(
    leading: &[Leading],
    encoding: Encoding,
    map: Option<&Map>,
) -> Result<Layout, Undecodable> {
    let known = |row: &[String]| known(row, map);
    let rows: Vec<Option<Vec<String>>> =
        (0..leading.len()).map(|row| decoded(leading, encoding, row).ok()).collect();
    let mut best = Layout::default();
    let mut most = 0;
    for (at, row) in rows.iter().enumerate() {
        let Some(row) = row else { continue };
        let alone = known(row);
        let below = rows.get(at + 1).and_then(Option::as_ref).map(|below| joined(row, below));
        let together = below.as_ref().map_or(0, |both| known(both));
        let lower = rows.get(at + 1).and_then(Option::as_ref).map_or(0, |below| known(below));
        let two = together > alone && together > lower;
        let (score, headings, height) = match below.filter(|_| two) {
            Some(both) => (together, both, 2),
            None => (alone, row.clone(), 1),
        };
        if score > most {
            most = score;
            let headings = headings.iter().map(|t| Arc::from(t.as_str())).collect();
            best = Layout { titles: at, rows: height, headings };
        }
    }
    if most > 0 {
        return Ok(best);
    }
    let usual = leading.iter().map(|(_, row)| row.len()).max().unwrap_or(0);
    let at = leading.iter().position(|(_, row)| row.len() == usual).unwrap_or(0);
    let texts = decoded(leading, encoding, at)?;
    Ok(Layout { titles: at, rows: 1, headings: texts.iter().map(|t| Arc::from(t.as_str())).collect() })
}

fn decoded(leading: &[Leading], encoding: Encoding, row: usize) -> Result<Vec<String>, Undecodable> {
    let cells = leading.get(row).into_iter().flat_map(|(_, cells)| cells).enumerate();
    let text = |(cell, bytes)| encoding.decode(bytes).ok_or(Undecodable { row, cell });
    let heading = |text: Cow<'_, str>| formula::unguarded(text.trim()).unwrap_or(text.trim()).to_owned();
    cells.map(|cell| text(cell).map(heading)).collect()
}

/// How much of a row is understood as headings; one that may mean several things is half of one.
fn known(row: &[String], map: Option<&Map>) -> usize {
    let weight = |text: &String| match meaning(text) {
        Meaning::Blank => 0,
        _ if map.is_some_and(|map| map.names(text)) => 2,
        Meaning::Unknown | Meaning::Ours => 0,
        Meaning::Ambiguous(_) => 1,
        _ => 2,
    };
    row.iter().map(weight).sum()
}

/// Two rows as one: the name of a group stands over its first column, and goes for the blank cells right of it that have something
/// below.
fn joined(above: &[String], below: &[String]) -> Vec<String> {
    let mut group = "";
    (0..above.len().max(below.len()))
        .map(|at| {
            let [above, below] = [above, below].map(|row| row.get(at).map_or("", String::as_str));
            match (above, below) {
                (above, "") => {
                    group = "";
                    above.to_owned()
                }
                ("", below) if group.is_empty() => below.to_owned(),
                ("", below) => in_group(group, below),
                (above, below) => {
                    group = above;
                    in_group(above, below)
                }
            }
        })
        .collect()
}

/// A heading with the name of its group, unless it says what it is by itself alone.
fn in_group(group: &str, heading: &str) -> String {
    let both = format!("{group} {heading}");
    match (meaning(&both), meaning(heading)) {
        (Meaning::Unknown, Meaning::Field(..)) => heading.to_owned(),
        _ => both,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (usize, usize, String) {
        let rows = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let leading: Vec<Leading> = rows.map(|row| (1, ByteRecord::from(row))).collect();
        let Ok(layout) = find(&leading, Encoding::Utf8, None) else { panic!("{text}") };
        (layout.titles, layout.rows, layout.headings.join("|"))
    }

    #[test]
    fn titles_stand_above_and_groups_over_their_columns() {
        for (text, expected) in [
            ("提供日,提供先,本人ID\n2026-01-01,架空,C-1", (0, 1, "提供日|提供先|本人ID")),
            (
                "第三者提供記録簿,,\n2026年度,,\n提供日,提供先,本人ID\n2026-01-01,架空,C-1",
                (2, 1, "提供日|提供先|本人ID"),
            ),
            (
                "提供日,提供先,,,本人,\n,名称,住所,代表者,ID,氏名\n2026-01-01,架空,東京,見本,C-1,花子",
                (0, 2, "提供日|提供先 名称|提供先 住所|提供先 代表者|本人 ID|本人 氏名"),
            ),
            (
                "記録簿,,,,,\n提供日,提供先,,,本人ID,項目\n,名称,住所,代表者,,\n2026-01-01,架空,東京,見本,C-1,氏名",
                (1, 2, "提供日|提供先 名称|提供先 住所|提供先 代表者|本人ID|項目"),
            ),
            // A row of data that happens to hold the words of headings is none.
            (
                "提供日,提供先,本人ID,同意\n2026-01-01,会社名,C-1,同意\n2026-01-02,本人,C-2,同意",
                (0, 1, "提供日|提供先|本人ID|同意"),
            ),
            ("a,b\n1,2", (0, 1, "a|b")),
            ("表題\na,b\n1,2", (1, 1, "a|b")),
        ] {
            let (titles, rows, headings) = expected;
            assert_eq!(found(text), (titles, rows, headings.to_owned()), "{text}");
        }
    }
}
