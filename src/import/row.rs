//! One record: from the texts of its cells to a provision, and that to judgement.
//!
//! Owns: the words of each field, what text may stand; all faults of a record, not just the first.
//! Does not own: where the texts come from (`table`, `lines`, the flags of `record`), trimming and parting them (`texts`), headings,
//! days (`dates`), what is wrong with a record that can be read (`record::judge`).

use std::borrow::Cow;

use chrono::NaiveDate;

use super::cells::{Cells, Split};
use super::dates;
use super::problem::{CellFault, NoticeKind, Place, RowNotice, What};
use super::texts::{split_at, trimmed, written};
use super::words;
use crate::ledger::part::{TextFault, check_element, check_text};
use crate::record::field::Shape;
use crate::record::judge::{About, Check, Fault, Given, Judged, Remark, judge};
use crate::record::{Basis, Field, Provision, Side, Value, rules};

/// The most that the texts of one record may take, in bytes as written: a part is at most 64 KiB, and which part a
/// field stands in is not ours to know, so all of them together must fit.
pub const MAX_RECORD: usize = 60_000;

/// A record that is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The provision.
    pub provision: Provision,
    /// The idempotency key, where one was given.
    pub key: Option<String>,
    /// What is worth saying; usually nothing.
    pub notices: Vec<RowNotice>,
}

/// Reads the texts of a record and has it judged.
///
/// # Errors
/// All its faults: at least one.
pub fn read(cells: Cells<'_>, check: &Check) -> Result<Accepted, Vec<CellFault>> {
    let mut reader = Reader { cells, side: check.side, faults: Vec::new(), notices: Vec::new(), bytes: 0 };
    let provision = reader.provision();
    let key = reader.key();
    if reader.bytes > MAX_RECORD {
        reader.fault(Place::Whole, None, What::TooLong { limit: MAX_RECORD });
    }
    let Reader { cells: Cells { unread, .. }, mut faults, mut notices, .. } = reader;
    // What could be read is judged all the same: the rest is told at once.
    match judge(provision, Given { unread, has_key: key.is_some() }, check) {
        Ok(Judged { provision, remarks }) if faults.is_empty() => {
            notices.extend(remarks.into_iter().map(noticed));
            Ok(Accepted { provision, key, notices })
        }
        Ok(_) => Err(faults),
        Err(judged) => {
            faults.extend(judged.into_iter().map(refused));
            Err(faults)
        }
    }
}

fn refused(About { field, value, what }: About<Fault>) -> CellFault {
    CellFault { place: Place::Field(field), value, what: what.into() }
}

fn noticed(About { field, value, what }: About<Remark>) -> RowNotice {
    RowNotice { place: Place::Field(field), column: None, value, what: what.into() }
}

/// Reads texts on their own, without the rules: the constants of a file, before its first row.
pub(super) fn faults_of(cells: Cells<'_>, side: Side) -> Vec<CellFault> {
    let mut reader = Reader { cells, side, faults: Vec::new(), notices: Vec::new(), bytes: 0 };
    reader.provision();
    reader.faults
}

struct Reader<'a> {
    cells: Cells<'a>,
    side: Side,
    faults: Vec<CellFault>,
    notices: Vec<RowNotice>,
    /// The length so far of the record as written.
    bytes: usize,
}

impl<'a> Reader<'a> {
    fn fault(&mut self, place: Place, value: Option<&str>, what: What) {
        if let Place::Field(field) = place {
            self.cells.unread.insert(field);
        }
        self.faults.push(CellFault { place, value: value.map(str::to_owned), what });
    }

