//! `import --map FILE` and `import --propose-map FILE`: reading a map, and writing one of what was understood (docs/MAP.md).
//!
//! Owns: the files, the order of a proposal. Does not own: what a map means (`import::map`), the words of its comments (`text`).

use std::path::Path;
use std::sync::Arc;

use provlog::import::heading::Needed;
use provlog::import::{Columns, Input, Map, Outline, Settings, SourceError, Understood, outline};
use provlog::record::rules::FutureDays;
use provlog::record::{Field, Side};
use serde_json::json;

use super::lang::Lang;
use super::load;
use super::output::Output;
use super::status::Outcome;
use super::text::{self, Say};
use super::trouble::Trouble;
use super::{clock, unfinished};

/// The map of a file; its problems are reported, and then there is none.
pub(crate) fn read(path: &Path, out: &mut Output) -> Result<Option<Map>, Trouble> {
    let name = text::shown(path);
    let failed = |error| Trouble::Source(SourceError { name: name.as_str().into(), error });
    let text = std::fs::read_to_string(path).map_err(failed)?;
    match Map::read(&name, &text) {
        Ok(map) => Ok(Some(map)),
        Err(problems) => {
            problems.iter().for_each(|problem| load::report(problem, out));
            Ok(None)
        }
    }
}

/// Writes a map of what is understood of an input.
pub(crate) fn propose(
    input: Input,
    side: Side,
    constants: Vec<(Field, Vec<String>)>,
    to: &Path,
    out: &mut Output,
) -> Result<Outcome, Trouble> {
    let check = provlog::record::judge::Check {
        side,
        today: clock::now()?.legal_day(),
        future: FutureDays::Refused,
        as_happened: false,
        registers: Arc::default(),
        erased: None,
    };
    let file = input.name.clone();
    let said = input.sheet.is_some() || input.encoding.is_some();
    let given = constants.clone();
    let settings = Settings { constants, columns: Columns::StopAtUnknown, check, map: None };
    let found = match outline(input, settings) {
        Ok(found) => found,
        Err(provlog::import::NotRead::Source(error)) => return Err(error.into()),
        Err(provlog::import::NotRead::Problems(problems)) => {
            problems.iter().for_each(|problem| load::report(problem, out));
            return Ok(Outcome::Refused);
        }
    };
    let text = proposal(&found, side, &given, said, out.lang);
    unfinished::whole_file(to, text.as_bytes(), out)?;
    let undecided: Vec<&str> = undecided(&found).map(|(name, _)| name.as_str()).collect();
    if out.json {
        out.object(&json!({ "map": to.display().to_string(), "undecided": undecided }));
    }
    out.remark(&Say::MapProposed { map: to, file: &file, undecided: undecided.len() });
    Ok(Outcome::Done)
}

/// The columns that somebody must decide on.
fn undecided(found: &Outline) -> impl Iterator<Item = &(String, Understood)> {
    let is_open = |understood: &Understood| {
        matches!(understood, Understood::Perhaps(_) | Understood::Twice(_) | Understood::Unknown)
    };
    found.columns.iter().filter(move |(_, understood)| is_open(understood))
}

fn proposal(
    found: &Outline,
    side: Side,
    constants: &[(Field, Vec<String>)],
    said: bool,
    lang: Lang,
) -> String {
    let words = text::map_words(lang);
    let mut text = String::new();
    let mut line = |part: &str| {
        text.push_str(part);
        text.push('\n');
    };
    words.opening.lines().for_each(|part| line(&format!("# {part}")));
    line("version = 1");
    line(&format!("side = {}\n\n[file]", quoted(side.word())));
    // What was found out is found out again: next month's file may be saved otherwise. What was said, holds.
    let (name, value) = match &found.sheet {
        Some(sheet) => ("sheet", quoted(sheet)),
        None => ("encoding", quoted(found.encoding.word())),
    };
    match said {
        true => line(&format!("{name} = {value}")),
        false => line(&format!("# {name} = {value}   # {}", words.found_out)),
    }
    line(&format!("# heading = false   # {}", words.heading));
    line(&format!("# short_rows = true   # {}", words.short_rows));
    line(&format!("\n[columns]   # {}", words.columns));
    for (name, understood) in &found.columns {
        let field = match understood {
            Understood::Field(field) => field.name(),
            Understood::Period => "period",
            Understood::Party => "party",
            Understood::Perhaps(_) | Understood::Twice(_) | Understood::Unknown | Understood::LeftOut => {
                continue;
            }
        };
        line(&format!("{field} = {}", quoted(name)));
    }
    line("leave_out = []");
    line("undecided = [");
    for (name, understood) in undecided(found) {
        let perhaps = match understood {
            Understood::Perhaps(fields) => words.perhaps.replace("{}", &names(fields)),
            Understood::Twice(field) => words.twice.replace("{}", field.name()),
            _ => words.unknown.to_owned(),
        };
        line(&format!("  {},   # {perhaps}", quoted(name)));
    }
    line("]");
    line(&format!("\n# {}", words.others));
    let is_given = |field: &Field| {
        let has = |(_, understood): &(String, Understood)| match understood {
            Understood::Field(known) => known == field,
            Understood::Period => matches!(field, Field::PeriodFrom | Field::PeriodTo),
            _ => false,
        };
        found.columns.iter().any(has) || constants.iter().any(|(known, _)| known == field)
    };
    for field in Field::ALL.iter().filter(|field| side.has(**field) && !is_given(field)) {
        line(&format!("# {} = \"\"   # {}", field.name(), text::field(lang, *field)));
    }
    line(&format!("\n[constants]   # {}", words.constants));
    for (field, values) in constants {
        let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        match *field {
            Field::Items => line(&format!("items = [{}]", values.join(", "))),
            field => line(&format!("{} = {}", field.name(), values.join(", "))),
        }
    }
    let of_basis = Needed::Basis.fields(side);
    if !of_basis.iter().any(is_given) {
        line("# basis = \"opt-out\"");
    }
    line(&format!("\n[days]   # {}\n# order = \"dmy\"", words.days));
    line(&format!("\n[items]   # {}\n# separators = [\"、\", \"\\n\"]", words.items));
    line(&format!(
        "\n[ditto]   # {}\n# marks = [\"〃\", \"同上\"]\n# blank = [\"recipient_name\"]",
        words.ditto
    ));
    line(&format!("\n# {}\n# [[skip]]\n# column = \"\"\n# is = [\"取消\"]", words.skip));
    line(&format!("\n# {}\n# [words.basis]\n# \"名簿\" = \"opt-out\"", words.words));
    text
}

fn names(fields: &[Field]) -> String {
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    names.join(", ")
}

/// A text as TOML writes it on one line.
fn quoted(text: &str) -> String {
    // Headings are compared without regard to white space.
    toml::Value::String(text.replace(['\r', '\n'], " ")).to_string()
}
