//! All texts that people read, one folder a language; a text that one of them lacks does not compile (or fails the
//! test beside the arguments, for help).
//!
//! Owns: what there is to say ([`Say`]) and picking the language. Does not own: when it is said, or where to.

mod en;
mod foreign;
mod ja;
#[cfg(test)]
mod languages;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chrono::NaiveDate;
use provlog::import::{Divided, Encoding, Report, RowNotice, Skip, What};
use provlog::intake::Loaded;
use provlog::ledger::{Digest, Kind, Timestamp};
use provlog::record::deletion::Verdict;
use provlog::record::filing::{FilingFault, FilingRemark};
use provlog::record::hold::Hold;
use provlog::record::rules::Source;
use provlog::record::{Basis, Field};
use provlog::store::{Appended, Genesis, Issued, Stamped};
use provlog::verify::bundle::{BundleSummary, FormFault, NotChecked};
use provlog::verify::{Believed, Finding, Notice, Summary};

use super::batch::Checked;
use super::kept::Kept;
use super::lang::Lang;
use super::status::Outcome;
use super::trouble::Trouble;

/// What is wrong, and what to do about it: each on one line, with nothing hidden in it, whatever it echoes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) what: String,
    pub(crate) todo: String,
}

impl Told {
    fn new(what: impl Into<String>, todo: impl Into<String>) -> Told {
        Told { what: on_one_line(&what.into()), todo: on_one_line(&todo.into()) }
    }
}

/// The words for a basis, in a sentence of this language.
fn bases(lang: Lang) -> &'static str {
    static WORDS: LazyLock<[String; 2]> = LazyLock::new(|| {
        let words: Vec<&str> = Basis::ALL.iter().map(|basis| basis.word()).collect();
        let (last, others) = words.split_last().unwrap_or((&"", &[]));
        [words.join("、"), format!("{} or {last}", others.join(", "))]
    });
    &WORDS[usize::from(lang == Lang::En)]
}

/// The same, each with what it is called, or, for a cell, with the Japanese word that may stand there.
fn bases_explained(open: &str, close: &str, said: impl Fn(Basis) -> Option<String>) -> Vec<String> {
    let explained = |basis: &Basis| match said(*basis) {
        Some(said) => format!("{}{open}{said}{close}", basis.word()),
        None => basis.word().to_owned(),
    };
    Basis::ALL.iter().map(explained).collect()
}

/// The comments of a proposed map.
pub(crate) struct MapWords {
    pub(crate) opening: &'static str,
    pub(crate) found_out: &'static str,
    pub(crate) short_rows: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) columns: &'static str,
    pub(crate) perhaps: &'static str,
    pub(crate) twice: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) others: &'static str,
    pub(crate) constants: &'static str,
    pub(crate) days: &'static str,
    pub(crate) items: &'static str,
    pub(crate) ditto: &'static str,
    pub(crate) skip: &'static str,
    pub(crate) words: &'static str,
}

/// The comments of a proposed map.
pub(crate) fn map_words(lang: Lang) -> &'static MapWords {
    match lang {
        Lang::En => &en::map::WORDS,
        Lang::Ja => &ja::map::WORDS,
    }
}

/// Paths, one behind the other.
fn listed(files: &[PathBuf], between: &str) -> String {
    let files: Vec<String> = files.iter().map(|file| shown(file)).collect();
    files.join(between)
}

/// The words around a help text.
#[derive(Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) template: &'static str,
    pub(crate) usage: &'static str,
    pub(crate) options: &'static str,
    pub(crate) arguments: &'static str,
    pub(crate) commands: &'static str,
}

