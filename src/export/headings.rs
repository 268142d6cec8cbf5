//! The headings of the exported files. They are part of a file format: `import` reads the Japanese ones back.
//!
//! Owns: one heading a column and language. Does not own: what `import` understands beside them.

use super::Language;
use crate::record::Field;
use crate::record::field::Called;

/// The heading of a field of a record.
#[must_use]
pub fn field(language: Language, field: Field) -> &'static str {
    let Called { ja, en } = field.heading();
    match language {
        Language::Japanese => ja,
        Language::English => en,
    }
}

/// A column that is not a field of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Index in the log.
    Index,
    /// Index of the import entry.
    Import,
    /// Keyed fingerprint of the idempotency key.
    Key,
    /// Line in the imported file.
    Line,
    /// Salt of the facts.
    FactsSalt,
    /// Salt of the extra part.
    ExtraSalt,
    /// Leaf hash of the entry before.
    Prev,
    /// When the entry was taken, UTC.
    Time,
    /// Kind of entry.
    Kind,
    /// The entry that it is about.
    About,
    /// Retention base.
    Base,
    /// Hash of the facts.
    Facts,
    /// Hash of the extra part.
    Extra,
    /// Leaf hash.
    Leaf,
    /// Opened, withheld or erased.
    State,
    /// A record made by mistake.
    Void,
    /// The fields that a correction changes.
    Fields,
    /// Why it was corrected.
    Reason,
    /// Who corrected it.
    Corrector,
    /// By which entries a record was corrected.
    Corrections,
}

/// The heading of such a column.
#[must_use]
pub fn column(language: Language, column: Column) -> &'static str {
    let (ja, en) = match column {
        Column::Index => ("索引", "index"),
        Column::Import => ("取込の索引", "import"),
        Column::Key => ("冪等キーの指紋", "key_fingerprint"),
        Column::Line => ("取込元の行", "line"),
        Column::FactsSalt => ("事実のソルト", "facts_salt"),
        Column::ExtraSalt => ("補足のソルト", "extra_salt"),
        Column::Prev => ("直前の葉ハッシュ", "prev"),
        Column::Time => ("記録日時(UTC)", "time"),
        Column::Kind => ("種類", "kind"),
        Column::About => ("対象の索引", "about"),
        Column::Base => ("保存の起算日", "base"),
        Column::Facts => ("事実のハッシュ", "facts"),
        Column::Extra => ("補足のハッシュ", "extra"),
        Column::Leaf => ("葉ハッシュ", "leaf"),
        Column::State => ("出力の状態", "state"),
        Column::Void => ("取消", "void"),
        Column::Fields => ("訂正した項目", "fields"),
        Column::Reason => ("訂正の理由", "reason"),
        Column::Corrector => ("訂正者", "corrected by"),
        Column::Corrections => ("訂正のエントリ", "corrections"),
    };
    match language {
        Language::Japanese => ja,
        Language::English => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::vocabulary::{Meaning, meaning};

    #[test]
    fn import_reads_every_exported_heading_as_the_same_field() {
        for language in [Language::Japanese, Language::English] {
            for f in Field::ALL {
                let heading = field(language, *f);
                assert!(
                    matches!(meaning(heading), Meaning::Field(found, _) if found == *f),
                    "{heading} is read as {:?}",
                    meaning(heading)
                );
            }
        }
    }
}
