//! Cells that are no values: what people write for the row above, beside an example or under a column, and what Excel writes where it
//! failed.
//!
//! Owns: recognising them. Does not own: what follows (`table`).

/// What a cell is, where it is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Mark {
    /// As in the row above.
    Ditto,
    /// The row is an example of how to fill the form in.
    Example,
    /// The row is a sum.
    Total,
    /// An error of a formula, or a number too wide for its column.
    ExcelError,
}

const WORDS: &[(&str, Mark)] = &[
    ("〃", Mark::Ditto),
    ("″", Mark::Ditto),
    ("仝", Mark::Ditto),
    ("同上", Mark::Ditto),
    ("上記に同じ", Mark::Ditto),
    ("上に同じ", Mark::Ditto),
    ("ditto", Mark::Ditto),
    ("same as above", Mark::Ditto),
    ("記入例", Mark::Example),
    ("記載例", Mark::Example),
    ("入力例", Mark::Example),
    ("(例)", Mark::Example),
    ("（例）", Mark::Example),
    ("example", Mark::Example),
    ("合計", Mark::Total),
    ("小計", Mark::Total),
    ("総計", Mark::Total),
    ("累計", Mark::Total),
    ("合計件数", Mark::Total),
    ("total", Mark::Total),
    ("subtotal", Mark::Total),
    ("grand total", Mark::Total),
    ("#n/a", Mark::ExcelError),
    ("#ref!", Mark::ExcelError),
    ("#value!", Mark::ExcelError),
    ("#name?", Mark::ExcelError),
    ("#div/0!", Mark::ExcelError),
    ("#num!", Mark::ExcelError),
    ("#null!", Mark::ExcelError),
];

/// What a cell is; `None`: a value. Nearly all are told by their length or their first character, before anything else is looked at:
/// every cell of a file comes here.
pub(super) fn mark(cell: &str) -> Option<Mark> {
    // Short ones, whose first character is that of a mark, or of white space.
    if cell.len() > 40 || !cell.chars().next().is_some_and(begins_a_mark) {
        return None;
    }
    let text = cell.trim_matches(|c: char| c.is_whitespace() || c == ':' || c == '：');
    if text.len() >= 2 && text.bytes().all(|b| b == b'#') {
        return Some(Mark::ExcelError);
    }
    WORDS.iter().find(|(word, _)| text.eq_ignore_ascii_case(word)).map(|(_, mark)| *mark)
}

/// What a cell is, where these texts and no others mean the cell above.
pub(super) fn mark_with(cell: &str, dittos: Option<&[String]>) -> Option<Mark> {
    match dittos {
        None => mark(cell),
        Some(dittos) if dittos.iter().any(|text| text.trim() == cell.trim()) => Some(Mark::Ditto),
        Some(_) => mark(cell).filter(|mark| *mark != Mark::Ditto),
    }
}

/// With these a mark begins, or the white space before it.
fn begins_a_mark(first: char) -> bool {
    matches!(
        first,
        '〃' | '″'
            | '仝'
            | '同'
            | '上'
            | '記'
            | '入'
            | '（'
            | '合'
            | '小'
            | '総'
            | '累'
            | '\u{3000}'
            | '#'
            | '('
            | 'd'
            | 'D'
            | 's'
            | 'S'
            | 'e'
            | 'E'
            | 't'
            | 'T'
            | 'g'
            | 'G'
            | ' '
            | '\t'
            | '\n'
            | '\r'
    )
}

/// What Excel shows of `="00123"`, which programs write so that it keeps the zeros.
pub(super) fn formula_text(cell: &str) -> Option<&str> {
    if !cell.starts_with('=') {
        return None;
    }
    let text = cell.trim_end().strip_prefix("=\"")?.strip_suffix('"')?;
    (!text.contains('"')).then_some(text)
}

/// A number that Excel has rounded for show: its digits are lost.
pub(super) fn is_rounded(cell: &str) -> bool {
    let cell = cell.trim_ascii();
    if !cell.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let Some((digits, exponent)) = cell.split_once(['E', 'e']) else { return false };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let whole = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (units, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    whole(units) && units.len() == 1 && whole(fraction) && whole(exponent)
}

/// A number with a dash or slash that Excel has taken for a day of this year.
pub(super) fn is_made_a_day(cell: &str) -> bool {
    let cell = cell.trim_ascii();
    // Nearly all are told by their length.
    let longest = if cell.is_ascii() { "31-Dec".len() } else { "12月31日".len() };
    if cell.len() > longest {
        return false;
    }
    let number = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let month = |text: &str| text.len() == 3 && text.bytes().all(|b| b.is_ascii_alphabetic());
    if let Some((month, day)) = cell.split_once('月') {
        return number(month) && day.strip_suffix('日').is_some_and(number);
    }
    cell.split_once('-').is_some_and(|(a, b)| (number(a) && month(b)) || (month(a) && number(b)))
}

/// Why a row is left out although it is not blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Skip {
    /// An example.
    Example,
    /// A sum.
    Total,
    /// The heading, once more.
    Heading,
    /// A map says so.
    Mapped,
}

names! {
    Skip:
    Example => "example",
    Total => "total",
    Heading => "heading",
    Mapped => "mapped",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_value_is_told_from_values() {
        for (cell, expected) in [
            ("〃", Some(Mark::Ditto)),
            (" 同上　", Some(Mark::Ditto)),
            ("Ditto", Some(Mark::Ditto)),
            ("記入例", Some(Mark::Example)),
            ("合計：", Some(Mark::Total)),
            ("TOTAL", Some(Mark::Total)),
            ("#N/A", Some(Mark::ExcelError)),
            ("########", Some(Mark::ExcelError)),
            ("#", None),
            ("", None),
            ("同意", None),
            ("合計商事株式会社", None),
            ("見本 花子", None),
            ("C-1", None),
            ("total care", None),
        ] {
            assert_eq!(mark(cell), expected, "{cell}");
        }
    }

    #[test]
    fn every_mark_passes_the_first_look() {
        for (word, expected) in WORDS {
            assert_eq!(mark(word), Some(*expected), "{word}");
            assert_eq!(mark(&format!("\u{3000}{word} ")), Some(*expected), "{word}");
        }
    }

    #[test]
    fn what_excel_has_done_to_numbers_is_seen() {
        for (cell, rounded) in [
            ("1.23E+11", true),
            ("1E+15", true),
            ("1.2345E11", true),
            ("E11", false),
            ("C1E5", false),
            ("12E3", false),
            ("1.E+3", false),
        ] {
            assert_eq!(is_rounded(cell), rounded, "{cell}");
        }
        for (cell, day) in [
            ("1月2日", true),
            ("2-Jan", true),
            ("Jan-02", true),
            ("C-1", false),
            ("1-2", false),
            ("12月", false),
            ("ABC-123", false),
        ] {
            assert_eq!(is_made_a_day(cell), day, "{cell}");
        }
    }
}
