//! The headings of the exported files. They are part of a file format: `import` reads the Japanese ones back.
//!
//! Owns: one heading a column and language. Does not own: what `import` understands beside them.

use super::Language;
use crate::record::Field;

/// The heading of a field of a record.
#[must_use]
pub fn field(language: Language, field: Field) -> &'static str {
    let (ja, en) = match field {
        Field::ProvidedOn => ("提供年月日", "Date provided"),
        Field::ReceivedOn => ("提供を受けた年月日", "Date received"),
        Field::PeriodFrom => ("提供開始日", "Period from"),
        Field::PeriodTo => ("提供終了日", "Period to"),
        Field::RecipientName => ("第三者の氏名又は名称", "Recipient name"),
        Field::RecipientAddress => ("第三者の住所", "Recipient address"),
        Field::RecipientRepresentative => ("法人の代表者の氏名", "Representative"),
        Field::RecipientType => ("第三者の種別", "recipient_type"),
        Field::UnspecifiedRecipients => ("不特定かつ多数の者に提供した旨", "unspecified_recipients"),
        Field::RecipientId => ("提供先ID", "Recipient ID"),
        Field::ProviderName => ("提供元の氏名又は名称", "Provider name"),
        Field::ProviderAddress => ("提供元の住所", "Provider address"),
        Field::ProviderRepresentative => ("提供元の代表者の氏名", "Provider representative"),
        Field::ProviderType => ("提供元の種別", "provider_type"),
        Field::Acquisition => ("取得の経緯", "How acquired"),
        Field::Confirmation => ("確認の方法", "confirmation"),
        Field::PpcPublication => ("個人情報保護委員会による公表", "ppc_publication"),
        Field::ForeignRecipient => ("外国にある第三者", "foreign_recipient"),
        Field::ForeignInformation => ("外国にある第三者に関する情報提供", "foreign_information"),
        Field::PrincipalId => ("本人ID", "Subject ID"),
        Field::PrincipalName => ("本人の氏名", "Data subject"),
        Field::Items => ("個人データの項目", "Data items"),
        Field::Basis => ("提供の根拠", "Legal Basis"),
        Field::Exemption => ("記録義務の例外", "exemption"),
        Field::Method => ("記録の方法", "method"),
        Field::ConsentEvidence => ("本人の同意の証跡", "consent_evidence"),
        Field::Filing => ("オプトアウト届出", "filing"),
        Field::ExistenceWithheld => ("存否を明らかにしない理由", "existence_withheld"),
        Field::Breaches => ("違反の内容", "breaches"),
        Field::Purpose => ("提供目的", "Purpose of Disclosure"),
        Field::Medium => ("媒体", "Disclosure Method"),
        Field::Handler => ("担当者", "Reported by"),
        Field::Note => ("備考", "note"),
        Field::SourceNumber => ("整理番号", "source_number"),
        Field::ClaimedRecordedOn => ("記録日", "claimed_recorded_on"),
    };
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
