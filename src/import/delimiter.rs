//! What parts the cells of a line: a comma, a tab, or a semicolon.
//!
//! Owns: finding it out. Does not own: reading rows (`position`), what headings mean (`vocabulary`).

use super::encoding::Encoding;
use super::vocabulary::{Meaning, meaning};

/// What may part cells, the usual one first.
pub const ALL: [u8; 3] = [b',', b'\t', b';'];

/// How many rows may come before the heading.
const ROWS: usize = 30;

/// The one by which a row near the beginning falls into most known headings; where none does, the one that stands in the first
/// lines most often; a comma where nothing speaks for another.
pub(super) fn find(start: &[u8], encoding: Encoding) -> u8 {
    let known = |delimiter: &u8| {
        let mut rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(*delimiter)
            .from_reader(start);
        let mut row = csv::ByteRecord::new();
        let mut most = 0;
        for _ in 0..ROWS {
            if !rows.read_byte_record(&mut row).unwrap_or(false) {
                break;
            }
            let known = row.iter().filter(|cell| encoding.decode(cell).is_some_and(|text| is_known(&text)));
            most = most.max(known.count());
        }
        most
    };
    let often = |delimiter: &u8| {
        let lines = start.split(|b| *b == b'\n').take(ROWS);
        lines.map(|line| line.iter().filter(|b| *b == delimiter).count()).sum::<usize>()
    };
    let best = ALL.into_iter().rev().max_by_key(|delimiter| (known(delimiter).max(1), often(delimiter)));
    best.unwrap_or(b',')
}

fn is_known(heading: &str) -> bool {
    !matches!(meaning(heading), Meaning::Unknown | Meaning::Blank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_decide_then_what_stands_there_most_often() {
        for (text, expected) in [
            ("提供日,提供先,本人ID\n2026-01-01,\"a;b;c;d\",1\n", b','),
            ("提供日\t提供先\t本人ID\n2026-01-01\ta,b,c,d\t1\n", b'\t'),
            ("提供日;提供先;本人ID\n2026-01-01;a,b,c,d;1\n", b';'),
            ("記録簿, 2026, a, b, c\n提供日;提供先;本人ID\n", b';'),
            ("x\ty\tz\n1\t2\t3\n", b'\t'),
            ("提供日\n2026-01-01\n", b','),
            ("", b','),
        ] {
            assert_eq!(find(text.as_bytes(), Encoding::Utf8) as char, expected as char, "{text}");
        }
    }
}
