//! What headings and JSON keys are called.
//!
//! Owns: the names that are understood: those seen in old ledgers (docs/LAW.md, "Old ledgers"), those of our own export, those
//! of the payload. Does not own: what a file must have (`heading`).
//!
//! Nothing is guessed: a name is in a table or it is unknown, and one that may mean two things is said to.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;

use super::cells::Split;
use crate::record::Field;
use crate::record::field::Called;

/// The headings seen in old ledgers, beside those of our own export and the keys, which the table of fields has.
#[rustfmt::skip]
const HEADINGS: &[(Field, &[&str])] = &[
    (Field::ProvidedOn, &[
        "提供日", "提供した日", "提供日付", "引渡日", "送付日", "開示日", "授受日", "Date of Disclosure", "Provision date",
        "Date shared",
    ]),
    (Field::RecipientName, &[
        "提供先", "提供先名", "提供先名称", "提供先氏名・名称", "第三者名", "相手先", "会社名", "取引先名", "Recipient",
        "Recipient Name", "Recipient Organization", "Third party", "Disclosed to", "提供先の氏名",
        "提供先 会社名", "第三者", "第三者の氏名", "第三者の名称", "相手先名", "相手先の氏名又は名称",
    ]),
    (Field::RecipientAddress, &[
        "提供先住所", "所在地", "本店所在地", "Recipient Contact Info", "提供先 所在地", "第三者の所在地", "相手先の住所",
        "相手先の所在地",
    ]),
    (Field::RecipientRepresentative, &[
        "代表者", "代表者名", "代表者氏名", "代表者の氏名", "提供先代表者", "代表取締役", "提供先代表者名", "提供先の代表者の氏名", "第三者の代表者",
        "第三者の代表者の氏名", "第三者の法人の代表者の氏名", "相手先の代表者", "Recipient Representative",
    ]),
    (Field::UnspecifiedRecipients, &[
        "不特定かつ多数", "不特定多数への提供", "一般公開", "Public",
    ]),
    (Field::PrincipalName, &[
        "本人", "本人氏名", "本人の氏名等", "対象者", "対象者名", "Name of patient", "Individual", "本人の名前", "対象者の氏名",
        "Subject Name",
    ]),
    (Field::PrincipalId, &[
        "本人識別子", "会員番号", "顧客ID", "顧客番号", "管理番号", "本人を特定するに足りる事項(ID)", "本人の番号", "本人の会員番号", "対象者ID",
        "対象者の番号",
    ]),
    (Field::Items, &[
        "提供項目", "提供した項目", "提供データ項目", "情報の種類", "内容", "Type of PHI Disclosed",
        "Description of the information released",
    ]),
    (Field::ConsentEvidence, &[
        "本人の同意", "同意", "同意の有無", "同意日", "同意取得方法", "同意書番号", "Consent",
    ]),
    (Field::Basis, &[
        "根拠", "法的根拠", "提供根拠", "根拠条文", "提供区分",
    ]),
    (Field::ReceivedOn, &[
        "受領日", "提供を受けた日",
    ]),
    (Field::PeriodFrom, &[
        "期間(自)", "提供期間(自)", "提供期間 開始日", "期間 開始",
    ]),
    (Field::PeriodTo, &[
        "最終提供日", "期間(至)", "提供期間(至)", "提供期間 終了日", "期間 終了",
    ]),
    (Field::RecipientId, &[
        "提供先コード", "第三者ID", "相手先コード",
    ]),
    (Field::ProviderName, &[
        "提供元", "提供元名", "取得元", "提供元の名称", "提供元の氏名",
    ]),
    (Field::ProviderAddress, &[
        "提供元の所在地",
    ]),
    (Field::ProviderRepresentative, &[
        "提供元の代表者", "提供元の代表者名",
    ]),
    (Field::Acquisition, &[
        "入手経路",
    ]),
    (Field::PpcPublication, &[
        "公表の有無", "届出番号",
    ]),
    (Field::Medium, &[
        "提供方法", "提供手段", "手段", "送付方法",
    ]),
    (Field::Purpose, &[
        "利用目的", "目的", "用途",
    ]),
    (Field::ClaimedRecordedOn, &[
        "作成日", "記録作成日", "記入日", "登録日",
    ]),
    (Field::Handler, &[
        "担当", "記録者", "作成者", "承認者",
    ]),
    (Field::Note, &[
        "摘要",
    ]),
    (Field::SourceNumber, &[
        "No.", "番号", "受付ID",
    ]),
];