/// Everything that is said when nothing is wrong, or beside what is.
pub(crate) enum Say<'a> {
    Made {
        ledger: &'a Path,
        secret: &'a Path,
        signing_key: &'a Path,
        genesis: &'a Genesis,
    },
    Recorded {
        index: u64,
        leaf: Digest,
        existing: bool,
        /// It may have been erased before.
        again: bool,
    },
    RecordedMany {
        loaded: &'a Loaded,
    },
    NothingRecorded {
        accepted: u64,
        refused: u64,
    },
    /// Files of the ledger that others can read.
    OpenToOthers {
        files: &'a [PathBuf],
    },
    Recording,
    /// A file is being opened.
    Opening {
        file: &'a str,
    },
    Checking,
    Importing,
    Waiting,
    ClockAhead {
        days: i64,
        newest: NaiveDate,
        today: NaiveDate,
    },
    EncodingFound {
        file: &'a str,
        encoding: Encoding,
        given: bool,
        delimiter: u8,
    },
    MapProposed {
        map: &'a Path,
        file: &'a str,
        undecided: usize,
    },
    ColumnLeftOut {
        file: &'a str,
        column: &'a str,
    },
    FileReport {
        report: &'a Report,
        /// Rows that the ledger seems to have already, where it was looked up.
        known: Option<u64>,
    },
    SheetRead {
        file: &'a str,
        sheet: &'a str,
        hidden: &'a [String],
        others: &'a [String],
    },
    RowSkipped {
        file: &'a str,
        line: u64,
        why: Skip,
    },
    TitlesLeftOut {
        file: &'a str,
        from: u64,
        to: u64,
    },
    /// Claimed dates count.
    DateTrusted {
        file: &'a str,
        column: &'a str,
    },
    ClaimedDate {
        file: &'a str,
        column: &'a str,
    },
    Checked {
        file: &'a str,
        checked: Checked,
    },
    DryRun,
    NothingImported {
        accepted: u64,
        refused: u64,
    },
    Imported {
        file: &'a str,
        import: u64,
        loaded: &'a Loaded,
        known: u64,
        /// Claimed record dates count.
        trusted: bool,
    },
    SomeRefused {
        refused: u64,
    },
    RowNotice {
        file: Option<&'a str>,
        line: Option<u64>,
        notice: &'a RowNotice,
    },
    MoreNotices {
        kind: &'a str,
        more: u64,
    },
    CutOff {
        shown: u64,
    },
    NothingMatches,
    Corrected {
        about: u64,
        index: u64,
        leaf: Digest,
        void: bool,
    },
    CorrectedBy {
        entries: &'a [u64],
        void: bool,
    },
    AsRecorded {
        value: Option<&'a str>,
    },
    HoldPlaced {
        indexes: &'a [u64],
        held: u64,
    },
    HoldReleased {
        hold: u64,
        index: u64,
    },
    /// A hold as a line of a list.
    HoldLine {
        hold: &'a Hold,
        day: chrono::NaiveDate,
        reason: &'a str,
    },
    NoHolds,
    ErasedBy {
        by: Option<u64>,
    },
    Unreadable,
    EntryTitle {
        index: u64,
        kind: Kind,
        time: Timestamp,
    },
    ImportedFrom {
        import: u64,
        line: u64,
    },
    DeletableFrom {
        free: chrono::NaiveDate,
        /// The trust entry by which claimed dates count.
        trust: Option<u64>,
    },
    HeaderFollows,
    LeafHash {
        leaf: Digest,
    },
    FindingLead,
    NoticeLead,
    Verified {
        summary: &'a Summary,
        findings: u64,
    },
    PlanOnly {
        erasable: u64,
        kept: u64,
    },
    NothingToErase,
    ErasedNow {
        erased: u64,
        entries: &'a [Appended],
    },
    CheckpointIssued {
        issued: &'a Issued,
    },
    KeyChanged {
        index: u64,
        key: &'a str,
    },
    ContinuesCheckpoint {
        believed: &'a Believed,
    },
    ProofWritten {
        file: &'a Path,
        size: u64,
    },
    QueryWritten {
        file: &'a Path,
    },
    TimestampAttached {
        stamped: Stamped,
    },
    NotAnchored,
    Anchored {
        path: &'a Path,
        size: u64,
    },
    AnchorChanged {
        index: u64,
        off: bool,
    },
    NotSigned,
    BundleVerified {
        summary: &'a BundleSummary,
        findings: u64,
    },
    BundleNotRead {
        file: &'a str,
        why: FormFault,
    },
    /// A file of a folder of which something was found cannot be read.
    BundleStopped {
        why: &'a str,
    },
    BundleNotChecked {
        what: NotChecked,
    },
    BundleNotProved {
        files: &'a [String],
    },
    NotLogged,
    /// `counted`: withheld, erased, and erased since; `None` for a sparse folder.
    Exported {
        folder: &'a Path,
        opened: usize,
        counted: Option<(u64, u64, u64)>,
        logged: Option<u64>,
    },
}

