//! The headings of a file, understood as a whole.
//!
//! Owns: which columns a file must have, what becomes of the others.
//! Does not own: what a heading may be called (`vocabulary`), cells (`row`), nor finding the heading (`table`).

use std::sync::Arc;

use super::cells::Split;
use super::problem::What;
use super::vocabulary::{self, Meaning, meaning};

use crate::record::{Field, Side};

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

    /// The fields of which one is needed in records of this side.
    #[must_use]
    pub fn fields(self, side: Side) -> &'static [Field] {
        match (self, side) {
            (Needed::ProvidedOn, Side::Provider) => &[Field::ProvidedOn, Field::PeriodFrom],
            // Only a receipt from an opt-out provider needs one; each row is asked for it.
            (Needed::ProvidedOn, Side::Recipient) => &[],
            (Needed::Recipient, Side::Provider) => {
                &[Field::RecipientName, Field::UnspecifiedRecipients, Field::RecipientId]
            }
            (Needed::Recipient, Side::Recipient) => &[Field::ProviderName],
            (Needed::Principal, _) => &[Field::PrincipalId, Field::PrincipalName],
            (Needed::Items, _) => &[Field::Items],
            (Needed::Basis, _) => &[Field::Basis],
        }
    }
}

/// What to do with columns that no field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Columns {
    /// A historical ledger: one whose heading is not known stops it until a map says what it is. There is no `key`.
    StopAtUnknown,
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
    /// A field that several columns give: their texts are joined.
    More(Field),
    /// Nothing: its heading is blank, ours, or a map leaves it out.
    LeftOut,
    /// A first and a last day.
    Period,
    /// The other side's name, address and representative.
    Party,
}

