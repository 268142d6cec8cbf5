//! The members of one JSON object, every one and in order.
//!
//! Owns: what serde's own maps would lose: the first of two equal keys, and that a number was a number.
//! Does not own: what keys and values mean (`lines`).

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::encoding::Encoding;
use super::problem::{JsonType, What};

/// The members of the object on a line, every one, in order.
pub(super) fn object(line: &[u8]) -> Result<Vec<(Text<'_>, Value<'_>)>, What> {
    let text = std::str::from_utf8(line.trim_ascii_end()).map_err(|_| What::NotInEncoding(Encoding::Utf8))?;
    match serde_json::from_str::<Members<'_>>(text) {
        Ok(Members(members)) => Ok(members),
        Err(_) if serde_json::from_str::<IgnoredAny>(text).is_ok() && !text.trim_start().starts_with('{') => {
            Err(What::NotAnObject)
        }
        Err(error) => Err(What::JsonSyntax { at: error.column(), ends_early: error.is_eof() }),
    }
}

/// An object with every member that it has: serde's maps would keep the last of two equal keys.
struct Members<'a>(Vec<(Text<'a>, Value<'a>)>);

/// A string, borrowed from the line unless it has escapes.
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

/// A value, as far as a record can use it.
pub(super) enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// Any number.
    Number,
    /// A string.
    Text(Cow<'a, str>),
    /// An array of nothing but strings.
    List(Vec<Cow<'a, str>>),
    /// An array with another element, of this type.
    Mixed(JsonType),
    /// Any object.
    Object,
}

struct MembersVisitor;
struct TextVisitor;
struct ValueVisitor;

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value<'de>, E> {
        Ok(Value::Boolean(value))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Value<'de>, E> {
        Ok(Value::Number)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Value<'de>, E> {
        Ok(Value::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value<'de>, E> {
        Ok(Value::Number)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value<'de>, A::Error> {
        let mut list = Vec::new();
        let mut other = None;
        while let Some(element) = sequence.next_element()? {
            let found = match element {
                Value::Text(text) => {
                    list.push(text);
                    continue;
                }
                Value::Null => JsonType::Null,
                Value::Boolean(_) => JsonType::Boolean,
                Value::Number => JsonType::Number,
                Value::List(_) | Value::Mixed(_) => JsonType::Array,
                Value::Object => JsonType::Object,
            };
            other.get_or_insert(found);
        }
        Ok(other.map_or(Value::List(list), Value::Mixed))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Object)
    }
}
