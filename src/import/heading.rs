//! What the headings of a file mean.
//!
//! Owns: the headings that are understood (law.md section 6, the headings of our own export, the payload's names),
//! which columns a file must have, what becomes of the others.
//! Does not own: cells (`row`), nor how a heading is found in a file (`table`, `lines`).
//!
//! Nothing is guessed: a heading is in the table or it is unknown, and one that may mean two things is refused.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use unicode_normalization::UnicodeNormalization as _;

use super::cells::Split;
use super::problem::What;

use crate::record::Field;

/// The headings of each field; the first is that of our own export. Payload names need no row.
const HEADINGS: &[(Field, &[&str])] = &[
    (
        Field::ProvidedOn,
        &[
            "提供年月日",
            "提供日",
            "提供した日",
            "提供日付",
            "引渡日",
            "送付日",
            "開示日",
            "授受日",
            "Date of Disclosure",
            "Provision date",
            "Date provided",
            "Date shared",
        ],
    ),
    (
        Field::RecipientName,
        &[
            "第三者の氏名又は名称",
            "提供先",
            "提供先名",
            "提供先名称",
            "提供先氏名・名称",
            "第三者名",
            "相手先",
            "会社名",
            "取引先名",
            "Recipient",
            "Recipient Name",
            "Recipient Organization",
            "Third party",
            "Disclosed to",
        ],
    ),
    (
        Field::RecipientAddress,
        &[
            "第三者の住所",
            "提供先住所",
            "所在地",
            "本店所在地",
            "Recipient address",
            "Recipient Contact Info",
        ],
    ),
    (
        Field::RecipientRepresentative,
        &[
            "法人の代表者の氏名",
            "代表者",
            "代表者名",
            "代表者氏名",
            "代表者の氏名",
            "提供先代表者",
            "代表取締役",
            "Representative",
        ],
    ),
    (Field::RecipientType, &["第三者の種別"]),
    (
        Field::UnspecifiedRecipients,
        &["不特定かつ多数の者に提供した旨", "不特定かつ多数", "不特定多数への提供", "一般公開", "Public"],
    ),
    (
        Field::PrincipalName,
        &[
            "本人の氏名",
            "本人",
            "本人氏名",
            "本人の氏名等",
            "対象者",
            "対象者名",
            "Name of patient",
            "Data subject",
            "Individual",
        ],
    ),
    (
        Field::PrincipalId,
        &[
            "本人ID",
            "本人識別子",
            "会員番号",
            "顧客ID",
            "顧客番号",
            "管理番号",
            "Subject ID",
            "本人を特定するに足りる事項(ID)",
        ],
    ),
    (
        Field::Items,
        &[
            "個人データの項目",
            "提供項目",
            "提供した項目",
            "提供データ項目",
            "情報の種類",
            "内容",
            "Data items",
            "Type of PHI Disclosed",
            "Description of the information released",
        ],
    ),
    (
        Field::ConsentEvidence,
        &[
            "本人の同意の証跡",
            "本人の同意",
            "同意",
            "同意の有無",
            "同意日",
            "同意取得方法",
            "同意書番号",
            "Consent",
        ],
    ),
    (Field::Basis, &["提供の根拠", "根拠", "法的根拠", "提供根拠", "根拠条文", "提供区分", "Legal Basis"]),
    (Field::Method, &["記録の方法"]),
    (Field::Medium, &["媒体", "提供方法", "提供手段", "手段", "送付方法", "Disclosure Method"]),
    (Field::Purpose, &["提供目的", "利用目的", "目的", "用途", "Purpose of Disclosure"]),
    (Field::ClaimedRecordedOn, &["記録日", "作成日", "記録作成日", "記入日", "登録日"]),
    (Field::Handler, &["担当者", "記録者", "作成者", "承認者", "Reported by"]),
    (Field::Note, &["備考", "摘要"]),
    (Field::SourceNumber, &["整理番号", "No.", "番号", "受付ID"]),
];

/// Known headings for which this version has no field: period, receipt, PPC publication.
const NOT_YET: &[&str] = &[
    "提供期間",
    "提供開始日",
    "提供終了日",
    "最終提供日",
    "期間(自)",
    "期間(至)",
    "受領日",
    "提供を受けた日",
    "提供元",
    "提供元名",
    "取得元",
    "取得の経緯",
    "入手経路",
    "個人情報保護委員会による公表",
    "公表の有無",
    "届出番号",
];

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
    /// Known, without a field in this version.
    NotYet,
    /// One of several; which, cannot be told.
    Ambiguous(&'static [Field]),
    /// Not known.
    Unknown,
    /// Nothing but white space.
    Blank,
}

