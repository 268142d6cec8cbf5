//! The names that programs are given: of findings, notices, problems, faults of a filing and rows that are left out. A script
//! that reads `--json` goes by them, so none changes and none goes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use provlog::import::{Skip, What};
use provlog::record::filing::FilingFault;
use provlog::verify::{Finding, Notice};

/// Every name that there has been: a new one is added here, and none is taken out or changed.
const FINDINGS: &[&str] = &[
    "no-genesis",
    "gap",
    "before-genesis",
    "altered",
    "stray-cells",
    "unreadable",
    "missing-part",
    "not-canonical",
    "base-before-log",
    "base-before-provision",
    "base-before-claim",
    "trust-unreadable",
    "no-base",
    "erased-too-early",
    "erased-while-open",
    "erased-under-hold",
    "correction-left",
    "correction-erased-alone",
    "correction-of-no-record",
    "hold-unreadable",
    "erased-permanent",
    "erasure-out-of-range",
    "erased-twice",
    "not-erased",
    "erasure-unreadable",
    "erasure-claim",
    "day-not-stated",
    "confirmed-other-day",
    "clock-behind-at-erasure",
    "older-than-erasure",
    "node-wrong",
    "too-many-nodes",
    "lookup-missing",
    "lookup-stray",
    "lookups-out-of-order",
    "lookups-of-no-run",
    "fingerprint-left",
    "erased-table",
    "newest-wrong",
    "checkpoint-unreadable",
    "checkpoint-unsigned",
    "checkpoint-forged",
    "checkpoint-of-another",
    "checkpoint-by-old-key",
    "cut-behind-checkpoint",
    "checkpoint-differs",
    "kept-checkpoint",
    "timestamp-differs",
    "stamped-before-erasure",
    "cut-behind-anchor",
    "anchor-differs",
    "not-its-anchor",
    "key-unreadable",
    "manifest-line",
    "file-missing",
    "file-changed",
    "file-extra",
    "file-unknown",
    "resaved",
    "checkpoint-missing",
    "stamp-differs",
    "not-in-range",
    "reading-differs",
    "not-in-log",
    "range-behind-checkpoint",
    "schema-missing",
    "schema-altered",
    "schema-foreign",
    "constants-differ",
    "value-unused",
    "value-misplaced",
    "fingerprint-differs",
    "import-of-none",
    "state-wrong",
    "about-wrong",
    "base-on-permanent",
    "not-understood",
    "sqlite",
];

const NOTICES: &[&str] = &[
    "trusted",
    "clock-back",
    "later-than-clock",
    "nothing-signed",
    "anchor-out-of-reach",
    "stamped",
    "no-checkpoint-given",
    "ledgers-own-key",
    "lookups-not-compared",
    "erasure-pending",
    "breaches",
    "statistics",
    "free-pages",
    "litter",
    "other-release",
    "not-logged",
];

const PROBLEMS: &[&str] = &[
    "empty-file",
    "no-rows",
    "not-text",
    "not-a-workbook",
    "old-workbook",
    "unpacks-to-too-much",
    "sheet-too-large",
    "no-such-sheet",
    "no-ledger-sheet",
    "several-sheets",
    "sheet-of-text",
    "byte-order-mark-contradicts",
    "json-lines-are-utf8",
    "not-in-encoding",
    "heading-missing",
    "heading-ambiguous",
    "heading-twice",
    "heading-unknown",
    "heading-unmapped",
    "map-not-understood",
    "map-version",
    "map-field",
    "map-side",
    "map-encoding",
    "map-separator",
    "map-words",
    "map-column-missing",
    "map-column-twice",
    "map-undecided",
    "map-for-lines",
    "constant-and-column",
    "several-constants",
    "wrong-number-of-cells",
    "cell-without-heading",
    "quote-not-closed",
    "row-too-long",
    "not-a-day",
    "no-such-day",
    "two-digit-year",
    "year-last",
    "unknown-basis",
    "unknown-method",
    "unknown-recipient-type",
    "not-yes-no",
    "consent-denied",
    "denied",
    "field-of-other-side",
    "nothing-above",
    "excel-error",
    "rounded-number",
    "not-a-party",
    "empty-item",
    "ditto-mark",
    "text",
    "too-long",
    "law",
    "scheme",
    "may-have-been-erased",
    "json-syntax",
    "not-an-object",
    "key-twice",
    "wrong-json-type",
];

const FILING_FAULTS: &[&str] = &[
    "missing",
    "no-start-day",
    "not-filed",
    "no-items",
    "item-twice",
    "special-care",
    "from-opt-out",
    "unlawful",
];

const SKIPPED: &[&str] = &["example", "total", "heading", "mapped"];

#[test]
fn no_name_that_a_program_reads_has_changed() {
    for (of, names, known) in [
        ("findings", Finding::NAMES, FINDINGS),
        ("notices", Notice::NAMES, NOTICES),
        ("problems", What::NAMES, PROBLEMS),
        ("faults of a filing", FilingFault::NAMES, FILING_FAULTS),
        ("rows left out", Skip::NAMES, SKIPPED),
    ] {
        assert_eq!(names, known, "{of}");
    }
}

#[test]
fn a_name_is_of_one_kind_alone() {
    for names in [Finding::NAMES, Notice::NAMES, What::NAMES, FilingFault::NAMES, Skip::NAMES] {
        for (at, name) in names.iter().enumerate() {
            assert!(!names[..at].contains(name), "{name}");
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{name}"
            );
        }
    }
}
