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
    ];
}