/// What is said of the registers.
pub(crate) enum Registry<'a> {
    RecipientSet { id: &'a str, index: u64 },
    NoRecipients,
    FilingEntered { filing: &'a provlog::record::filing::Filing, index: u64 },
    NoFilings,
    Ended,
    MailNeedsConsent,
    Filing(FilingRemark),
    StopEntered { index: u64, effective: NaiveDate },
    StopWithdrawn { request: u64, index: u64, from: NaiveDate },
    NoStops,
    AllFilings,
    WithdrawnBy { by: u64, from: NaiveDate },
    StoppedBy { index: u64, effective: NaiveDate },
    Nameless,
    Screened { split: Divided, day: NaiveDate },
    NamesakesLeftOut { records: u64 },
    AnswerOverdue { due: NaiveDate },
    Disclosed { folder: &'a Path, records: u64, due: NaiveDate, index: u64 },
}

/// What is said of what a stopped command left.
pub(crate) enum Unfinished<'a> {
    FileRemoved { path: &'a Path },
    FolderRemoved { path: &'a Path },
    FolderPlaced { path: &'a Path, index: u64 },
    LedgerRemoved { paths: &'a [std::path::PathBuf] },
}

/// The same function in every language.
macro_rules! in_both {
    ($($name:ident($($arg:ident: $type:ty),*) -> $result:ty;)*) => {
        $(pub(crate) fn $name(lang: Lang, $($arg: $type),*) -> $result {
            match lang {
                Lang::En => en::$name($($arg),*),
                Lang::Ja => ja::$name($($arg),*),
            }
        })*
    };
}

in_both! {
    say(say: &Say<'_>) -> String;
    trouble(trouble: &Trouble) -> Told;
    usage(error: &clap::Error) -> Told;
    outcome(outcome: Outcome) -> Told;
    answer_lost(kept: &[Kept], why: &std::io::Error) -> Told;
    done_before(kept: &[Kept]) -> Told;
    problem(what: &What) -> Told;
    finding(finding: &Finding) -> Told;
    form_fault(fault: FormFault) -> &'static str;
    notice(notice: &Notice) -> String;
    verdict(verdict: &Verdict) -> String;
    registry(say: &Registry<'_>) -> String;
    unfinished(say: &Unfinished<'_>) -> String;
    label(key: &str) -> &'static str;
    filing_fault(fault: &FilingFault) -> Told;
    field(field: Field) -> &'static str;
    kind(kind: Kind) -> &'static str;
    basis(basis: Basis) -> &'static str;
    source(source: Source) -> &'static str;
    principal() -> &'static str;
    not_allowed() -> &'static str;
    rules_heading() -> [&'static str; 6];
    unspecified() -> &'static str;
    mark_amended() -> &'static str;
    mark_void() -> &'static str;
    mark_altered() -> &'static str;
    quoted(value: &str) -> String;
    list_heading() -> [&'static str; 6];
    frame() -> Frame;
    help(command: &str, argument: Option<&str>) -> Option<&'static str>;
}

/// The name of a file, as it may be shown.
pub(crate) fn shown(path: &Path) -> String {
    on_one_line(&path.display().to_string())
}

/// A value on one line, as it may be shown: a line feed becomes a stroke, see [`visible`] for the rest.
pub(crate) fn on_one_line(value: &str) -> String {
    visible(value).replace('\n', " / ")
}

/// A text as it may reach a terminal. What would not be seen, or would change what is seen, is shown as `\u{1b}`: control
/// characters, and those that turn the direction of text, so that a name reads as another. Line feeds stay.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_hidden(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// General category Cc but for the line feed, the property `Bidi_Control`, and the separators of lines and paragraphs.
fn is_hidden(c: char) -> bool {
    let turns =
        matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    (c.is_control() && c != '\n') || turns || matches!(c, '\u{2028}' | '\u{2029}')
}

/// The entry that a finding is about.
pub(crate) fn index_of(finding: &Finding) -> Option<u64> {
    match finding {
        Finding::Altered { index, .. }
        | Finding::StrayCells { index }
        | Finding::Unreadable { index, .. }
        | Finding::MissingPart { index, .. }
        | Finding::NotCanonical { index, .. }
        | Finding::BaseBeforeLog { index, .. }
        | Finding::BaseBeforeProvision { index, .. }
        | Finding::BaseBeforeClaim { index, .. }
        | Finding::NoBase { index }
        | Finding::ErasedTooEarly { index, .. }
        | Finding::ErasedWhileOpen { index, .. }
        | Finding::ErasedPermanent { index, .. }
        | Finding::ErasedUnderHold { index, .. }
        | Finding::CorrectionLeft { index, .. }
        | Finding::CorrectionErasedAlone { index, .. }
        | Finding::CorrectionOfNoRecord { index, .. }
        | Finding::ErasedTwice { index, .. }
        | Finding::NotErased { index, .. }
        | Finding::OlderThanErasure { index, .. }
        | Finding::FingerprintLeft { index }
        | Finding::FingerprintDiffers { index }
        | Finding::ImportOfNone { index, .. }
        | Finding::AboutWrong { index }
        | Finding::BaseOnPermanent { index }
        | Finding::NotUnderstood { index }
        | Finding::LookupMissing { index }
        | Finding::LookupStray { index } => Some(*index),
        Finding::Gap { expected, .. } => Some(*expected),
        Finding::ErasureOutOfRange { erasure, .. }
        | Finding::ErasureUnreadable { erasure }
        | Finding::ErasureClaim { erasure, .. }
        | Finding::DayNotStated { erasure }
        | Finding::ConfirmedOtherDay { erasure, .. }
        | Finding::ClockBehindAtErasure { erasure, .. }
        | Finding::ErasedTable { erasure } => Some(*erasure),
        Finding::KeyUnreadable { index }
        | Finding::NotInRange { index, .. }
        | Finding::ReadingDiffers { index }
        | Finding::NotInLog { index } => Some(*index),
        Finding::StampedBeforeErasure { erasure, .. } => Some(*erasure),
        Finding::HoldUnreadable { hold } => Some(*hold),
        Finding::TrustUnreadable { trust } => Some(*trust),
        Finding::NoGenesis => Some(0),
        Finding::BeforeGenesis { .. }
        | Finding::CheckpointUnreadable { .. }
        | Finding::CheckpointUnsigned { .. }
        | Finding::CheckpointForged { .. }
        | Finding::CheckpointOfAnother { .. }
        | Finding::CheckpointByOldKey { .. }
        | Finding::CutBehindCheckpoint { .. }
        | Finding::CheckpointDiffers { .. }
        | Finding::KeptCheckpoint { .. }
        | Finding::TimestampDiffers { .. }
        | Finding::CutBehindAnchor { .. }
        | Finding::AnchorDiffers { .. }
        | Finding::NotItsAnchor { .. }
        | Finding::ManifestLine { .. }
        | Finding::FileMissing { .. }
        | Finding::FileChanged { .. }
        | Finding::FileExtra { .. }
        | Finding::FileUnknown { .. }
        | Finding::Resaved { .. }
        | Finding::CheckpointMissing
        | Finding::StampDiffers { .. }
        | Finding::RangeBehindCheckpoint { .. }
        | Finding::LookupsOutOfOrder { .. }
        | Finding::LookupsOfNoRun
        | Finding::NodeWrong { .. }
        | Finding::TooManyNodes { .. }
        | Finding::NewestWrong { .. }
        | Finding::SchemaMissing { .. }
        | Finding::SchemaAltered { .. }
        | Finding::SchemaForeign { .. }
        | Finding::ConstantsDiffer { .. }
        | Finding::ValueUnused { .. }
        | Finding::ValueMisplaced { .. }
        | Finding::StateWrong
        | Finding::Sqlite { .. } => None,
    }
}

/// What clap says of a mistake, as far as it names things.
struct Mistake<'a> {
    kind: clap::error::ErrorKind,
    argument: Option<String>,
    value: Option<String>,
    suggestion: Option<String>,
    error: &'a clap::Error,
}

impl<'a> Mistake<'a> {
    fn of(error: &'a clap::Error) -> Self {
        use clap::error::ContextKind as Key;
        let get = |key| error.get(key).map(|value| on_one_line(&value.to_string()));
        Mistake {
            kind: error.kind(),
            argument: get(Key::InvalidArg).or_else(|| get(Key::InvalidSubcommand)),
            value: get(Key::InvalidValue),
            suggestion: get(Key::SuggestedArg)
                .or_else(|| get(Key::SuggestedSubcommand))
                .or_else(|| get(Key::SuggestedValue))
                .or_else(|| get(Key::ValidValue)),
            error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_field_has_a_name_in_both_languages() {
        for lang in [Lang::En, Lang::Ja] {
            for k in Kind::ALL {
                assert!(!kind(lang, *k).is_empty());
            }
            for f in Field::ALL {
                assert!(!field(lang, *f).is_empty());
            }
        }
    }

    #[test]
    fn what_would_not_be_seen_is_shown() {
        let hostile = "a\u{1b}[2K\u{202e}gpj\u{7f}\u{9b}\u{200f}\u{2066}\u{2028}\r\t見本 太郎\u{e0100}\nb";
        assert_eq!(
            on_one_line(hostile),
            "a\\u{1b}[2K\\u{202e}gpj\\u{7f}\\u{9b}\\u{200f}\\u{2066}\\u{2028}\\u{d}\\u{9}見本 太郎\u{e0100} / b"
        );
        assert!(matches!(visible("見本\n太郎"), Cow::Borrowed("見本\n太郎")));
        assert_eq!(Told::new("a\nb", "c\u{7}").todo, "c\\u{7}");
    }
}
