//! Values that are found again whatever became of them, and guesses at them: tokens that a scan of bytes recognises in five
//! encodings, and the keyed fingerprints by which somebody who has a ledger's secret could ask whether a person was in it
//! (FORMAT.md, "Files beside the ledger"; the short ones are the first 16 bytes of HMAC-SHA256(secret, tag || 0x00) as the
//! key of SipHash-2-4). Written again here, apart from the program: a test that asked the program would believe it.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a harness for tests"
)]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use siphasher::sip::SipHasher24;

/// Sixteen kanji that JIS has, and that nothing else here uses; sixteen letters without a vowel.
const KANJI: &str = "亜唖娃阿哀愛挨姶逢葵茜穐悪握渥旭";
const LETTERS: &str = "ghjkmnpqrstvwxyz";
/// Sixteenths in a token: what of, five for the number, the rest from both.
const KANJI_LONG: usize = 8;
const LETTERS_LONG: usize = 12;

/// The number of a token: what it is of, and of whom.
pub type Whose = (u8, u32);

fn sixteenths(of: u8, n: u32, long: usize) -> Vec<u8> {
    assert!(of < 16 && n < 1 << 20);
    let mut mixed = u64::from(n).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (u64::from(of) << 17);
    mixed ^= mixed >> 29;
    let mut all = vec![of];
    all.extend((0..5).map(|at| (n >> (16 - 4 * at) & 15) as u8));
    while all.len() < long {
        all.push((mixed & 15) as u8);
        mixed >>= 4;
    }
    all
}

fn spelt(alphabet: &str, sixteenths: &[u8]) -> String {
    sixteenths.iter().map(|s| alphabet.chars().nth(usize::from(*s)).unwrap()).collect()
}

/// A word of kanji, for names and texts.
pub fn kanji(of: u8, n: u32) -> String {
    spelt(KANJI, &sixteenths(of, n, KANJI_LONG))
}

/// A word of letters, for IDs.
pub fn letters(of: u8, n: u32) -> String {
    spelt(LETTERS, &sixteenths(of, n, LETTERS_LONG))
}

/// One way in which a token may stand in a file.
struct Spelling {
    name: &'static str,
    width: usize,
    /// From the bytes of a character to its sixteenth.
    digits: HashMap<Vec<u8>, u8>,
    long: usize,
    /// A run of so many characters is no chance.
    telling: usize,
}

/// Looks for tokens in bytes.
pub struct Scan {
    spellings: Vec<Spelling>,
    /// By the first byte: the spellings, a bit each, of which a character may begin with it.
    first: [u16; 256],
}

/// What a scan has found.
#[derive(Debug, Default)]
pub struct Found {
    /// Whole tokens, and how they were spelt.
    pub whole: BTreeMap<Whose, &'static str>,
    /// Runs of characters that no chance explains, whole tokens among them.
    pub runs: u64,
    /// Where the first ones stood.
    pub places: Vec<String>,
}

impl Scan {
    pub fn new() -> Scan {
        let utf16 = |text: &str, big: bool| -> Vec<u8> {
            text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
        };
        let by = |encoding: &'static encoding_rs::Encoding, text: &str| {
            let (bytes, _, lossy) = encoding.encode(text);
            assert!(!lossy);
            bytes.into_owned()
        };
        type Encode<'a> = &'a dyn Fn(&str) -> Vec<u8>;
        let kinds: [(&'static str, &str, Encode<'_>, usize, usize); 8] = [
            ("utf-8", KANJI, &|c| c.as_bytes().to_vec(), KANJI_LONG, 3),
            ("utf-16le", KANJI, &|c| utf16(c, false), KANJI_LONG, 3),
            ("utf-16be", KANJI, &|c| utf16(c, true), KANJI_LONG, 3),
            ("cp932", KANJI, &|c| by(encoding_rs::SHIFT_JIS, c), KANJI_LONG, 3),
            ("euc-jp", KANJI, &|c| by(encoding_rs::EUC_JP, c), KANJI_LONG, 3),
            // These letters are the same in UTF-8, CP932 and EUC-JP.
            ("ascii", LETTERS, &|c| c.as_bytes().to_vec(), LETTERS_LONG, 9),
            ("ascii as utf-16le", LETTERS, &|c| utf16(c, false), LETTERS_LONG, 4),
            ("ascii as utf-16be", LETTERS, &|c| utf16(c, true), LETTERS_LONG, 4),
        ];
        let mut first = [0; 256];
        let mut spellings = Vec::new();
        for (at, (name, alphabet, encode, long, telling)) in kinds.into_iter().enumerate() {
            let mut digits = HashMap::new();
            for (digit, c) in alphabet.chars().enumerate() {
                let bytes = encode(&c.to_string());
                first[usize::from(bytes[0])] |= 1 << at;
                digits.insert(bytes, digit as u8);
            }
            let width = digits.keys().next().unwrap().len();
            spellings.push(Spelling { name, width, digits, long, telling });
        }
        Scan { spellings, first }
    }

    /// Looks through one text of bytes.
    pub fn look(&self, name: &str, bytes: &[u8], found: &mut Found) {
        for at in 0..bytes.len() {
            let mut mask = self.first[usize::from(bytes[at])];
            while mask != 0 {
                let which = mask.trailing_zeros() as usize;
                mask &= mask - 1;
                self.spellings[which].look_at(name, bytes, at, found);
            }
        }
    }

    /// Looks through every file below a folder.
    pub fn look_everywhere(&self, folder: &Path) -> Found {
        let mut found = Found::default();
        for file in files_below(folder) {
            let name = file.strip_prefix(folder).unwrap().display().to_string();
            self.look(&name, &std::fs::read(&file).unwrap(), &mut found);
        }
        found
    }
}

