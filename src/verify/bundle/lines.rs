//! JSON Lines in the one encoding of a folder (FORMAT.md, "The encoding of a folder").
//!
//! Owns: lines and their keys. Does not own: what the values must be (`mod`, `range`).

use std::path::Path;

use serde_json::{Map, Value};

use super::FormFault;
use super::cells::{Step, Stop, whole};

/// The objects of a file, one a line, each with these keys in this order and no others. `otherwise`: what a line is that is no
/// such object at all.
pub(super) fn lines(
    folder: &Path,
    name: &'static str,
    keys: &'static [&'static str],
    otherwise: FormFault,
) -> Step<impl Iterator<Item = Step<Value>> + use<>> {
    let text = String::from_utf8(whole(folder, name)?).map_err(|_| Stop::Form(name, otherwise))?;
    if !text.is_empty() && !text.ends_with('\n') {
        return Err(Stop::Form(name, FormFault::NotOneEncoding));
    }
    let mut at = 0;
    Ok(std::iter::from_fn(move || {
        let end = at + text.get(at..)?.find('\n')?;
        let read = object(&text[at..end], keys, otherwise);
        at = end + 1;
        Some(read.map_err(|why| Stop::Form(name, why)))
    }))
}

fn object(line: &str, keys: &[&str], otherwise: FormFault) -> Result<Value, FormFault> {
    let value: Value = serde_json::from_str(line).map_err(|_| otherwise)?;
    let mut again = Map::new();
    for key in keys {
        again.insert((*key).to_owned(), value.get(*key).ok_or(otherwise)?.clone());
    }
    let again = Value::Object(again).to_string();
    if again == line { Ok(value) } else { Err(FormFault::NotOneEncoding) }
}
