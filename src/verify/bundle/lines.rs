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
    let bad = move |why| Stop::Form(name, why);
    let text = String::from_utf8(whole(folder, name)?).map_err(|_| bad(otherwise))?;
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    if lines.pop().is_none_or(|behind| !behind.is_empty()) {
        return Err(bad(FormFault::NotOneEncoding));
    }
    Ok(lines.into_iter().map(move |line| {
        let value: Value = serde_json::from_str(&line).map_err(|_| bad(otherwise))?;
        let mut again = Map::new();
        for key in keys {
            let member = value.get(*key).ok_or_else(|| bad(otherwise))?;
            again.insert((*key).to_owned(), member.clone());
        }
        if Value::Object(again).to_string() == line { Ok(value) } else { Err(bad(FormFault::NotOneEncoding)) }
    }))
}
