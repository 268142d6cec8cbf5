//! What is wrong with an input, as data: the file, the line, the column, the value, the kind of fault.
//!
//! Owns: the list of faults. Does not own: the words for them (`cli/text`), nor finding them.

use std::io;
use std::sync::Arc;

use chrono::NaiveDate;

use super::encoding::Encoding;
use super::heading::Needed;
use crate::ledger::part::TextFault;
use crate::record::scheme::{SchemeFault, SchemeRemark};
use crate::record::{Field, Side, judge, rules};

/// Which part of a record a fault or a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The file, its heading or the record as a whole.
    Whole,
    /// One field.
    Field(Field),
    /// The idempotency key.
    Key,
}

impl Place {
    /// The field, where it is one.
    #[must_use]
    pub fn field(self) -> Option<Field> {
        match self {
            Place::Field(field) => Some(field),
            Place::Whole | Place::Key => None,
        }
    }
}

/// A fault in an input: one line on stderr.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The input's name as the user typed it.
    pub file: Arc<str>,
    /// The physical line on which the row starts; `None`: the file as a whole, or a constant.
    pub line: Option<u64>,
    /// What it is about.
    pub place: Place,
    /// The heading as it stood; `None` where no column is concerned or the field has none.
    pub column: Option<Arc<str>>,
    /// The value as it stood, save that white space around it is trimmed; bytes outside the encoding are escaped.
    pub value: Option<String>,
    /// The fault.
    pub what: What,
}

/// A fault in one record before it is known where the record stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellFault {
    /// What it is about.
    pub place: Place,
    /// The value, trimmed.
    pub value: Option<String>,
    /// The fault.
    pub what: What,
}

/// Something worth saying about a record that is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowNotice {
    /// What it is about.
    pub place: Place,
    /// The heading as it stood, where the field has a column.
    pub column: Option<Arc<str>>,
    /// The value, trimmed.
    pub value: Option<String>,
    /// What is to be said.
    pub what: NoticeKind,
}

/// The kinds of notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NoticeKind {
    /// What the law's rules remark.
    Remark(rules::Remark),
    /// What the registers remark.
    Scheme(SchemeRemark),
    /// The record is made as it happened, with these breaches on it.
    Breaches,
    /// A day written as the number under which Excel keeps it.
    ExcelSerial,
    /// A text that is written as a formula, `="00123"`, read as the text.
    FormulaText,
    /// An apostrophe that keeps a spreadsheet from calculating a cell, left out.
    GuardTakenOff,
    /// A time behind a day, which is not kept.
    TimeLeftOut,
    /// The day on which the record is said to have been made is still to come.
    ClaimInFuture,
    /// A ditto mark, read as what stands in the row above.
    Ditto,
    /// An empty cell, read as what stands in the row above, as a map says.
    Repeated,
    /// A number that Excel seems to have taken for a day.
    LooksLikeDay,
    /// The day lies outside the era that it is written in (平成31年5月1日): the western day is unambiguous.
    EraOutOfRange,
}

impl From<judge::Remark> for NoticeKind {
    fn from(remark: judge::Remark) -> Self {
        match remark {
            judge::Remark::ClaimInFuture => NoticeKind::ClaimInFuture,
            judge::Remark::Scheme(remark) => NoticeKind::Scheme(remark),
            judge::Remark::Breaches => NoticeKind::Breaches,
            judge::Remark::Law(remark) => NoticeKind::Remark(remark),
        }
    }
}

/// A type of JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JsonType {
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A string.
    Text,
    /// An array.
    Array,
    /// An object.
    Object,
    /// `null`, as an element of an array.
    Null,
}