impl Use {
    /// The fields that its cells give.
    pub(super) fn fields(self, side: Side) -> Vec<Field> {
        match (self, side) {
            (Use::Field(field) | Use::More(field), _) => vec![field],
            (Use::Period, _) => vec![Field::PeriodFrom, Field::PeriodTo],
            (Use::Party, Side::Provider) => {
                vec![Field::RecipientName, Field::RecipientAddress, Field::RecipientRepresentative]
            }
            (Use::Party, Side::Recipient) => {
                vec![Field::ProviderName, Field::ProviderAddress, Field::ProviderRepresentative]
            }
            (Use::Key | Use::LeftOut, _) => Vec::new(),
        }
    }
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
    (side, asks_less): (Side, bool),
    unknown: Columns,
    (named, has_heading): (&[Option<Use>], bool),
) -> Result<Vec<Column>, Vec<(Option<usize>, What)>> {
    let mut columns: Vec<Column> = Vec::with_capacity(headings.len());
    let mut faults = Vec::new();
    // What an ambiguous column may be is not reported as missing as well.
    let mut perhaps: Vec<Field> = constants.to_vec();
    for (position, heading) in headings.iter().enumerate() {
        let mut split = Split::Separators;
        let mut fault = |what| faults.push((Some(position), what));
        let meant = match named.get(position) {
            Some(Some(_)) => Meaning::Blank,
            _ if !has_heading => Meaning::Blank,
            _ => meaning(heading),
        };
        let used = match (meant, unknown) {
            (Meaning::Blank, _) if named.get(position).is_some_and(Option::is_some) => {
                named[position].unwrap_or(Use::LeftOut)
            }
            (Meaning::Field(field, how), _) => {
                split = how;
                Use::Field(field)
            }
            (Meaning::Key, Columns::RefuseUnknown) => Use::Key,
            (Meaning::Blank, _) | (Meaning::Ours, Columns::StopAtUnknown) => Use::LeftOut,
            (Meaning::Key | Meaning::Unknown, Columns::StopAtUnknown) => {
                fault(What::HeadingUnmapped);
                Use::LeftOut
            }
            (Meaning::Period, _) => Use::Period,
            (Meaning::Party, _) => Use::Party,
            (Meaning::Unknown | Meaning::Ours, Columns::RefuseUnknown) => {
                fault(What::HeadingUnknown);
                Use::LeftOut
            }
            (Meaning::Ambiguous(candidates), _) => {
                perhaps.extend(candidates);
                fault(What::HeadingAmbiguous { candidates });
                Use::LeftOut
            }
        };
        let gives = used.fields(side);
        let same = |c: &&Column| {
            (used == Use::Key && c.used == used) || c.used.fields(side).iter().any(|f| gives.contains(f))
        };
        let is_joined = |other: &&Column| matches!(used, Use::More(_)) && other.used == used;
        if let Some(other) = columns.iter().find(same).filter(|other| !is_joined(other)) {
            let field = gives.first().copied();
            fault(What::HeadingTwice { field, other: Arc::clone(&other.heading) });
        }
        if let Some(field) = gives.iter().find(|field| constants.contains(field)) {
            fault(What::ConstantAndColumn(*field));
        }
        columns.push(Column { heading: Arc::clone(heading), used, split });
    }
    if vocabulary::are_exported(headings) {
        columns.iter_mut().for_each(|column| column.split = Split::LineFeeds);
    }
    // Where the basis of every row asks for less, each row is asked for what it needs.
    for needed in Needed::ALL.into_iter().filter(|_| !asks_less) {
        let given = |f: &Field| {
            perhaps.contains(f) || columns.iter().any(|column| column.used.fields(side).contains(f))
        };
        let fields = needed.fields(side);
        if !fields.is_empty() && !fields.iter().any(given) {
            faults.push((None, What::HeadingMissing(needed, side)));
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
        understand(&headings, constants, (Side::Provider, false), unknown, (&[], true))
            .map(|all| all.iter().map(|c| c.used).collect())
    }

    #[test]
    fn unknown_columns_stop_a_file() {
        let headings = "提供日,提供先,本人,提供項目,根拠,社内メモ,key,提供期間,";
        use Use::{LeftOut, Period};
        let faults = plan(headings, &[], Columns::StopAtUnknown).unwrap_err();
        assert_eq!(faults, [(Some(5), What::HeadingUnmapped), (Some(6), What::HeadingUnmapped)]);
        let known = headings.replace("社内メモ,key", "provlog_line,索引");
        let uses = plan(&known, &[], Columns::StopAtUnknown).unwrap();
        assert_eq!(uses[5..], [LeftOut, LeftOut, Period, LeftOut]);
        let faults = plan(headings, &[], Columns::RefuseUnknown).unwrap_err();
        assert_eq!(faults, [(Some(5), What::HeadingUnknown)]);
        let uses = plan("key,提供日,提供先,本人,提供項目,根拠,", &[], Columns::RefuseUnknown).unwrap();
        assert_eq!((uses[0], uses[6]), (Use::Key, LeftOut));
    }

    #[test]
    fn a_missing_column_is_named_unless_a_constant_gives_it() {
        let missing = |headings, constants: &[Field]| match plan(headings, constants, Columns::StopAtUnknown)
        {
            Ok(_) => vec![],
            Err(faults) => faults,
        };
        assert_eq!(
            missing("備考", &[]),
            Needed::ALL.map(|n| (None, What::HeadingMissing(n, Side::Provider)))
        );
        let constants = [Field::ProvidedOn, Field::UnspecifiedRecipients, Field::Items, Field::Basis];
        assert_eq!(
            missing("備考", &constants),
            [(None, What::HeadingMissing(Needed::Principal, Side::Provider))]
        );
        assert_eq!(missing("会員番号", &constants), []);
        assert_eq!(missing("会員番号,根拠", &constants), [(Some(1), What::ConstantAndColumn(Field::Basis))]);
    }

    #[test]
    fn ambiguous_and_doubled_headings_are_refused() {
        let faults = plan("日付,提供先,氏名,提供項目,根拠", &[], Columns::StopAtUnknown).unwrap_err();
        let at: Vec<_> = faults.iter().map(|(column, _)| *column).collect();
        assert_eq!(at, [Some(0), Some(2)], "and what they may be is not missing as well");
        let faults =
            plan("提供日,提供先,本人,提供項目,根拠,会社名", &[], Columns::StopAtUnknown).unwrap_err();
        let twice = What::HeadingTwice { field: Some(Field::RecipientName), other: "提供先".into() };
        assert_eq!(faults, [(Some(5), twice)]);
    }
}