    fn provision(&mut self) -> Provision {
        use Field as F;
        let side = self.side;
        self.other_side();
        let basis = self.word(F::Basis, words::basis, What::UnknownBasis);
        let (day, name, address, representative, kind) = match side {
            Side::Provider => (
                F::ProvidedOn,
                F::RecipientName,
                F::RecipientAddress,
                F::RecipientRepresentative,
                F::RecipientType,
            ),
            Side::Recipient => (
                F::ReceivedOn,
                F::ProviderName,
                F::ProviderAddress,
                F::ProviderRepresentative,
                F::ProviderType,
            ),
        };
        let mut p = Provision {
            side,
            day: self.day(day),
            party_name: self.text(name),
            party_address: self.text(address),
            party_representative: self.text(representative),
            party_type: self.word(kind, words::party_type, What::UnknownRecipientType).unwrap_or_default(),
            unspecified_recipients: self.yes(F::UnspecifiedRecipients),
            principal_id: self.text(F::PrincipalId),
            principal_name: self.text(F::PrincipalName),
            items: self.items(),
            basis,
            method: self.word(F::Method, words::method, What::UnknownMethod).unwrap_or_default(),
            consent_evidence: self.consent(basis),
            purpose: self.text(F::Purpose),
            medium: self.text(F::Medium),
            handler: self.text(F::Handler),
            note: self.text(F::Note),
            source_number: self.text(F::SourceNumber),
            claimed_recorded_on: self.day(F::ClaimedRecordedOn),
            rare: None,
        };
        // Given element by element, a text of them is not read too.
        self.cells.texts[F::Items.position()] = None;
        // The others, which few records have, by their shape alone: none can be forgotten here.
        for field in F::ALL.iter().copied() {
            if self.cells.texts[field.position()].is_some() {
                self.read(field, &mut p);
            }
        }
        p
    }

    /// Reads a field into its place.
    fn read(&mut self, field: Field, p: &mut Provision) {
        let text = match (field, field.shape()) {
            (Field::PpcPublication | Field::ForeignInformation, _) => self.affirmed(field),
            (_, Shape::Text | Shape::Word) => self.text(field),
            (_, Shape::Day) => self.day(field).map(|day| day.to_string()),
            (_, Shape::Flag) => self.yes(field).then(|| "yes".to_owned()),
            (_, Shape::List) => self.text(field).map(|list| {
                list.split('\n').filter(|element| !element.is_empty()).collect::<Vec<_>>().join("\n")
            }),
        };
        let text = text.filter(|text| !text.is_empty());
        if p.set(field, text.as_deref().map(Value::Text)).is_err() {
            self.fault(Place::Field(field), text.as_deref(), What::UnknownMethod);
        }
    }

    /// A column of the other side cannot be kept, and must not be lost in silence.
    fn other_side(&mut self) {
        let side = self.side;
        for field in Field::ALL.iter().filter(|f| !side.has(**f)) {
            if let Some(text) = self.take(*field) {
                self.fault(Place::Field(*field), Some(&text), What::FieldOfOtherSide);
            }
        }
    }

    fn yes(&mut self, field: Field) -> bool {
        self.word(field, words::yes_no, What::NotYesNo).unwrap_or(false)
    }

    /// A statement that something is so, or a reference to it; a cell that says no is a fault.
    fn affirmed(&mut self, field: Field) -> Option<String> {
        let text = self.take(field)?;
        if words::denies(&text) {
            self.fault(Place::Field(field), Some(&text), What::Denied);
            return None;
        }
        self.checked(Place::Field(field), text, check_text)
    }

