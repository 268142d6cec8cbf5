//! UTF-16 as UTF-8, on the way: what comes behind sees one kind of bytes.
//!
//! Owns: the transcoding. Does not own: finding out that it is UTF-16 (`encoding`). A unit that is no character becomes a byte that
//! no UTF-8 has, so that the row in which it stands is refused, and nothing is replaced by a guess.

use std::io::{self, Read};

/// The byte order of the units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

/// In no UTF-8 text.
const NO_CHARACTER: u8 = 0xff;
const BLOCK: usize = 32 * 1024;

/// Reads units and gives UTF-8.
pub(super) struct Utf8Of<R> {
    inner: R,
    order: Order,
    block: Vec<u8>,
    /// Bytes of `block` that are not used up: less than a unit, between blocks.
    left: usize,
    /// A first half of a pair that waits for its second.
    high: Option<u16>,
    out: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Utf8Of<R> {
    /// Reads from `inner`, which stands behind a byte order mark if there is one.
    pub(super) fn new(inner: R, order: Order) -> Self {
        let (block, out) = (vec![0; BLOCK], Vec::with_capacity(BLOCK * 2));
        Utf8Of { inner, order, block, left: 0, high: None, out, given: 0, ended: false }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.given = 0;
        while self.out.is_empty() && !self.ended {
            let read = match self.inner.read(&mut self.block[self.left..]) {
                Ok(read) => read,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            let filled = self.left + read;
            self.ended = read == 0;
            let whole = filled - filled % 2;
            for at in (0..whole).step_by(2) {
                let pair = [self.block[at], self.block[at + 1]];
                let unit = match self.order {
                    Order::Little => u16::from_le_bytes(pair),
                    Order::Big => u16::from_be_bytes(pair),
                };
                self.unit(unit);
            }
            self.block.copy_within(whole..filled, 0);
            self.left = filled - whole;
            if self.ended && (self.left > 0 || self.high.take().is_some()) {
                self.left = 0;
                self.out.push(NO_CHARACTER);
            }
        }
        Ok(())
    }

    fn unit(&mut self, unit: u16) {
        let waiting = self.high.take();
        let decoded = match waiting {
            Some(high) => char::decode_utf16([high, unit]).next(),
            None if (0xd800..0xdc00).contains(&unit) => {
                self.high = Some(unit);
                return;
            }
            None => char::decode_utf16([unit]).next(),
        };
        match decoded {
            Some(Ok(c)) => self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            _ => {
                self.out.push(NO_CHARACTER);
                // The unit behind a lone first half stands for itself.
                if waiting.is_some() {
                    self.unit(unit);
                }
            }
        }
    }
}

impl<R: Read> Read for Utf8Of<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.given == self.out.len() {
            self.fill()?;
        }
        let n = to.len().min(self.out.len() - self.given);
        to[..n].copy_from_slice(&self.out[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time.
    struct Slowly<'a>(&'a [u8]);

    impl Read for Slowly<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            let n = self.0.len().min(1).min(to.len());
            to[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn units(text: &str, order: Order) -> Vec<u8> {
        let bytes = |unit: u16| match order {
            Order::Little => unit.to_le_bytes(),
            Order::Big => unit.to_be_bytes(),
        };
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn read(bytes: &[u8], order: Order) -> Vec<u8> {
        let (mut at_once, mut slowly) = (Vec::new(), Vec::new());
        Utf8Of::new(bytes, order).read_to_end(&mut at_once).unwrap();
        Utf8Of::new(Slowly(bytes), order).read_to_end(&mut slowly).unwrap();
        assert_eq!(at_once, slowly);
        at_once
    }

    #[test]
    fn every_character_comes_through_in_either_order() {
        for order in [Order::Little, Order::Big] {
            for text in ["", "a", "提供日\t氏名\r\n", "𠮷野家 😀 髙﨑"] {
                assert_eq!(read(&units(text, order), order), text.as_bytes());
            }
            let long = "𠮷".repeat(BLOCK);
            assert_eq!(read(&units(&long, order), order), long.as_bytes());
        }
    }

    #[test]
    fn what_is_no_character_becomes_what_no_text_has() {
        for (units, expected) in [
            (&[0xd842u16][..], &b"\xff"[..]),
            (&[0xdfb7, 0x61], b"\xffa"),
            (&[0xd842, 0x61], b"\xffa"),
            (&[0xd842, 0xd842, 0xdfb7], "\u{20bb7}".as_bytes()),
        ] {
            let bytes: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
            let found = read(&bytes, Order::Little);
            let expected = if units.len() == 3 { [b"\xff", expected].concat() } else { expected.to_vec() };
            assert_eq!(found, expected, "{units:x?}");
        }
        assert_eq!(read(b"a\0b", Order::Little), b"a\xff");
    }
}