/// Columns that hold a first and a last day.
const PERIODS: &[&str] = &["提供期間", "期間", "Period"];

/// Columns that hold the other side's name, address and representative.
const PARTIES: &[&str] = &[
    "提供先(名称・住所・代表者)",
    "提供先(氏名・住所・代表者)",
    "提供先名・住所・代表者",
    "提供先の氏名又は名称・住所・代表者",
    "提供先の氏名又は名称及び住所並びに代表者の氏名",
    "第三者の氏名又は名称・住所・代表者",
    "第三者の氏名又は名称及び住所並びに法人の代表者の氏名",
    "第三者(名称・住所・代表者)",
    "提供先情報",
    "第三者の氏名等",
];

/// Columns that provlog itself has added to a file: to refused rows, to exported records.
const OURS: &[&str] = &[
    // `cli/rejects` names them.
    REJECTED,
    "provlog_reason",
    "索引",
    "取込の索引",
    "取込元の行",
    "冪等キーの指紋",
    "index",
    "import",
    "key_fingerprint",
    "line",
    "事実のソルト",
    "補足のソルト",
    "facts_salt",
    "extra_salt",
    "訂正のエントリ",
    "corrections",
];

/// The column that refused rows have.
const REJECTED: &str = "provlog_line";

/// Columns that only records have which we exported: each of their items is as it was recorded.
const EXPORTED: &[&str] = &["事実のソルト", "facts_salt", "訂正のエントリ", "corrections"];

/// Headings that need their neighbours or a mapping.
const AMBIGUOUS: &[(&[&str], &[Field])] = &[
    (&["氏名", "Name"], &[Field::RecipientName, Field::PrincipalName]),
    (&["名称"], &[Field::RecipientName, Field::Items]),
    (&["住所", "Address"], &[Field::RecipientAddress]),
    (&["項目"], &[Field::Items]),
    (&["日付", "Date"], &[Field::ProvidedOn, Field::ClaimedRecordedOn]),
];

/// What a heading or a JSON key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A field; how a cell of items is split depends on the heading (`items`: at LF only, the payload's own form).
    Field(Field, Split),
    /// The idempotency key, `key`.
    Key,
    /// A first and a last day in one cell.
    Period,
    /// The other side's name, address and representative in one cell.
    Party,
    /// Ours, and no part of the record.
    Ours,
    /// One of several; which, cannot be told.
    Ambiguous(&'static [Field]),
    /// Not known.
    Unknown,
    /// Nothing but white space.
    Blank,
}

/// By folded heading.
static MEANINGS: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    let fields = Field::ALL
        .iter()
        .flat_map(|field| headings_of(*field).map(|h| (fold(h), Meaning::Field(*field, Split::Separators))));
    let several =
        |headings: &'static [&'static str], meaning| headings.iter().map(move |h| (fold(h), meaning));
    let several_cells = several(PERIODS, Meaning::Period).chain(several(PARTIES, Meaning::Party));
    let ambiguous = AMBIGUOUS
        .iter()
        .flat_map(|(headings, fields)| headings.iter().map(|h| (fold(h), Meaning::Ambiguous(fields))));
    let names = Field::ALL.iter().map(|f| (f.name().to_owned(), Meaning::Field(*f, Split::LineFeeds)));
    fields
        .chain(several_cells)
        .chain(ambiguous)
        .chain(names)
        .chain(OURS.iter().map(|h| (fold(h), Meaning::Ours)))
        .chain([("key".to_owned(), Meaning::Key)])
        .collect()
});

