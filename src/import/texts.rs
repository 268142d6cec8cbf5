//! The text of a cell, before anybody asks what it means.
//!
//! Owns: white space around it, its line ends, its elements between separators, how long it is when it is written. Does not own: what it
//! may be (`row`).

use std::borrow::Cow;

/// The elements between separators, the longest first where several fit; one separator behind the last is none.
pub(super) fn split_at<'t>(text: &'t str, separators: &[String]) -> Vec<&'t str> {
    let (mut elements, mut start, mut at) = (Vec::new(), 0, 0);
    while at < text.len() {
        let here = separators.iter().filter(|s| text[at..].starts_with(s.as_str()));
        match here.map(String::len).max() {
            Some(len) => {
                elements.push(&text[start..at]);
                at += len;
                start = at;
            }
            None => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    if start < text.len() {
        elements.push(&text[start..]);
    }
    elements
}

/// White space around a text is dropped, CRLF and CR become LF; nothing else is changed. `None`: nothing is left.
pub(super) fn trimmed(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let space = |c: char| c.is_ascii_whitespace() || c == '\u{3000}';
    // Most texts begin and end with neither a space nor the bytes of an ideographic one.
    let (first, last) = (text.as_bytes().first()?, text.as_bytes().last()?);
    let may_be_space = |byte: u8| byte.is_ascii_whitespace() || byte == 0xe3 || byte == 0x80;
    if !may_be_space(*first) && !may_be_space(*last) && !text.as_bytes().contains(&b'\r') {
        return Some(text);
    }
    let inner = text.trim_matches(space);
    if inner.is_empty() {
        return None;
    }
    if inner.contains('\r') {
        return Some(Cow::Owned(inner.replace("\r\n", "\n").replace('\r', "\n")));
    }
    if inner.len() == text.len() {
        return Some(text);
    }
    Some(match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches(space)),
        Cow::Owned(text) => Cow::Owned(text.trim_matches(space).to_owned()),
    })
}

/// At most so many bytes a text takes in a part: its escapes, its quotes, its separator, its key.
pub(super) fn written(text: &str) -> usize {
    let escapes =
        |chunk: &[u8]| chunk.iter().map(|b| u8::from(matches!(b, b'"' | b'\\' | b'\n'))).sum::<u8>();
    text.len() + text.as_bytes().chunks(255).map(|chunk| usize::from(escapes(chunk))).sum::<usize>() + 3
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn white_space_goes_from_the_ends_alone() {
        let of = |text: &str| trimmed(Cow::Borrowed(text)).map(Cow::into_owned);
        for (text, left) in [
            ("", None),
            (" \u{3000}\r\n", None),
            ("\u{3000}見本 花子 ", Some("見本 花子")),
            ("a\r\nb\rc", Some("a\nb\nc")),
            ("。", Some("。")),
            ("む\u{3000}む", Some("む\u{3000}む")),
        ] {
            assert_eq!(of(text).as_deref(), left, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn the_short_way_says_what_the_long_one_does(text in "[ \u{3000}\r\na-cむ。‐]{0,6}") {
            let long = text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\u{3000}');
            let long = long.replace("\r\n", "\n").replace('\r', "\n");
            let short = trimmed(Cow::Borrowed(&text)).map(Cow::into_owned).unwrap_or_default();
            prop_assert_eq!(short, long);
        }

        #[test]
        fn a_text_takes_no_more_room_than_is_said(text in "[a\"\\\\\nあ]{0,600}") {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(written(&text), json.len() + 1);
        }
    }
}
