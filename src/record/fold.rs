//! Comparing texts that people write in several ways.
//!
//! Owns: what counts as the same ID or name. Does not own: what is kept, which is never folded.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfkc_quick};

/// Folds a text for comparing: NFKC, without white space. What is kept is never folded.
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    let (mut usual, mut spaced) = (true, false);
    for c in text.chars() {
        usual &= is_unchanged_by_nfkc(c);
        spaced |= c.is_whitespace();
    }
    match (usual || is_nfkc_quick(text.chars()) == IsNormalized::Yes, spaced) {
        (true, false) => Cow::Borrowed(text),
        (true, true) => Cow::Owned(text.split_whitespace().collect()),
        (false, _) => Cow::Owned(text.nfkc().filter(|c| !c.is_whitespace()).collect()),
    }
}

/// True for characters that most texts here consist of and that NFKC never changes, whatever stands beside them:
/// ASCII, kana without voicing marks of their own, kanji. Asking the tables of Unicode takes ten times as long.
fn is_unchanged_by_nfkc(c: char) -> bool {
    matches!(c, '\0'..='\x7f' | 'ぁ'..='ゖ' | 'ァ'..='ー' | '一'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_width_composition_or_spaces_fold_alike() {
        for (a, b) in [
            ("見本　太郎", "見本太郎"),
            ("ﾐﾎﾝ ﾊﾅｺ", "ミホンハナコ"),
            ("Ｍｉｈｏｎ", "Mihon"),
            ("ガ", "カ\u{3099}"),
            ("㈱架空", "(株)架空"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        assert_ne!(
            fold("高田"),
            fold("髙田"),
            "NFKC does not fold these two: different people may bear them"
        );
    }

    #[test]
    fn what_is_taken_for_unchanged_is_unchanged_alone_and_side_by_side() {
        let all: Vec<char> =
            (0..0xffff).filter_map(char::from_u32).filter(|c| is_unchanged_by_nfkc(*c)).collect();
        assert!(all.len() > 20_000);
        let ascending: String = all.iter().collect();
        assert!(ascending.nfkc().eq(ascending.chars()));
        let descending: String = all.iter().rev().collect();
        assert!(descending.nfkc().eq(descending.chars()));
        // None of them combines with the character before it: that is what "side by side" comes down to.
        for c in all {
            assert_eq!(unicode_normalization::char::canonical_combining_class(c), 0);
            assert_eq!(is_nfkc_quick(std::iter::once(c)), IsNormalized::Yes, "{c:?}");
        }
    }
}