/// NFKC, without white space and what people put between words, ASCII in lower case.
pub(super) fn fold(heading: &str) -> String {
    let is_between = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                'の' | '・'
                    | '/'
                    | '('
                    | ')'
                    | '['
                    | ']'
                    | '【'
                    | '】'
                    | '「'
                    | '」'
                    | '<'
                    | '>'
                    | ':'
                    | '.'
                    | '、'
                    | ','
                    | '※'
                    | '*'
                    | '●'
                    | '■'
            )
    };
    let mut folded: String =
        heading.nfkc().filter(|c| !is_between(*c)).map(|c| c.to_ascii_lowercase()).collect();
    for (long, short) in
        [("年月日", "日"), ("又は", ""), ("または", ""), ("及び", ""), ("および", ""), ("並びに", "")]
    {
        if folded.contains(long) {
            folded = folded.replace(long, short);
        }
    }
    match folded.strip_suffix("必須").or(folded.strip_suffix("任意")) {
        Some(name) => name.to_owned(),
        None => folded,
    }
}

/// What a heading or a JSON key means.
#[must_use]
pub fn meaning(heading: &str) -> Meaning {
    let folded = fold(heading);
    if folded.is_empty() {
        return Meaning::Blank;
    }
    MEANINGS.get(&folded).copied().unwrap_or(Meaning::Unknown)
}

/// Whether these are the headings of records that we exported.
pub(super) fn are_exported(headings: &[std::sync::Arc<str>]) -> bool {
    headings.iter().any(|heading| EXPORTED.contains(&heading.trim()))
}

/// Whether an apostrophe before a formula is no part of a cell: not in records that we exported, which stand as they are hashed,
/// unless they were refused and come back.
pub(super) fn are_guarded(headings: &[std::sync::Arc<str>]) -> bool {
    are_refused_ones(headings) || !are_exported(headings)
}

/// Whether these are the headings of rows that we refused and wrote to a file.
pub(super) fn are_refused_ones(headings: &[std::sync::Arc<str>]) -> bool {
    headings.iter().any(|heading| heading.trim() == REJECTED)
}

