//! Texts that a spreadsheet calculates instead of showing them, and the apostrophe that keeps it from that in files which
//! people open in one.
//!
//! Owns: telling such texts, putting the apostrophe before them, taking it off again. Does not own: which files those are
//! (a principal's copy, a screened list, refused rows, the summary: yes; the evidence, which stays as it is hashed: no).
//!
//! A cell is guarded if and only if it begins with an apostrophe and would be live without its leading apostrophes. A text
//! that begins like that by itself gets one apostrophe more, so that what is read back is what was written.

use std::borrow::Cow;

/// With these a spreadsheet begins a formula; Excel takes the wide ones as well.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
const GUARD: char = '\'';

/// True for a text that a spreadsheet may calculate: it begins with a sign of a formula, whatever it drops before it, or
/// with a character that moves what follows into a cell of its own.
#[must_use]
pub fn is_live(text: &str) -> bool {
    // Nearly all texts begin with a letter, a digit or a kanji: every cell of a file comes here.
    match text.as_bytes().first() {
        None | Some(b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | 0xe4..=0xe9) => false,
        Some(b'\t' | b'\r' | b'\n') => true,
        Some(_) => text.trim_start_matches(is_dropped).starts_with(SIGNS),
    }
}

/// White space, and what is not seen at all.
fn is_dropped(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

fn is_live_behind_guards(text: &str) -> bool {
    is_live(text.trim_start_matches(GUARD))
}

/// The text as it may stand in a cell.
#[must_use]
pub fn guarded(text: &str) -> Cow<'_, str> {
    if is_live_behind_guards(text) { Cow::Owned(format!("{GUARD}{text}")) } else { Cow::Borrowed(text) }
}

/// What stands in a guarded cell; `None`: the cell is not guarded, and means what it says.
#[must_use]
pub fn unguarded(cell: &str) -> Option<&str> {
    cell.strip_prefix(GUARD).filter(|text| is_live_behind_guards(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_spreadsheet_calculates_is_told_from_texts() {
        for live in [
            "=1+1",
            "+81-3-0000-0000",
            "-5",
            "-",
            "@SUM(A1)",
            "＝1+1",
            "＋1",
            "－1",
            "＠x",
            " =1+1",
            "\u{3000}=1+1",
            "\u{a0}+1",
            "\tx",
            "\rx",
            "\nx",
            "\u{feff}=1",
            "\u{200b}=1",
            "\0=1",
            "=",
            "  ＝cmd|' /C calc'!A0",
        ] {
            assert!(is_live(live), "{live:?}");
            let cell = guarded(live);
            assert_eq!(cell, format!("'{live}"));
            assert!(!is_live(&cell));
            assert_eq!(unguarded(&cell), Some(live));
            // Itself guarded, it comes back as it was.
            assert_eq!(guarded(&cell), format!("''{live}"));
            assert_eq!(unguarded(&format!("''{live}")), Some(&*cell));
        }
        for text in
            ["", "氏名", "ア=1", "1=1", "C-1", "'", "''", "'abc", "' abc", "あ＝い", "(-1)", "\"=1\"", " x"]
        {
            assert!(!is_live(text), "{text:?}");
            assert_eq!(guarded(text), text);
            assert_eq!(unguarded(text), None);
        }
    }

    proptest! {
        #[test]
        fn what_is_read_back_is_what_was_written(text in "['=+@＝＋－＠\u{3000} \t\r\n\u{feff}a1亜-]{0,6}|\\PC{0,8}") {
            let cell = guarded(&text);
            prop_assert!(!is_live(&cell), "{:?} is live", cell);
            prop_assert_eq!(unguarded(&cell).unwrap_or(&cell), &*text);
        }

        #[test]
        fn the_short_way_says_what_the_long_one_does(text in "[=あ亜a -]?\\PC{0,3}") {
            let long = text.trim_start_matches(is_dropped).starts_with(SIGNS) || text.starts_with(['\t', '\r', '\n']);
            prop_assert_eq!(is_live(&text), long);
        }
    }
}