impl Spelling {
    fn digit(&self, bytes: &[u8], at: usize) -> Option<u8> {
        self.digits.get(bytes.get(at..at + self.width)?).copied()
    }

    /// A run of characters that begins just here.
    fn look_at(&self, name: &str, bytes: &[u8], at: usize, found: &mut Found) {
        if at >= self.width && self.digit(bytes, at - self.width).is_some() {
            return;
        }
        let mut run = Vec::new();
        while let Some(digit) = self.digit(bytes, at + run.len() * self.width) {
            run.push(digit);
        }
        if run.len() < self.telling {
            return;
        }
        found.runs += 1;
        if found.places.len() < 10 {
            found.places.push(format!("{name} at {at}: {} characters in {}", run.len(), self.name));
        }
        if run.len() == self.long {
            let n = run[1..6].iter().fold(0, |n, s| n << 4 | u32::from(*s));
            if sixteenths(run[0], n, self.long) == run {
                found.whole.insert((run[0], n), self.name);
            }
        }
    }
}

/// Every file below a folder, in the order of their names.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files_below(&path));
        } else if path.is_file() {
            all.push(path);
        }
    }
    all.sort();
    all
}

/// What a fingerprint is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Of {
    PrincipalId,
    PrincipalName,
    Party,
    Items,
    Circumstance,
    Particulars,
    Key,
    Content,
}

impl Of {
    pub const ALL: [Of; 8] = [
        Of::PrincipalId,
        Of::PrincipalName,
        Of::Party,
        Of::Items,
        Of::Circumstance,
        Of::Particulars,
        Of::Key,
        Of::Content,
    ];

    fn tag(self) -> &'static str {
        match self {
            Of::PrincipalId => "principal_id",
            Of::PrincipalName => "principal_name",
            Of::Party => "party",
            Of::Items => "items",
            Of::Circumstance => "circumstance",
            Of::Particulars => "particulars",
            Of::Key => "key",
            Of::Content => "content",
        }
    }
}

/// Whoever has the secret.
pub struct Guesser(BTreeMap<Of, SipHasher24>);

impl Guesser {
    /// Reads the secret beside a ledger.
    pub fn of(ledger: &Path) -> Guesser {
        let mut name = ledger.as_os_str().to_owned();
        name.push(".fingerprint-secret");
        let text = std::fs::read_to_string(PathBuf::from(name)).unwrap();
        let secret = text.lines().nth(1).unwrap();
        let secret = base64::engine::general_purpose::STANDARD.decode(secret).unwrap();
        let hasher = |of: Of| {
            let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&secret).unwrap();
            mac.update(of.tag().as_bytes());
            mac.update(&[0]);
            let key: [u8; 32] = mac.finalize().into_bytes().into();
            SipHasher24::new_with_key(&key[..16].try_into().unwrap())
        };
        Guesser(Of::ALL.into_iter().map(|of| (of, hasher(of))).collect())
    }

    pub fn guess(&self, of: Of, bytes: &[u8]) -> i64 {
        self.0[&of].hash(bytes).cast_signed()
    }

    /// The fingerprint of an interned value by its columns.
    pub fn interned(&self, of: Of, columns: &[Option<&str>]) -> i64 {
        let mut bytes = Vec::new();
        for column in columns {
            bytes.extend_from_slice(column.map_or(b"\x01".as_slice(), str::as_bytes));
            bytes.push(0);
        }
        self.guess(of, &bytes)
    }
}

