//! In which way a file of an exported folder is not of the form that FORMAT.md gives, so that the check stops there.
//!
//! Owns: the list. Does not own: how it is said (`cli/text`), finding it out (the other files here).

/// What is wrong with the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormFault {
    /// Not `BagIt` 1.0.
    NotBagIt,
    /// Not a checkpoint.
    NotACheckpoint,
    /// No byte order mark.
    NoByteOrderMark,
    /// Not CSV in UTF-8.
    NotCsv,
    /// A row with more or fewer cells than it should have.
    NumberOfCells,
    /// A row that is not the header of an entry.
    NotAHeader,
    /// Rows whose indexes do not follow each other.
    NotInOrder,
    /// Not `first INDEX` and its hashes.
    NotAProof,
    /// A line that is not index, salt and facts.
    NotAnAct,
    /// Not the genesis, the keys and the trust entries in their order.
    NotTheOrigin,
    /// Headings that are not those of the format, in the language of the folder.
    Headings,
    /// A row that does not end with CRLF.
    RowEnd,
    /// A cell that is quoted and need not be, or is not and must be.
    Quotes,
    /// A line of JSON that would be written otherwise: keys, their order, spaces.
    NotOneEncoding,
}

names! {
    FormFault:
    NotBagIt => "not-bagit",
    NotACheckpoint => "not-a-checkpoint",
    NoByteOrderMark => "no-byte-order-mark",
    NotCsv => "not-csv",
    NumberOfCells => "number-of-cells",
    NotAHeader => "not-a-header",
    NotInOrder => "not-in-order",
    NotAProof => "not-a-proof",
    NotAnAct => "not-an-act",
    NotTheOrigin => "not-the-origin",
    Headings => "headings",
    RowEnd => "row-end",
    Quotes => "quotes",
    NotOneEncoding => "not-one-encoding",
}

impl FormFault {
    /// All.
    pub const ALL: &'static [FormFault] = &[
        FormFault::NotBagIt,
        FormFault::NotACheckpoint,
        FormFault::NoByteOrderMark,
        FormFault::NotCsv,
        FormFault::NumberOfCells,
        FormFault::NotAHeader,
        FormFault::NotInOrder,
        FormFault::NotAProof,
        FormFault::NotAnAct,
        FormFault::NotTheOrigin,
        FormFault::Headings,
        FormFault::RowEnd,
        FormFault::Quotes,
        FormFault::NotOneEncoding,
    ];
}