/// The headings that are understood for a field, that of our own export first, without its payload name.
pub fn headings_of(field: Field) -> impl Iterator<Item = &'static str> {
    let Called { ja, en } = field.heading();
    let seen =
        HEADINGS.iter().filter(move |(f, _)| *f == field).flat_map(|(_, headings)| headings.iter().copied());
    // An English heading that is the key itself means what the key does.
    [ja].into_iter().chain(seen).chain([en].into_iter().filter(move |en| *en != field.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_heading_means_two_things() {
        let mut all: Vec<(String, String)> = Vec::new();
        let mut add = |heading: &str, meaning: String| all.push((fold(heading), meaning));
        for field in Field::ALL {
            headings_of(*field).for_each(|h| add(h, format!("{field}")));
        }
        PERIODS.iter().for_each(|h| add(h, "period".into()));
        PARTIES.iter().for_each(|h| add(h, "party".into()));
        OURS.iter().for_each(|h| add(h, "ours".into()));
        for (headings, fields) in AMBIGUOUS {
            headings.iter().for_each(|h| add(h, format!("{fields:?}")));
        }
        all.sort_unstable();
        all.dedup();
        for pair in all.windows(2) {
            assert_ne!(pair[0].0, pair[1].0, "{pair:?}");
        }
    }

    /// Copied from docs/LAW.md, "Old ledgers", so that a heading lost from the table is noticed.
    #[test]
    fn every_heading_seen_in_old_ledgers_is_understood() {
        for (field, seen) in [
            (
                Field::ProvidedOn,
                "提供年月日, 提供日, 提供した日, 提供日付, 引渡日, 送付日, 開示日, 授受日, Date of Disclosure, Provision date, Date provided, Date shared",
            ),
            (
                Field::RecipientName,
                "提供先, 提供先名, 提供先名称, 提供先氏名・名称, 第三者の氏名又は名称, 第三者名, 相手先, 会社名, 取引先名, Recipient, Recipient Name, Recipient Organization, Third party, Disclosed to",
            ),
            (
                Field::RecipientAddress,
                "提供先住所, 第三者の住所, 所在地, 本店所在地, Recipient address, Recipient Contact Info",
            ),
            (
                Field::RecipientRepresentative,
                "代表者, 代表者名, 代表者氏名, 代表者の氏名, 提供先代表者, 代表取締役, Representative, 法人の代表者の氏名",
            ),
            (
                Field::UnspecifiedRecipients,
                "不特定かつ多数, 不特定多数への提供, 一般公開, Public, 不特定かつ多数の者に提供した旨",
            ),
            (
                Field::PrincipalName,
                "本人, 本人氏名, 本人の氏名, 本人の氏名等, 対象者, 対象者名, Name of patient, Data subject, Individual",
            ),
            (Field::PrincipalId, "本人識別子, 本人ID, 会員番号, 顧客ID, 顧客番号, 管理番号, Subject ID"),
            (
                Field::Items,
                "個人データの項目, 提供項目, 提供した項目, 提供データ項目, 情報の種類, 内容, Data items, Type of PHI Disclosed, Description of the information released",
            ),
            (
                Field::ConsentEvidence,
                "本人の同意, 同意, 同意の有無, 同意日, 同意取得方法, 同意書番号, Consent, 本人の同意の証跡",
            ),
            (Field::Basis, "根拠, 法的根拠, 提供根拠, 根拠条文, 提供区分, Legal Basis, 提供の根拠"),
            (Field::Medium, "提供方法, 提供手段, 手段, 媒体, 送付方法, Disclosure Method"),
            (Field::Purpose, "提供目的, 利用目的, 目的, 用途, Purpose of Disclosure"),
            (Field::ClaimedRecordedOn, "記録日, 作成日, 記録作成日, 記入日, 登録日"),
            (Field::ReceivedOn, "受領日, 提供を受けた日"),
            (Field::ProviderName, "提供元, 提供元名, 取得元"),
            (Field::Acquisition, "取得の経緯, 入手経路"),
            (Field::PeriodFrom, "提供開始日, 期間(自)"),
            (Field::PeriodTo, "提供終了日, 最終提供日, 期間(至)"),
            (Field::PpcPublication, "個人情報保護委員会による公表, 公表の有無, 届出番号"),
            (Field::Handler, "担当者, 記録者, 作成者, 承認者, Reported by"),
            (Field::Note, "備考, 摘要"),
            (Field::SourceNumber, "No., 番号, 整理番号, 受付ID"),
        ] {
            for heading in seen.split(", ") {
                assert_eq!(meaning(heading), Meaning::Field(field, Split::Separators), "{heading}");
            }
        }
        assert_eq!(meaning("提供期間"), Meaning::Period);
        for heading in ["氏名", "名称", "住所", "項目", "日付"] {
            assert!(matches!(meaning(heading), Meaning::Ambiguous(_)), "{heading}");
        }
        for field in Field::ALL {
            assert_eq!(meaning(field.name()), Meaning::Field(*field, Split::LineFeeds));
            assert!(headings_of(*field).next().is_some(), "{field} has no heading for people");
        }
    }

    #[test]
    fn width_case_spaces_and_line_breaks_in_headings_do_not_matter() {
        for (seen, field) in [
            ("提供\n年月日", Field::ProvidedOn),
            ("　提供　日 ", Field::ProvidedOn),
            ("DATE OF\r\nDISCLOSURE", Field::ProvidedOn),
            ("顧客ＩＤ", Field::PrincipalId),
            ("Ｎｏ．", Field::SourceNumber),
            ("提供先氏名･名称", Field::RecipientName),
            ("Principal_ID", Field::PrincipalId),
            ("提供の年月日（必須）", Field::ProvidedOn),
            ("提供先　名称", Field::RecipientName),
            ("第三者の\n氏名／名称", Field::RecipientName),
            ("№", Field::SourceNumber),
            ("【個人データ項目】", Field::Items),
        ] {
            assert!(matches!(meaning(seen), Meaning::Field(f, _) if f == field), "{seen}");
        }
        assert!(matches!(meaning("期間（自）"), Meaning::Field(Field::PeriodFrom, _)));
        assert_eq!(meaning(" \u{3000}"), Meaning::Blank);
        assert_eq!(meaning("社内メモ"), Meaning::Unknown);
    }
}