/// Every kind of fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Nothing in the file, or nothing but blank lines.
    EmptyFile,
    /// A heading and no rows.
    NoRows,
    /// NUL bytes, and not those of UTF-16: no text.
    NotText,
    /// An archive that is no .xlsx, or a broken one.
    NotAWorkbook,
    /// An .xls, or a workbook with a password.
    OldWorkbook,
    /// A workbook that unpacks to more than this many bytes.
    UnpacksToTooMuch {
        /// The limit.
        limit: u64,
    },
    /// A cell outside what is read of a sheet.
    SheetTooLarge {
        /// The most rows.
        rows: u32,
        /// The most columns.
        columns: u32,
    },
    /// The workbook has no sheet of the name given.
    NoSuchSheet {
        /// Those that it has.
        sheets: Vec<String>,
    },
    /// No visible sheet has a heading that is understood.
    NoLedgerSheet {
        /// Those that it has.
        sheets: Vec<String>,
    },
    /// Several sheets have a heading of a ledger.
    SeveralSheets {
        /// These.
        sheets: Vec<String>,
    },
    /// A sheet was named, and the file is no workbook.
    SheetOfText,
    /// The file starts with the byte order mark of one encoding, and another was given.
    ByteOrderMarkContradicts {
        /// What the file says.
        says: Encoding,
        /// What was given.
        given: Encoding,
    },
    /// JSON Lines are UTF-8, and another encoding was given.
    JsonLinesAreUtf8(Encoding),
    /// Bytes that this encoding does not have.
    NotInEncoding(Encoding),

    /// No column, and no constant, for something that every record needs.
    HeadingMissing(Needed, Side),
    /// A heading that may mean several things: 氏名, 住所, 日付 ...
    HeadingAmbiguous {
        /// What it may mean, as far as this version has fields for it.
        candidates: &'static [Field],
    },
    /// A second column for a field (or for the key, where `field` is `None`).
    HeadingTwice {
        /// The field.
        field: Option<Field>,
        /// The heading, as it stood, of the first column for it.
        other: Arc<str>,
    },
    /// A heading or JSON key that is not known.
    HeadingUnknown,
    /// A heading of a historical ledger that is not known: a map says what it is.
    HeadingUnmapped,
    /// A map is no TOML, or says something that it may not.
    MapNotUnderstood {
        /// Where in the line, in characters counted from 1, as far as it is known.
        column: Option<usize>,
        /// What the reader of TOML says, in English.
        message: String,
    },
    /// A map of another version.
    MapVersion {
        /// The version that is read.
        known: u32,
    },
    /// A map names a field that there is not.
    MapField,
    /// A map names another side than the two.
    MapSide,
    /// A map names an encoding that is not read.
    MapEncoding,
    /// A map parts items by nothing.
    MapSeparator,
    /// A map has words for a field whose texts are kept as they stand.
    MapWords {
        /// The fields that may have words.
        coded: &'static [Field],
    },
    /// A map names a column that the file does not have.
    MapColumnMissing,
    /// A map names a column twice.
    MapColumnTwice,
    /// A map leaves open what a column is.
    MapUndecided,
    /// A map for JSON Lines, which have no columns.
    MapForLines,
    /// A constant was given for a field that the file has as well.
    ConstantAndColumn(Field),
    /// Several values were given for a constant that takes one.
    SeveralConstants(Field),

    /// A row with more or fewer cells than the heading.
    WrongNumberOfCells {
        /// Cells of the heading.
        expected: usize,
        /// Cells of the row.
        found: usize,
    },
    /// A cell with content in a column without a heading.
    CellWithoutHeading,
    /// The file ends inside a quoted cell that starts in this row.
    QuoteNotClosed,
    /// A row or line longer than this many bytes: most likely a quote that is not closed. Reading stops here.
    RowTooLong {
        /// The most that is read.
        limit: usize,
    },

    /// Not a day in any form that is understood.
    NotADay,
    /// A day that the calendar, or the era, does not have.
    NoSuchDay,
    /// A western year of two digits.
    TwoDigitYear,
    /// The year comes last; whether the day or the month comes first, cannot be told.
    YearLast,
    /// Not a basis.
    UnknownBasis,
    /// Not a method of recording.
    UnknownMethod,
    /// Neither a body nor a person.
    UnknownRecipientType,
    /// Neither yes nor no.
    NotYesNo,
    /// The basis is consent, and the consent column says that there is none.
    ConsentDenied,
    /// It should be so, and this says that it is not.
    Denied,
    /// A field that only the other side's record has.
    FieldOfOtherSide,
    /// A ditto mark, and nothing stands above it.
    NothingAbove,
    /// An error of a formula in the place of a value.
    ExcelError,
    /// A number in the form 1.23E+11: its digits are lost.
    RoundedNumber,
    /// A cell for name, address and representative that has other parts.
    NotAParty,
    /// An empty element between two separators of items.
    EmptyItem,
    /// A ditto mark: it means the row above, and a record must say on its own what it says.
    DittoMark,
    /// Text that may not stand in a payload part.
    Text(TextFault),
    /// All fields together are longer than a record may be.
    TooLong {
        /// The most that is accepted, in bytes as written.
        limit: usize,
    },
    /// A fault by the law's rules.
    Law(rules::Fault),
    /// A fault by the registers.
    Scheme(SchemeFault),
    /// Nothing shows that it is later than what was erased: it may be one of those records.
    MayHaveBeenErased {
        /// The newest base of what was erased.
        newest: NaiveDate,
        /// Told once for so many more rows; `None`: for the row itself.
        more: Option<u64>,
    },

    /// A line that is not JSON.
    JsonSyntax {
        /// Where, in bytes from the start of the line, counted from 1.
        at: usize,
        /// Whether the line simply ends too early.
        ends_early: bool,
    },
    /// A line that is not a JSON object.
    NotAnObject,
    /// A key that stands twice in an object.
    KeyTwice,
    /// A value of a type that the field does not take.
    WrongJsonType {
        /// The type found.
        found: JsonType,
    },
}