/// By folded heading.
static MEANINGS: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    let fields = HEADINGS.iter().flat_map(|(field, headings)| {
        headings.iter().map(|h| (fold(h), Meaning::Field(*field, Split::Separators)))
    });
    let not_yet = NOT_YET.iter().map(|h| (fold(h), Meaning::NotYet));
    let ambiguous = AMBIGUOUS
        .iter()
        .flat_map(|(headings, fields)| headings.iter().map(|h| (fold(h), Meaning::Ambiguous(fields))));
    let names = Field::ALL.iter().map(|f| (f.name().to_owned(), Meaning::Field(*f, Split::LineFeeds)));
    fields.chain(not_yet).chain(ambiguous).chain(names).chain([("key".to_owned(), Meaning::Key)]).collect()
});

/// NFKC, without white space, ASCII in lower case.
fn fold(heading: &str) -> String {
    heading.nfkc().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect()
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

/// The headings that are understood for a field, that of our own export first, without its payload name.
pub fn headings_of(field: Field) -> impl Iterator<Item = &'static str> {
    HEADINGS.iter().filter(move |(f, _)| *f == field).flat_map(|(_, headings)| headings.iter().copied())
}

/// What every record needs, and so every file: by a column or by a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Needed {
    /// The day of provision.
    ProvidedOn,
    /// The recipient, or that there are unspecified ones.
    Recipient,
    /// The principal.
    Principal,
    /// The items.
    Items,
    /// The basis.
    Basis,
}

impl Needed {
    /// All, in the order of a record.
    pub const ALL: [Needed; 5] =
        [Needed::ProvidedOn, Needed::Recipient, Needed::Principal, Needed::Items, Needed::Basis];

    /// The fields of which one is needed.
    #[must_use]
    pub fn fields(self) -> &'static [Field] {
        match self {
            Needed::ProvidedOn => &[Field::ProvidedOn],
            Needed::Recipient => &[Field::RecipientName, Field::UnspecifiedRecipients],
            Needed::Principal => &[Field::PrincipalId, Field::PrincipalName],
            Needed::Items => &[Field::Items],
            Needed::Basis => &[Field::Basis],
        }
    }
}

/// What to do with columns that no field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Columns {
    /// They are left out, and reported: a historical ledger has columns of its own. There is no `key`.
    LeaveOutUnknown,
    /// They are refused: a file made for `record` loses nothing silently. `key` is known.
    RefuseUnknown,
}

/// What a column is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// A field.
    Field(Field),
    /// The idempotency key.
    Key,
    /// Nothing: its heading is unknown or blank.
    LeftOut,
    /// Nothing yet: its heading is known, but this version has no field for it.
    NotYet,
}

/// A column of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The heading as it stood, white space around it trimmed.
    pub heading: Arc<str>,
    /// What it is used for.
    pub used: Use,
    /// How its cells are split, where it holds items.
    pub(super) split: Split,
}