/// Every keyed hash that the tables of a ledger hold, by what it may be of.
#[derive(Debug, Default)]
pub struct Tables {
    pub by: BTreeMap<Of, HashSet<i64>>,
    /// The entries that lookups and keys point to.
    pub pointed_at: HashSet<i64>,
}

impl Tables {
    pub fn read(ledger: &Path) -> Tables {
        let conn = rusqlite::Connection::open(ledger).unwrap();
        let numbers = |sql: &str| -> HashSet<i64> {
            let mut select = conn.prepare(sql).unwrap();
            let rows = select.query_map([], |r| r.get::<_, Option<i64>>(0)).unwrap();
            rows.filter_map(Result::unwrap).collect()
        };
        let mut lookups = numbers("SELECT hash FROM lookup");
        let mut pointed_at = numbers("SELECT idx FROM lookup");
        let mut blocks =
            conn.prepare("SELECT pairs, (SELECT first FROM run r WHERE r.run = b.run) FROM block b").unwrap();
        let mut rows = blocks.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let (pairs, first): (Vec<u8>, i64) = (row.get(0).unwrap(), row.get(1).unwrap());
            for pair in pairs.chunks_exact(12) {
                lookups.insert(i64::from_be_bytes(pair[..8].try_into().unwrap()));
                pointed_at.insert(first + i64::from(u32::from_be_bytes(pair[8..].try_into().unwrap())));
            }
        }
        let mut by = BTreeMap::new();
        by.insert(Of::PrincipalName, lookups.clone());
        by.insert(Of::PrincipalId, lookups);
        by.insert(Of::Party, numbers("SELECT hash FROM party"));
        by.insert(Of::Items, numbers("SELECT hash FROM items"));
        by.insert(Of::Circumstance, numbers("SELECT hash FROM circumstance"));
        by.insert(Of::Particulars, numbers("SELECT hash FROM particulars"));
        by.insert(Of::Key, numbers("SELECT key FROM entry"));
        by.insert(Of::Content, numbers("SELECT fingerprint FROM entry"));
        Tables { by, pointed_at }
    }

    pub fn has(&self, (of, hash): (Of, i64)) -> bool {
        self.by[&of].contains(&hash)
    }
}

/// How SQLite writes a number in a page: in a row as eight bytes, six where they are enough; as a row id seven bits a byte,
/// eight in the ninth.
fn written(n: i64) -> Vec<Vec<u8>> {
    let plain = n.to_be_bytes();
    let fits_in_six = (-(1 << 47)..1 << 47).contains(&n);
    let mut rest = n.cast_unsigned();
    let mut id = Vec::new();
    if rest >> 56 != 0 {
        id.push((rest & 0xFF) as u8);
        rest >>= 8;
        id.extend((0..8).map(|at| (rest >> (7 * at) & 0x7F) as u8 | 0x80));
    } else {
        id.push((rest & 0x7F) as u8);
        rest >>= 7;
        while rest != 0 {
            id.push((rest & 0x7F) as u8 | 0x80);
            rest >>= 7;
        }
    }
    id.reverse();
    vec![if fits_in_six { plain[2..].to_vec() } else { plain.to_vec() }, id]
}

/// Which of the hashes stand anywhere in the bytes.
pub fn in_raw_bytes(bytes: &[u8], hashes: &[i64]) -> HashSet<i64> {
    // By the first three bytes; most places are passed over.
    let mut by_begin: HashMap<usize, Vec<(Vec<u8>, i64)>> = HashMap::new();
    let mut begins = vec![false; 1 << 24];
    let begin = |b: &[u8]| usize::from(b[0]) << 16 | usize::from(b[1]) << 8 | usize::from(b[2]);
    for hash in hashes {
        for needle in written(*hash) {
            // Shorter ones, one in a trillion, would be found by chance.
            if needle.len() >= 6 {
                begins[begin(&needle)] = true;
                by_begin.entry(begin(&needle)).or_default().push((needle, *hash));
            }
        }
    }
    let mut found = HashSet::new();
    for at in 0..bytes.len().saturating_sub(5) {
        let here = &bytes[at..];
        if begins[begin(here)] {
            let needles = &by_begin[&begin(here)];
            found.extend(needles.iter().filter(|(n, _)| here.starts_with(n)).map(|(_, hash)| *hash));
        }
    }
    found
}