impl From<judge::Fault> for What {
    fn from(fault: judge::Fault) -> Self {
        match fault {
            judge::Fault::Law(fault) => What::Law(fault),
            judge::Fault::Scheme(fault) => What::Scheme(fault),
            judge::Fault::MayHaveBeenErased { newest } => What::MayHaveBeenErased { newest, more: None },
        }
    }
}

names! {
    What:
    EmptyFile => "empty-file",
    NoRows => "no-rows",
    NotText => "not-text",
    NotAWorkbook => "not-a-workbook",
    OldWorkbook => "old-workbook",
    UnpacksToTooMuch => "unpacks-to-too-much",
    SheetTooLarge => "sheet-too-large",
    NoSuchSheet => "no-such-sheet",
    NoLedgerSheet => "no-ledger-sheet",
    SeveralSheets => "several-sheets",
    SheetOfText => "sheet-of-text",
    ByteOrderMarkContradicts => "byte-order-mark-contradicts",
    JsonLinesAreUtf8 => "json-lines-are-utf8",
    NotInEncoding => "not-in-encoding",
    HeadingMissing => "heading-missing",
    HeadingAmbiguous => "heading-ambiguous",
    HeadingTwice => "heading-twice",
    HeadingUnknown => "heading-unknown",
    HeadingUnmapped => "heading-unmapped",
    MapNotUnderstood => "map-not-understood",
    MapVersion => "map-version",
    MapField => "map-field",
    MapSide => "map-side",
    MapEncoding => "map-encoding",
    MapSeparator => "map-separator",
    MapWords => "map-words",
    MapColumnMissing => "map-column-missing",
    MapColumnTwice => "map-column-twice",
    MapUndecided => "map-undecided",
    MapForLines => "map-for-lines",
    ConstantAndColumn => "constant-and-column",
    SeveralConstants => "several-constants",
    WrongNumberOfCells => "wrong-number-of-cells",
    CellWithoutHeading => "cell-without-heading",
    QuoteNotClosed => "quote-not-closed",
    RowTooLong => "row-too-long",
    NotADay => "not-a-day",
    NoSuchDay => "no-such-day",
    TwoDigitYear => "two-digit-year",
    YearLast => "year-last",
    UnknownBasis => "unknown-basis",
    UnknownMethod => "unknown-method",
    UnknownRecipientType => "unknown-recipient-type",
    NotYesNo => "not-yes-no",
    ConsentDenied => "consent-denied",
    Denied => "denied",
    FieldOfOtherSide => "field-of-other-side",
    NothingAbove => "nothing-above",
    ExcelError => "excel-error",
    RoundedNumber => "rounded-number",
    NotAParty => "not-a-party",
    EmptyItem => "empty-item",
    DittoMark => "ditto-mark",
    Text => "text",
    TooLong => "too-long",
    Law => "law",
    Scheme => "scheme",
    MayHaveBeenErased => "may-have-been-erased",
    JsonSyntax => "json-syntax",
    NotAnObject => "not-an-object",
    KeyTwice => "key-twice",
    WrongJsonType => "wrong-json-type",
}

/// An input could not be opened or read.
#[derive(Debug)]
pub struct SourceError {
    /// The input's name as the user typed it.
    pub name: Arc<str>,
    /// Why.
    pub error: io::Error,
}

/// Why an input is not read at all.
#[derive(Debug)]
pub enum NotRead {
    /// It cannot be opened or read (exit status 2).
    Source(SourceError),
    /// Its content is refused before the first row (exit status 1).
    Problems(Vec<Problem>),
}

impl From<SourceError> for NotRead {
    fn from(error: SourceError) -> Self {
        NotRead::Source(error)
    }
}
