//! The texts of one record, before anything in them is understood.
//!
//! Owns: holding them, whoever gives them: cells of a file, members of an object, flags of `record`.
//! Does not own: reading them (`row`).

use std::borrow::Cow;

use super::dates::Order;
use crate::record::Field;
use crate::record::judge::Unread;

/// How a cell of items is split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Split {
    /// At LF only: the form of the payload and of our own export.
    LineFeeds,
    /// At 、 ， , ; ； ・ ／ / as well, unless the cell holds an LF: the forms of people.
    Separators,
}

/// The texts of one record, as they were given: by cells, by JSON or by flags.
#[derive(Clone, Debug)]
pub struct Cells<'a> {
    pub(super) texts: [Option<Cow<'a, str>>; Field::COUNT],
    pub(super) split: Split,
    pub(super) separators: Option<&'a [String]>,
    pub(super) order: Order,
    pub(super) items: Option<Vec<Cow<'a, str>>>,
    pub(super) key: Option<Cow<'a, str>>,
    pub(super) unread: Unread,
}

impl Default for Cells<'_> {
    fn default() -> Self {
        Cells {
            texts: [const { None }; Field::COUNT],
            split: Split::Separators,
            separators: None,
            order: Order::default(),
            items: None,
            key: None,
            unread: Unread::default(),
        }
    }
}

impl<'a> Cells<'a> {
    /// No texts yet: every field is absent.
    #[must_use]
    pub fn new() -> Self {
        Cells::default()
    }

    /// The text of a field; blank text is an absent field. A text of items is split as [`Cells::set_split`] says.
    pub fn set(&mut self, field: Field, text: impl Into<Cow<'a, str>>) -> &mut Self {
        self.texts[field.position()] = Some(text.into());
        self
    }

    /// Whether a text came for the field that is not blank.
    pub(super) fn came(&self, field: Field) -> bool {
        self.texts[field.position()].as_ref().is_some_and(|text| !text.trim().is_empty())
    }

    /// Adds to the text of a field, unless there is nothing to add.
    pub(super) fn append(&mut self, field: Field, text: &str, between: &str) -> &mut Self {
        let added = text.trim();
        if let (Some(before), false) = (&mut self.texts[field.position()], added.is_empty()) {
            *before = Cow::Owned(format!("{}{between}{added}", before.trim()));
        }
        self
    }

    /// How the text of items is split; [`Split::Separators`] unless said.
    pub fn set_split(&mut self, split: Split) -> &mut Self {
        self.split = split;
        self
    }

    /// The texts that part items, and no others do; `None`: as [`Cells::set_split`] says.
    pub fn set_separators(&mut self, separators: Option<&'a [String]>) -> &mut Self {
        self.separators = separators;
        self
    }

    /// In which order days are written; [`Order::Ymd`] unless said.
    pub fn set_order(&mut self, order: Order) -> &mut Self {
        self.order = order;
        self
    }

    /// The items, element by element, instead of a text to be split.
    pub fn set_items<T: Into<Cow<'a, str>>>(&mut self, items: impl IntoIterator<Item = T>) -> &mut Self {
        self.items = Some(items.into_iter().map(Into::into).collect());
        self
    }

    /// The idempotency key.
    pub fn set_key(&mut self, key: impl Into<Cow<'a, str>>) -> &mut Self {
        self.key = Some(key.into());
        self
    }

    /// Something was given for the field, but it could not be read, and its fault has been told: the field is then
    /// not reported as missing.
    pub fn set_unreadable(&mut self, field: Field) -> &mut Self {
        self.unread.insert(field);
        self
    }
}