    /// The text of a field, trimmed; `None` where it is absent.
    fn take(&mut self, field: Field) -> Option<Cow<'a, str>> {
        trimmed(self.cells.texts[field.position()].take()?)
    }

    fn text(&mut self, field: Field) -> Option<String> {
        let text = self.take(field)?;
        self.checked(Place::Field(field), text, check_text)
    }

    fn key(&mut self) -> Option<String> {
        let key = trimmed(self.cells.key.take()?)?;
        self.checked(Place::Key, key, check_text)
    }

    fn checked(
        &mut self,
        place: Place,
        text: Cow<'a, str>,
        check: impl FnOnce(&str) -> Result<(), TextFault>,
    ) -> Option<String> {
        if let Err(fault) = check(&text) {
            self.fault(place, Some(&text), What::Text(fault));
            return None;
        }
        if words::is_ditto(&text) {
            self.fault(place, Some(&text), What::DittoMark);
            return None;
        }
        self.bytes += written(&text);
        Some(text.into_owned())
    }

    fn day(&mut self, field: Field) -> Option<NaiveDate> {
        let text = self.take(field)?;
        match dates::read_in(&text, self.cells.order) {
            Ok(dates::Day { day, remark }) => {
                let what = match remark {
                    None => None,
                    Some(dates::DayRemark::OutOfEra) => Some(NoticeKind::EraOutOfRange),
                    Some(dates::DayRemark::Serial) => Some(NoticeKind::ExcelSerial),
                    Some(dates::DayRemark::Time) => Some(NoticeKind::TimeLeftOut),
                };
                if let Some(what) = what {
                    let value = Some(text.into_owned());
                    self.notices.push(RowNotice { place: Place::Field(field), column: None, value, what });
                }
                Some(day)
            }
            Err(fault) => {
                let what = match fault {
                    dates::DayFault::NotADay => What::NotADay,
                    dates::DayFault::NoSuchDay => What::NoSuchDay,
                    dates::DayFault::TwoDigitYear => What::TwoDigitYear,
                    dates::DayFault::YearLast => What::YearLast,
                };
                self.fault(Place::Field(field), Some(&text), what);
                None
            }
        }
    }

    fn word<T>(&mut self, field: Field, read: impl FnOnce(&str) -> Option<T>, otherwise: What) -> Option<T> {
        let text = self.take(field)?;
        let word = read(&text);
        if word.is_none() {
            self.fault(Place::Field(field), Some(&text), otherwise);
        }
        word
    }

    fn consent(&mut self, basis: Option<Basis>) -> Option<String> {
        let text = self.take(Field::ConsentEvidence)?;
        if basis.is_some_and(rules::rests_on_consent) && words::denies(&text) {
            self.fault(Place::Field(Field::ConsentEvidence), Some(&text), What::ConsentDenied);
            return None;
        }
        self.checked(Place::Field(Field::ConsentEvidence), text, check_text)
    }

    fn items(&mut self) -> Vec<String> {
        if let Some(list) = self.cells.items.take() {
            return list.into_iter().filter_map(|item| self.item(item, None)).collect();
        }
        let Some(cell) = self.take(Field::Items) else { return Vec::new() };
        if let Some(separators) = self.cells.separators {
            let elements = split_at(&cell, separators);
            return elements.into_iter().filter_map(|e| self.item(Cow::Borrowed(e), Some(&cell))).collect();
        }
        let at_line_feeds = self.cells.split == Split::LineFeeds || cell.contains('\n');
        let separator = move |c: char| match c {
            '\n' => true,
            '、' | '､' | '，' | ',' | ';' | '；' | '・' | '･' | '／' | '/' => !at_line_feeds,
            _ => false,
        };
        // One separator behind the last element is a habit of writing lists.
        let list = cell.strip_suffix(separator).unwrap_or(&cell);
        let mut items = Vec::with_capacity(1 + list.matches(separator).count());
        for element in list.split(separator) {
            items.extend(self.item(Cow::Borrowed(element), Some(&cell)));
        }
        items
    }

    fn item(&mut self, element: Cow<'_, str>, cell: Option<&str>) -> Option<String> {
        let Some(element) = trimmed(element) else {
            self.fault(Place::Field(Field::Items), cell, What::EmptyItem);
            return None;
        };
        if let Err(fault) = check_element(&element) {
            self.fault(Place::Field(Field::Items), Some(&element), What::Text(fault));
            return None;
        }
        if words::is_ditto(&element) {
            self.fault(Place::Field(Field::Items), Some(&element), What::DittoMark);
            return None;
        }
        self.bytes += written(&element);
        Some(element.into_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::record::rules::{Asked, Fault, FutureDays, Remark, Source};
    use crate::record::scheme::SchemeRemark;

    fn whole() -> Cells<'static> {
        let mut cells = Cells::new();
        cells.set(Field::ProvidedOn, "2024/4/1").set(Field::RecipientName, "架空商事株式会社");
        cells
            .set(Field::RecipientAddress, "東京都架空区1-2-3")
            .set(Field::RecipientRepresentative, "見本 太郎");
        cells
            .set(Field::PrincipalId, "C-1")
            .set(Field::Items, "氏名、住所")
            .set(Field::Basis, "オプトアウト");
        cells
    }

    fn read_on(cells: &Cells<'_>) -> Result<Accepted, Vec<CellFault>> {
        {
            let today = "2026-11-23".parse().unwrap();
            read(
                cells.clone(),
                &Check {
                    side: Side::Provider,
                    today,
                    future: FutureDays::Refused,
                    as_happened: false,
                    registers: Arc::default(),
                    erased: None,
                },
            )
        }
    }

    fn with(field: Field, text: &str) -> Result<Accepted, Vec<CellFault>> {
        read_on(whole().set(field, text.to_owned()))
    }

    fn whats(result: Result<Accepted, Vec<CellFault>>) -> Vec<What> {
        result.map_or_else(|faults| faults.into_iter().map(|f| f.what).collect(), |_| vec![])
    }

    #[test]
    fn a_whole_record_is_read_and_nothing_is_said_but_that_there_is_no_filing() {
        let Accepted { provision, key, notices } = read_on(whole().set_key(" k-1 ")).unwrap();
        assert_eq!(provision.day, "2024-04-01".parse().ok());
        assert_eq!(provision.items, ["氏名", "住所"]);
        assert_eq!(provision.basis, Some(Basis::OptOut));
        let said: Vec<_> = notices.into_iter().map(|n| n.what).collect();
        let expected = vec![NoticeKind::Scheme(SchemeRemark::NoFilingAtAll)];
        assert_eq!((key.as_deref(), said), (Some("k-1"), expected));
    }

    #[test]
    fn text_is_kept_as_it_came_save_white_space_around_it_and_line_ends() {
        for (cell, kept) in [
            ("　ＡＢＣ　①㈱ﾊﾝｶｸ　", Some("ＡＢＣ　①㈱ﾊﾝｶｸ")),
            (" a\r\nb\rc\n", Some("a\nb\nc")),
            ("か\u{3099}", Some("か\u{3099}")),
            (" \t\u{3000}\r\n", None),
            ("", None),
        ] {
            assert_eq!(with(Field::Note, cell).unwrap().provision.note.as_deref(), kept, "{cell:?}");
        }
        assert_eq!(whats(with(Field::Note, "a\tb")), [What::Text(TextFault::Control(9))]);
    }

    #[test]
    fn items_are_split_where_people_part_them() {
        let ok = |items: &[&str]| Ok(items.iter().map(|i| (*i).to_owned()).collect::<Vec<_>>());
        for (cell, split, expected) in [
            (
                "氏名、住所，電話,a;b；c・d／e/f",
                Split::Separators,
                ok(&["氏名", "住所", "電話", "a", "b", "c", "d", "e", "f"]),
            ),
            (" 氏名 、　住所　", Split::Separators, ok(&["氏名", "住所"])),
            ("氏名、", Split::Separators, ok(&["氏名"])),
            ("氏名、住所\r\n電話", Split::Separators, ok(&["氏名、住所", "電話"])),
            ("氏名、住所", Split::LineFeeds, ok(&["氏名、住所"])),
            ("氏名\n住所\n", Split::LineFeeds, ok(&["氏名", "住所"])),
            ("氏名、、住所", Split::Separators, Err(vec![What::EmptyItem])),
            ("氏名、、", Split::Separators, Err(vec![What::EmptyItem])),
            ("、氏名", Split::Separators, Err(vec![What::EmptyItem])),
            ("、", Split::Separators, Err(vec![What::EmptyItem])),
            ("氏名\n\n住所", Split::LineFeeds, Err(vec![What::EmptyItem])),
        ] {
            let read = read_on(whole().set(Field::Items, cell).set_split(split));
            let items = read.map(|a| a.provision.items).map_err(|f| whats(Err(f)));
            assert_eq!(items, expected, "{cell:?}");
        }
    }

    #[test]
    fn items_given_one_by_one_are_not_split() {
        let items = |list: &[&'static str]| read_on(whole().set_items(list.iter().copied()));
        assert_eq!(items(&["氏名/住所", " 電話 "]).unwrap().provision.items, ["氏名/住所", "電話"]);
        assert_eq!(whats(items(&["氏名", " "])), [What::EmptyItem]);
        assert_eq!(whats(items(&["a\nb"])), [What::Text(TextFault::LineFeedInElement)]);
        let missing = Fault::Missing(Asked::Field(Field::Items), Source::Act29Rules20);
        assert_eq!(whats(items(&[])), [What::Law(missing)]);
        assert_eq!(whats(with(Field::Items, "")), [What::Law(missing)]);
    }

    #[test]
    fn every_fault_of_a_record_is_told_and_what_cannot_be_read_is_not_missing_too() {
        let mut cells = whole();
        cells.set(Field::ProvidedOn, "24/4/1").set(Field::Basis, "不明").set(Field::Items, "、");
        cells.set(Field::RecipientType, "団体").set(Field::Method, "daily").set(Field::RecipientName, "");
        cells.set(Field::UnspecifiedRecipients, "?").set(Field::ClaimedRecordedOn, "2023/2/29");
        let whats = whats(read_on(&cells));
        for what in [
            What::TwoDigitYear,
            What::UnknownBasis,
            What::EmptyItem,
            What::UnknownRecipientType,
            What::UnknownMethod,
            What::NotYesNo,
            What::NoSuchDay,
        ] {
            assert!(whats.contains(&what), "{what:?} is not told");
        }
        assert_eq!(whats.len(), 7, "{whats:?}");
    }

    #[test]
    fn an_unreadable_day_does_not_make_an_address_missing_and_a_readable_one_does() {
        let mut cells = whole();
        cells.set(Field::RecipientAddress, "").set(Field::ProvidedOn, "2018/2/30");
        assert_eq!(whats(read_on(&cells)), [What::NoSuchDay]);
        cells.set(Field::ProvidedOn, "2018/2/28");
        assert_eq!(whats(read_on(&cells)), []);
        cells.set(Field::ProvidedOn, "2022/4/1");
        assert!(matches!(whats(read_on(&cells))[..], [What::Law(Fault::Missing(..))]));
        let mut unread = whole();
        unread.set(Field::PrincipalId, "").set_unreadable(Field::PrincipalName);
        assert!(read_on(&unread).is_ok(), "whoever says unreadable has told the fault");
    }

    #[test]
    fn a_consent_column_that_says_no_refuses_a_record_on_consent_only() {
        for (basis, cell, denied) in [
            ("同意", "無", true),
            ("外国", "×", true),
            ("同意", "○", false),
            ("同意", "同意書 12", false),
            ("オプトアウト", "無", false),
        ] {
            let read = read_on(whole().set(Field::Basis, basis).set(Field::ConsentEvidence, cell));
            assert_eq!(
                whats(read),
                if denied { vec![What::ConsentDenied] } else { vec![] },
                "{basis} {cell}"
            );
        }
    }

    #[test]
    fn what_is_worth_saying_comes_with_its_field_and_value() {
        let mut cells = whole();
        cells.set(Field::ProvidedOn, "平成31年5月1日").set(Field::Note, "=1+1").set(Field::Basis, "同意");
        let notices = read_on(&cells).unwrap().notices;
        let said: Vec<_> =
            notices.iter().map(|n| (n.place.field().unwrap(), n.value.as_deref(), n.what)).collect();
        assert_eq!(
            said,
            [
                (Field::ProvidedOn, Some("平成31年5月1日"), NoticeKind::EraOutOfRange),
                (Field::ConsentEvidence, None, NoticeKind::Remark(Remark::NoConsentEvidence)),
                (Field::Note, Some("=1+1"), NoticeKind::Remark(Remark::LooksLikeFormula(Field::Note))),
            ]
        );
    }

    #[test]
    fn a_record_that_a_part_cannot_hold_is_refused() {
        assert!(with(Field::Note, &"x".repeat(59_000)).is_ok());
        assert_eq!(whats(with(Field::Note, &"x".repeat(60_000))), [What::TooLong { limit: MAX_RECORD }]);
        assert_eq!(whats(with(Field::Note, &"\"".repeat(30_000))), [What::TooLong { limit: MAX_RECORD }]);
        assert_eq!(whats(with(Field::Items, &"a,".repeat(20_000))), [What::TooLong { limit: MAX_RECORD }]);
    }
}
