//! The anchor: the newest state of a log in a few lines of text, kept where the ledger's file is not (FORMAT.md,
//! "Anchor").
//!
//! Owns: its text and a strict reader. Does not own: where it lies and when it advances (`store::anchor`).

use super::hash::Digest;
use super::header::number;

/// The first line.
pub const ANCHOR_LINE: &str = "provlog anchor 1";
/// An anchor is at most so long, in bytes.
pub const MAX_ANCHOR: usize = 1024;

/// A state of a log that has at least one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// How many entries.
    pub size: u64,
    /// The leaf hash of the last one.
    pub head: Digest,
    /// The root over all.
    pub root: Digest,
}

/// An anchor: whose, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The ledger's identifier in its genesis.
    pub ledger_id: String,
    /// The state.
    pub state: State,
}

impl Anchor {
    /// The text.
    #[must_use]
    pub fn text(&self) -> String {
        let State { size, head, root } = self.state;
        format!("{ANCHOR_LINE}\nledger {}\nsize {size}\nhead {head}\nroot {root}\n", self.ledger_id)
    }

    /// Reads a text; `None` for anything that [`Anchor::text`] would not have written byte for byte.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Anchor> {
        let text = std::str::from_utf8(bytes).ok().filter(|t| t.len() <= MAX_ANCHOR)?;
        let mut lines = text.split('\n');
        let mut value = |label: &str| lines.next()?.strip_prefix(label);
        value(ANCHOR_LINE).filter(|rest| rest.is_empty())?;
        let ledger_id = value("ledger ")?.to_owned();
        let state = State {
            size: number(value("size ")?.as_bytes())?,
            head: Digest::from_text(value("head ")?.as_bytes())?,
            root: Digest::from_text(value("root ")?.as_bytes())?,
        };
        let anchor = Anchor { ledger_id, state };
        (anchor.text() == text).then_some(anchor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_written_is_read() {
        let state = State { size: 7, head: Digest([1; 32]), root: Digest([2; 32]) };
        let anchor = Anchor { ledger_id: "00112233445566778899aabbccddeeff".into(), state };
        let text = anchor.text();
        assert_eq!(Anchor::parse(text.as_bytes()), Some(anchor));
        for bad in [
            text.trim_end().to_owned(),
            format!("{text}\n"),
            text.replace("size 7", "size 07"),
            text.replace("anchor 1", "anchor 2"),
            text.replace('\n', "\r\n"),
            text.replace("=\n", "\n"),
            text.replace("head", "root"),
            text.lines().take(4).map(|l| format!("{l}\n")).collect(),
            String::new(),
        ] {
            assert_eq!(Anchor::parse(bad.as_bytes()), None, "{bad:?}");
        }
    }
}