/// Understands the headings of a file. A fault comes with the position of its column, or none for the whole heading.
pub(super) fn understand(
    headings: &[Arc<str>],
    constants: &[Field],
    unknown: Columns,
) -> Result<Vec<Column>, Vec<(Option<usize>, What)>> {
    let mut columns: Vec<Column> = Vec::with_capacity(headings.len());
    let mut faults = Vec::new();
    // What an ambiguous column may be is not reported as missing as well.
    let mut perhaps: Vec<Field> = constants.to_vec();
    for (position, heading) in headings.iter().enumerate() {
        let mut split = Split::Separators;
        let mut fault = |what| faults.push((Some(position), what));
        let used = match (meaning(heading), unknown) {
            (Meaning::Field(field, how), _) => {
                split = how;
                Use::Field(field)
            }
            (Meaning::Key, Columns::RefuseUnknown) => Use::Key,
            (Meaning::Blank, _) | (Meaning::Key | Meaning::Unknown, Columns::LeaveOutUnknown) => Use::LeftOut,
            (Meaning::NotYet, Columns::LeaveOutUnknown) => Use::NotYet,
            (Meaning::NotYet, Columns::RefuseUnknown) => {
                fault(What::HeadingNotYet);
                Use::NotYet
            }
            (Meaning::Unknown, Columns::RefuseUnknown) => {
                fault(What::HeadingUnknown);
                Use::LeftOut
            }
            (Meaning::Ambiguous(candidates), _) => {
                perhaps.extend(candidates);
                fault(What::HeadingAmbiguous { candidates });
                Use::LeftOut
            }
        };
        if let Use::Field(_) | Use::Key = used
            && let Some(other) = columns.iter().find(|c| c.used == used)
        {
            let field = if let Use::Field(field) = used { Some(field) } else { None };
            fault(What::HeadingTwice { field, other: Arc::clone(&other.heading) });
        }
        if let Use::Field(field) = used
            && constants.contains(&field)
        {
            fault(What::ConstantAndColumn(field));
        }
        columns.push(Column { heading: Arc::clone(heading), used, split });
    }
    for needed in Needed::ALL {
        let given =
            |f: &Field| perhaps.contains(f) || columns.iter().any(|column| column.used == Use::Field(*f));
        if !needed.fields().iter().any(given) {
            faults.push((None, What::HeadingMissing(needed)));
        }
    }
    if faults.is_empty() { Ok(columns) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(
        headings: &str,
        constants: &[Field],
        unknown: Columns,
    ) -> Result<Vec<Use>, Vec<(Option<usize>, What)>> {
        let headings: Vec<Arc<str>> = headings.split(',').map(Arc::from).collect();
        understand(&headings, constants, unknown).map(|all| all.iter().map(|c| c.used).collect())
    }

    #[test]
    fn no_heading_means_two_things() {
        let rows = HEADINGS.iter().map(|(_, h)| h.len()).sum::<usize>()
            + NOT_YET.len()
            + AMBIGUOUS.iter().map(|(h, _)| h.len()).sum::<usize>();
        assert_eq!(MEANINGS.len(), rows + Field::COUNT + 1);
    }

    /// Copied from law.md section 6, so that a heading lost from the table is noticed.
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
            (Field::Handler, "担当者, 記録者, 作成者, 承認者, Reported by"),
            (Field::Note, "備考, 摘要"),
            (Field::SourceNumber, "No., 番号, 整理番号, 受付ID"),
        ] {
            for heading in seen.split(", ") {
                assert_eq!(meaning(heading), Meaning::Field(field, Split::Separators), "{heading}");
            }
        }
        for heading in "提供期間, 提供開始日, 提供終了日, 最終提供日, 期間(自), 期間(至), 受領日, 提供を受けた日, 提供元, 提供元名, 取得元, 取得の経緯, 入手経路, 個人情報保護委員会による公表, 公表の有無, 届出番号".split(", ") {
            assert_eq!(meaning(heading), Meaning::NotYet, "{heading}");
        }
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
        ] {
            assert!(matches!(meaning(seen), Meaning::Field(f, _) if f == field), "{seen}");
        }
        assert_eq!(meaning("期間（自）"), Meaning::NotYet);
        assert_eq!(meaning(" \u{3000}"), Meaning::Blank);
        assert_eq!(meaning("社内メモ"), Meaning::Unknown);
    }

    #[test]
    fn unknown_columns_are_left_out_by_import_and_refused_by_record() {
        let headings = "提供日,提供先,本人,提供項目,根拠,社内メモ,key,期間(自),";
        use Use::{LeftOut, NotYet};
        let uses = plan(headings, &[], Columns::LeaveOutUnknown).unwrap();
        assert_eq!(uses[5..], [LeftOut, LeftOut, NotYet, LeftOut]);
        let faults = plan(headings, &[], Columns::RefuseUnknown).unwrap_err();
        assert_eq!(faults, [(Some(5), What::HeadingUnknown), (Some(7), What::HeadingNotYet)]);
        let uses = plan("key,提供日,提供先,本人,提供項目,根拠,", &[], Columns::RefuseUnknown).unwrap();
        assert_eq!((uses[0], uses[6]), (Use::Key, LeftOut));
    }

    #[test]
    fn a_missing_column_is_named_unless_a_constant_gives_it() {
        let missing =
            |headings, constants: &[Field]| match plan(headings, constants, Columns::LeaveOutUnknown) {
                Ok(_) => vec![],
                Err(faults) => faults,
            };
        assert_eq!(missing("備考", &[]), Needed::ALL.map(|n| (None, What::HeadingMissing(n))));
        let constants = [Field::ProvidedOn, Field::UnspecifiedRecipients, Field::Items, Field::Basis];
        assert_eq!(missing("備考", &constants), [(None, What::HeadingMissing(Needed::Principal))]);
        assert_eq!(missing("会員番号", &constants), []);
        assert_eq!(missing("会員番号,根拠", &constants), [(Some(1), What::ConstantAndColumn(Field::Basis))]);
    }

    #[test]
    fn ambiguous_and_doubled_headings_are_refused() {
        let faults = plan("日付,提供先,氏名,提供項目,根拠", &[], Columns::LeaveOutUnknown).unwrap_err();
        let at: Vec<_> = faults.iter().map(|(column, _)| *column).collect();
        assert_eq!(at, [Some(0), Some(2)], "and what they may be is not missing as well");
        let faults =
            plan("提供日,提供先,本人,提供項目,根拠,会社名", &[], Columns::LeaveOutUnknown).unwrap_err();
        let twice = What::HeadingTwice { field: Some(Field::RecipientName), other: "提供先".into() };
        assert_eq!(faults, [(Some(5), twice)]);
    }
}
