//! English: the comments of a proposed map.

use super::super::MapWords;

pub(crate) const WORDS: MapWords = MapWords {
    opening: "What provlog understood of the headings of a ledger. The lines behind # are not read.\n\
        Move each heading under `undecided` to a field (FIELD = \"HEADING\") or into `leave_out`, then:\n\
        provlog import --map THIS_FILE LEDGER --dry-run",
    short_rows: "empty cells at the ends of rows were left out",
    found_out: "so this time; found out each time, unless said here",
    heading: "the first row is a record; the columns are then called \"#1\", \"#2\" ...",
    columns: "field = heading; several headings [\"...\", \"...\"] are joined",
    perhaps: "could be {}",
    twice: "a second column for {}",
    unknown: "not known",
    others: "Fields without a column. To use one, write its heading and take the # away, above [constants].",
    constants: "values for every row that no column gives",
    days: "1/4/2026 is the first of April: \"dmy\"; January 4th: \"mdy\"",
    items: "what parts data items, and nothing else does",
    ditto: "what means the cell above; fields whose empty cells mean it",
    skip: "Rows that are not imported: those in which the column says one of these.",
    words: "What this ledger calls a basis.",
};
