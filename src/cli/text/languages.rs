//! A test: what fails is said in one language at a time, whatever it is.
//!
//! Owns: one of every failure, and what of another language may stand in a text. Does not own: the texts.

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::PathBuf;

    use chrono::NaiveDate;
    use provlog::export::workbook::{SheetNotWritten, XlsxError};
    use provlog::import::{Changed, Map, What};
    use provlog::ledger::anchor::State;
    use provlog::ledger::{Digest, Timestamp};
    use provlog::store::{Against, BadValue, Damage, Failure};
    use provlog::verify::bundle::FormFault;
    use provlog::verify::{Broken, Finding};

    use super::super::foreign::{Known, OsFault};
    use super::super::{Say, answer_lost, en, finding, form_fault, ja, problem, say, trouble};
    use crate::cli::lang::Lang;
    use provlog::verify::finding::SchemaObject;

    use crate::cli::trouble::{NotOpened, Trouble};

    /// One of each variant; one that is not listed does not compile.
    macro_rules! one_of_each {
        ($of:ty: $($variant:pat => $one:expr,)*) => {{
            #[allow(dead_code, reason = "it is there to be compiled")]
            fn are_all(one: &$of) {
                match one {
                    $($variant)|* => {}
                }
            }
            vec![$($one),*]
        }};
    }

    fn path() -> PathBuf {
        "/p/l".into()
    }

    fn time() -> Timestamp {
        Timestamp::from_text(b"2026-11-23T03:00:00.000Z").unwrap()
    }

    fn day() -> NaiveDate {
        time().legal_day()
    }

    fn full() -> io::Error {
        io::ErrorKind::StorageFull.into()
    }

    fn against() -> Vec<Against> {
        let state = State { size: 1, head: Digest([0; 32]), root: Digest([0; 32]) };
        one_of_each! { Against:
            Against::State { .. } => Against::State { path: path(), anchored: state, ledger: state },
            Against::OfAnother(_) => Against::OfAnother(path()),
            Against::Unreadable(_) => Against::Unreadable(path()),
        }
    }

    fn of_sqlite(code: i32) -> Failure {
        let error = rusqlite::ffi::Error::new(code);
        Failure::Sqlite(path(), rusqlite::Error::SqliteFailure(error, None))
    }

    fn failures() -> Vec<Failure> {
        let mut all = one_of_each! { Failure:
            Failure::NoLedger(_) => Failure::NoLedger(path()),
            Failure::Interrupted(_) => Failure::Interrupted(path()),
            Failure::AlreadyThere(_) => Failure::AlreadyThere(path()),
            Failure::BeingMade(..) => Failure::BeingMade(path(), path()),
            Failure::NotADatabase(_) => Failure::NotADatabase(path()),
            Failure::OtherProgram(..) => Failure::OtherProgram(path(), 1),
            Failure::Newer(..) => Failure::Newer(path(), 9),
            Failure::ReadOnly(_) => Failure::ReadOnly(path()),
            Failure::Unreadable(_) => Failure::Unreadable(path()),
            Failure::HardLinked(_) => Failure::HardLinked(path()),
            Failure::Moved(_) => Failure::Moved(path()),
            Failure::ForeignLog(_) => Failure::ForeignLog(path()),
            Failure::NotWal(_) => Failure::NotWal(path()),
            Failure::ForeignSchema { .. } => Failure::ForeignSchema { path: path(), object: SchemaObject::default() },
            Failure::OwnerMustOpen(_) => Failure::OwnerMustOpen(path()),
            Failure::ChangedMeanwhile(_) => Failure::ChangedMeanwhile(path()),
            Failure::NoClock => Failure::NoClock,
            Failure::ClockFarAhead { .. } => Failure::ClockFarAhead { newest: time(), now: time() },
            Failure::NotToday { .. } => Failure::NotToday { confirmed: day(), today: day() },
            Failure::DayNotStated => Failure::DayNotStated,
            Failure::ClockBehind { .. } => Failure::ClockBehind { newest: time(), now: time() },
            Failure::Locked(_) => Failure::Locked(path()),
            Failure::NoSecret(_) => Failure::NoSecret(path()),
            Failure::SecretUnreadable(_) => Failure::SecretUnreadable(path()),
            Failure::NotASecret(_) => Failure::NotASecret(path()),
            Failure::WrongSecret(_) => Failure::WrongSecret(path()),
            Failure::NoSigningKey(_) => Failure::NoSigningKey(path()),
            Failure::SigningKeyUnreadable(_) => Failure::SigningKeyUnreadable(path()),
            Failure::NotASigningKey(_) => Failure::NotASigningKey(path()),
            Failure::WrongSigningKey(_) => Failure::WrongSigningKey(path()),
            Failure::NoAnchor => Failure::NoAnchor,
            Failure::AnchorTaken(_) => Failure::AnchorTaken(path()),
            Failure::AnchorOutOfReach(..) => Failure::AnchorOutOfReach(path(), full()),
            Failure::AgainstAnchor(_) => Failure::NoAnchor,
            Failure::NotAnchored { .. } => Failure::NotAnchored { path: path(), why: full(), entries: Some((1, 2)) },
            Failure::DoneAgainstAnchor { .. } => Failure::NoAnchor,
            Failure::KeyNotPlaced { .. } => Failure::KeyNotPlaced { path: path(), error: full(), index: 1 },
            Failure::InDoubt(_) => Failure::InDoubt(path()),
            Failure::OldSqlite(_) => Failure::OldSqlite("3.40.1".into()),
            Failure::Damaged { .. } => Failure::Damaged { index: None, why: Damage::Malformed },
            Failure::BadValue(_) => Failure::BadValue(BadValue::Text),
            Failure::ThreadLost => Failure::ThreadLost,
            Failure::NoRandomness => Failure::NoRandomness,
            Failure::Io(..) => Failure::Io(path(), full()),
            Failure::Sqlite(..) => of_sqlite(1),
        };
        for against in against() {
            all.push(Failure::AgainstAnchor(Box::new(against.clone())));
            all.push(Failure::DoneAgainstAnchor { against: Box::new(against), entries: None });
        }
        let broken = Broken::ALL.iter().map(|why| Damage::Broken(*why));
        for why in Damage::ALL.iter().copied().chain(broken) {
            all.extend([None, Some(1)].map(|index| Failure::Damaged { index, why }));
        }
        all.extend(BadValue::ALL.iter().map(|why| Failure::BadValue(*why)));
        // A full disk, and one that fails.
        all.extend([13, 10].map(of_sqlite));
        all
    }

    fn faults_of_the_system() -> Vec<OsFault> {
        one_of_each! { OsFault:
            OsFault::NotFound => OsFault::NotFound,
            OsFault::PermissionDenied => OsFault::PermissionDenied,
            OsFault::AlreadyExists => OsFault::AlreadyExists,
            OsFault::NotADirectory => OsFault::NotADirectory,
            OsFault::IsADirectory => OsFault::IsADirectory,
            OsFault::DirectoryNotEmpty => OsFault::DirectoryNotEmpty,
            OsFault::ReadOnlyFilesystem => OsFault::ReadOnlyFilesystem,
            OsFault::StorageFull => OsFault::StorageFull,
            OsFault::QuotaExceeded => OsFault::QuotaExceeded,
            OsFault::FileTooLarge => OsFault::FileTooLarge,
            OsFault::InvalidFilename => OsFault::InvalidFilename,
            OsFault::TimedOut => OsFault::TimedOut,
            OsFault::BrokenPipe => OsFault::BrokenPipe,
            OsFault::NotUtf8 => OsFault::NotUtf8,
            OsFault::EndsEarly => OsFault::EndsEarly,
            OsFault::OutOfMemory => OsFault::OutOfMemory,
            OsFault::Busy => OsFault::Busy,
            OsFault::Device => OsFault::Device,
            OsFault::Changed => OsFault::Changed,
            OsFault::SheetNotWritten => OsFault::SheetNotWritten,
            OsFault::NotOpened => OsFault::NotOpened,
        }
    }

    /// All that the failures, and what stops the check of a folder, come to in a language.
    fn said(lang: Lang) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for failure in failures() {
            let told = trouble(lang, &Trouble::Store(failure));
            all.extend([told.what, told.todo]);
        }
        for why in Broken::ALL {
            all.push(finding(lang, &Finding::Unreadable { index: 1, why: *why }).what);
        }
        for why in FormFault::ALL {
            all.push(say(lang, &Say::BundleNotRead { file: "/f", why: *why }));
            all.push(form_fault(lang, *why).to_owned());
        }
        for fault in faults_of_the_system() {
            all.push(match lang {
                Lang::En => en::os_fault(fault).to_owned(),
                Lang::Ja => ja::os_fault(fault).to_owned(),
            });
        }
        let strange = || io::Error::from_raw_os_error(40);
        let source = provlog::import::SourceError { name: "f".into(), error: strange() };
        for failed in [Trouble::Source(source), Trouble::Write(path(), strange()), Trouble::Output(strange())]
        {
            all.push(trouble(lang, &failed).what);
        }
        all.push(answer_lost(lang, &[], &strange()).what);
        all.push(finding(lang, &Finding::Sqlite { message: "row 3 missing from index".into() }).what);
        let not_toml = Map::read("m", "a = [").unwrap_err().remove(0).what;
        assert!(matches!(not_toml, What::MapNotUnderstood { column: Some(_), .. }), "{not_toml:?}");
        all.push(problem(lang, &not_toml).what);
        all
    }

    /// Names of things, which Japanese has no other words for.
    const NAMES: [&str; 22] = [
        "provlog",
        "PROVLOG_LEDGER",
        "SQLite",
        "BagIt",
        "JSON",
        "PKCS",
        "FORMAT.md",
        "VACUUM INTO",
        "KiB",
        "sqlite3",
        "'PRAGMA journal_mode=WAL'",
        "application_id",
        "Ed25519",
        "TOML",
        "--ledger FILE",
        "--reason TEXT",
        "--wait SECONDS",
        "YYYY-MM-DD",
        "docs/RESTORE.ja.md",
        "verify、list、show",
        "/p/l-wal",
        "/p/l-shm",
    ];

    /// Without commands, the words of others that are marked as theirs, options and names.
    fn own_words(text: &str) -> String {
        let mut text = text.to_owned();
        for (open, close) in [("の説明: 「", "」"), ("`", "`")] {
            while let Some(start) = text.find(open) {
                let inside = start + open.len();
                let end = inside + text[inside..].find(close).unwrap() + close.len();
                text.replace_range(start..end, "");
            }
        }
        text = text.replace(&Digest([0; 32]).to_string(), "");
        for name in NAMES {
            text = text.replace(name, "");
        }
        let mut words = text.split(' ').filter(|word| !word.starts_with("--")).collect::<Vec<_>>();
        words.retain(|word| !word.is_empty());
        words.join(" ")
    }

    #[test]
    fn a_japanese_message_has_no_english_in_it() {
        let is_english =
            |own: &String| own.split(|c: char| !c.is_ascii_alphabetic()).any(|run| run.len() > 3);
        let english: Vec<_> = said(Lang::Ja).iter().map(|text| own_words(text)).filter(is_english).collect();
        assert!(english.is_empty(), "{english:#?}");
    }

    #[test]
    fn an_english_message_has_no_japanese_in_it() {
        let is_japanese = |c: char| matches!(c, '\u{3000}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}');
        for text in said(Lang::En) {
            assert!(!text.contains(is_japanese), "{text}");
        }
    }

    #[test]
    fn no_two_reasons_are_said_alike() {
        for lang in [Lang::En, Lang::Ja] {
            let broken = Broken::ALL.iter().map(|why| Damage::Broken(*why));
            let damages =
                Damage::ALL.iter().copied().chain(broken).map(|why| Failure::Damaged { index: None, why });
            let values = BadValue::ALL.iter().map(|why| Failure::BadValue(*why));
            let whats = damages.chain(values).map(|failure| trouble(lang, &Trouble::Store(failure)).what);
            let mut all: Vec<String> = whats.collect();
            all.extend(FormFault::ALL.iter().map(|why| form_fault(lang, *why).to_owned()));
            all.sort_unstable();
            if let Some(twice) = all.windows(2).find(|two| two[0] == two[1]) {
                panic!("{}", twice[0]);
            }
        }
    }

    #[test]
    fn an_error_is_known_wherever_a_library_has_put_it() {
        let known = |error: io::Error| Known::of(&error);
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        assert_eq!(known(full()), Known::As(OsFault::StorageFull));
        assert_eq!(known(csv::Error::from(full()).into()), Known::As(OsFault::StorageFull));
        assert_eq!(known(io::Error::other(XlsxError::IoError(full()))), Known::As(OsFault::StorageFull));
        let sheet = XlsxError::IoError(io::Error::other(SheetNotWritten));
        assert_eq!(known(io::Error::other(sheet)), Known::As(OsFault::SheetNotWritten));
        assert_eq!(known(io::Error::other(Changed)), Known::As(OsFault::Changed));
        assert_eq!(known(io::Error::other(NotOpened)), Known::As(OsFault::NotOpened));
        assert_eq!(known(io::Error::other("a word")), Known::Foreign("a word".into()));
    }
}
