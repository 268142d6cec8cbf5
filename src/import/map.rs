//! A map: what somebody has said of the columns of a ledger (docs/MAP.md).
//!
//! Owns: reading the TOML, finding the columns that it names, all that is wrong with it. Does not own: what headings mean by
//! themselves (`vocabulary`), what follows for cells (`table`), writing a proposal (the command line: its comments are for people).

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::dates::Order;
use super::encoding::Encoding;
use super::heading::Use;
use super::problem::{Place, Problem, What};
use super::vocabulary;
use crate::record::{Field, Side};

/// The version of the description that is read.
const VERSION: u32 = 1;

/// Fields whose cells hold a word of a fixed list.
const CODED: [Field; 6] = [
    Field::Basis,
    Field::Method,
    Field::RecipientType,
    Field::ProviderType,
    Field::UnspecifiedRecipients,
    Field::ForeignRecipient,
];

/// The file as it is written.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Document {
    version: Option<Spanned<u32>>,
    side: Option<Spanned<String>>,
    file: FileTable,
    columns: BTreeMap<Spanned<String>, Spanned<Texts>>,
    constants: BTreeMap<Spanned<String>, Spanned<Texts>>,
    days: Days,
    items: Items,
    ditto: Ditto,
    skip: Vec<Skipped>,
    words: BTreeMap<Spanned<String>, BTreeMap<String, String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct FileTable {
    encoding: Option<Spanned<String>>,
    sheet: Option<String>,
    heading: Option<bool>,
    short_rows: bool,
}

/// One text, or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Texts {
    One(String),
    Several(Vec<String>),
}

impl Texts {
    fn into_vec(self) -> Vec<String> {
        match self {
            Texts::One(text) => vec![text],
            Texts::Several(texts) => texts,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Days {
    order: Option<Order>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Items {
    separators: Option<Spanned<Vec<String>>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Ditto {
    marks: Option<Vec<String>>,
    blank: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Skipped {
    column: Spanned<String>,
    is: Vec<String>,
}

/// A column that is named.
#[derive(Clone, Debug)]
struct Named {
    heading: String,
    used: Use,
    line: u64,
}

/// Rows that are left out.
#[derive(Clone, Debug)]
struct Rule {
    heading: String,
    line: u64,
    is: Vec<String>,
}

/// What a map says.
#[derive(Clone, Debug)]
pub struct Map {
    name: Arc<str>,
    /// Whose records.
    pub side: Option<Side>,
    /// The encoding.
    pub encoding: Option<Encoding>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// Values for every row.
    pub constants: Vec<(Field, Vec<String>)>,
    pub(super) has_heading: bool,
    pub(super) short_rows: bool,
    pub(super) order: Order,
    pub(super) separators: Option<Vec<String>>,
    pub(super) marks: Option<Vec<String>>,
    pub(super) blank: Vec<Field>,
    pub(super) words: Vec<(Field, BTreeMap<String, String>)>,
    columns: Vec<Named>,
    undecided: Vec<(String, u64)>,
    skip: Vec<Rule>,
}

/// A map, found in the headings of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// By column: what the map says that it is.
    pub(super) uses: Vec<Option<Use>>,
    /// Columns and the texts for which a row is left out.
    pub(super) skip: Vec<(usize, Vec<String>)>,
}

impl Map {
    /// Reads a map; `name` is for messages.
    ///
    /// # Errors
    /// All that is wrong with it: at least one.
    pub fn read(name: &str, text: &str) -> Result<Map, Vec<Problem>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let name: Arc<str> = Arc::from(name);
        let line_of = |at: usize| 1 + text.bytes().take(at).filter(|b| *b == b'\n').count() as u64;
        let document: Document = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| line_of(span.start));
            let column_of = |at: usize| {
                let before = text.get(..at).unwrap_or(text);
                1 + before.rsplit('\n').next().unwrap_or_default().chars().count()
            };
            let column = error.span().map(|span| column_of(span.start));
            let what = What::MapNotUnderstood { column, message: error.message().to_owned() };
            vec![Problem {
                file: Arc::clone(&name),
                line,
                place: Place::Whole,
                column: None,
                value: None,
                what,
            }]
        })?;
        let mut problems = Vec::new();
        let mut refuse = |span: Range<usize>, value: &str, what: What| {
            problems.push(Problem {
                file: Arc::clone(&name),
                line: Some(line_of(span.start)),
                place: Place::Whole,
                column: None,
                value: Some(value.to_owned()),
                what,
            });
        };
        if let Some(version) = document.version.filter(|v| *v.get_ref() != VERSION) {
            refuse(version.span(), &version.get_ref().to_string(), What::MapVersion { known: VERSION });
        }
        let mut side = None;
        if let Some(word) = document.side {
            side = Side::from_word(word.get_ref());
            if side.is_none() {
                refuse(word.span(), word.get_ref(), What::MapSide);
            }
        }
        let mut encoding = None;
        if let Some(word) = document.file.encoding {
            encoding = Encoding::from_word(word.get_ref());
            if encoding.is_none() {
                refuse(word.span(), word.get_ref(), What::MapEncoding);
            }
        }
        let (mut columns, mut undecided) = (Vec::new(), Vec::new());
        for (key, headings) in document.columns {
            let line = line_of(headings.span().start);
            let headings = headings.into_inner().into_vec().into_iter();
            let used = match key.get_ref().as_str() {
                "undecided" => {
                    undecided.extend(headings.map(|heading| (heading, line)));
                    continue;
                }
                "leave_out" => Use::LeftOut,
                "period" => Use::Period,
                "party" => Use::Party,
                field => match Field::from_name(field) {
                    Some(field) => Use::Field(field),
                    None => {
                        refuse(key.span(), field, What::MapField);
                        continue;
                    }
                },
            };
            let several = headings.len() > 1;
            for heading in headings {
                let used = match used {
                    Use::Field(field) if several => Use::More(field),
                    used => used,
                };
                columns.push(Named { heading, used, line });
            }
        }
        let mut constants = Vec::new();
        for (key, values) in document.constants {
            match Field::from_name(key.get_ref()) {
                Some(field) => constants.push((field, values.into_inner().into_vec())),
                None => refuse(key.span(), key.get_ref(), What::MapField),
            }
        }
        let mut separators = None;
        if let Some(given) = document.items.separators {
            if given.get_ref().iter().any(String::is_empty) {
                refuse(given.span(), "", What::MapSeparator);
            }
            separators = Some(given.into_inner());
        }
        let mut blank = Vec::new();
        for key in document.ditto.blank {
            match Field::from_name(key.get_ref()) {
                Some(field) => blank.push(field),
                None => refuse(key.span(), key.get_ref(), What::MapField),
            }
        }
        let mut words = Vec::new();
        for (key, table) in document.words {
            match Field::from_name(key.get_ref()).filter(|field| CODED.contains(field)) {
                Some(field) => words.push((field, table)),
                None => refuse(key.span(), key.get_ref(), What::MapWords { coded: &CODED }),
            }
        }
        let rule = |s: Skipped| Rule {
            line: line_of(s.column.span().start),
            heading: s.column.into_inner(),
            is: s.is,
        };
        let skip = document.skip.into_iter().map(rule).collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Map {
            name,
            side,
            encoding,
            sheet: document.file.sheet,
            constants,
            short_rows: document.file.short_rows,
            has_heading: document.file.heading.unwrap_or(true),
            order: document.days.order.unwrap_or_default(),
            separators,
            marks: document.ditto.marks,
            blank,
            words,
            columns,
            undecided,
            skip,
        })
    }

    /// Whether it names a column with that heading; a place is the place of any.
    pub(super) fn names(&self, heading: &str) -> bool {
        let one = [Arc::from(heading)];
        let of_columns = self.columns.iter().map(|named| &named.heading);
        let undecided = self.undecided.iter().map(|(heading, _)| heading);
        let mut all = of_columns.chain(undecided).filter(|name| place_in(name.trim()).is_none());
        all.any(|name| by_heading(&one, name).or_else(|| by_heading(&one, first_of(name))).is_some())
    }

    /// Finds its columns.
    ///
    /// # Errors
    /// Columns that the file lacks, that are named twice or are still undecided: at least one.
    pub(super) fn find(&self, headings: &[Arc<str>]) -> Result<Found, Vec<Problem>> {
        let mut found = Found { uses: vec![None; headings.len()], skip: Vec::new() };
        let mut problems = Vec::new();
        let mut refuse = |line, heading: &str, what| {
            let (file, column) = (Arc::clone(&self.name), Some(Arc::from(heading)));
            problems.push(Problem { file, line: Some(line), place: Place::Whole, column, value: None, what });
        };
        for Named { heading, used, line } in &self.columns {
            match position(headings, heading) {
                None => refuse(*line, heading, What::MapColumnMissing),
                Some(at) if found.uses[at].is_some() => refuse(*line, heading, What::MapColumnTwice),
                Some(at) => found.uses[at] = Some(*used),
            }
        }
        for (heading, line) in &self.undecided {
            refuse(*line, heading, What::MapUndecided);
        }
        for Rule { heading, line, is } in &self.skip {
            match position(headings, heading) {
                None => refuse(*line, heading, What::MapColumnMissing),
                Some(at) => found.skip.push((at, is.clone())),
            }
        }
        if problems.is_empty() { Ok(found) } else { Err(problems) }
    }

    /// What stands for a word in a cell of the field.
    pub(super) fn word(&self, field: Field, cell: &str) -> Option<&str> {
        let (_, table) = self.words.iter().find(|(of, _)| *of == field)?;
        let same = |word: &&String| vocabulary::fold(word) == vocabulary::fold(cell);
        table
            .get(cell.trim())
            .or_else(|| table.iter().find(|(word, _)| same(word)).map(|(_, to)| to))
            .map(String::as_str)
    }
}

/// The name of a column in a map: its heading, or which of several with that heading it is, or its place. A heading can look
/// like the name of another column: each has the first of these names that leads back to it.
pub fn names_of(headings: &[Arc<str>]) -> Vec<String> {
    let nth = |at: usize| {
        let heading = vocabulary::fold(&headings[at]);
        1 + headings[..at].iter().filter(|other| vocabulary::fold(other) == heading).count()
    };
    let name = |at: usize| {
        let (heading, place) = (headings[at].trim(), format!("#{}", at + 1));
        let names = [heading.to_owned(), format!("{heading} #{}", nth(at))];
        let leads_back = |name: &String| !heading.is_empty() && position(headings, name) == Some(at);
        names.into_iter().find(leads_back).unwrap_or(place)
    };
    (0..headings.len()).map(name).collect()
}

/// The place in a name that is nothing else: `#3` is the third column, whatever its heading.
fn place_in(name: &str) -> Option<usize> {
    name.strip_prefix('#')?.parse::<usize>().ok()?.checked_sub(1)
}

/// The column of that name: by its place, else by its heading, else by which of several it is.
fn position(headings: &[Arc<str>], name: &str) -> Option<usize> {
    let name = name.trim();
    let place = place_in(name).filter(|place| *place < headings.len());
    place.or_else(|| by_heading(headings, name)).or_else(|| {
        let (heading, number) = name.rsplit_once('#')?;
        nth_of(headings, heading, number.parse::<usize>().ok()?.checked_sub(1)?)
    })
}

/// The first column with that heading: as it stands, else without regard to width and spaces.
fn by_heading(headings: &[Arc<str>], name: &str) -> Option<usize> {
    let name = name.trim();
    let by_text = headings.iter().position(|heading| !name.is_empty() && heading.trim() == name);
    by_text.or_else(|| nth_of(headings, name, 0))
}

/// Of the columns with that heading, without regard to width and spaces, this one.
fn nth_of(headings: &[Arc<str>], heading: &str, nth: usize) -> Option<usize> {
    let folded = Some(heading.trim()).filter(|heading| !heading.is_empty()).map(vocabulary::fold)?;
    let mut all = headings.iter().enumerate().filter(|(_, heading)| vocabulary::fold(heading) == folded);
    all.nth(nth).map(|(at, _)| at)
}

/// The heading in a name, without which of several it is.
fn first_of(name: &str) -> &str {
    match name.rsplit_once('#') {
        Some((heading, number)) if number.parse::<usize>().is_ok() && !heading.trim().is_empty() => {
            heading.trim()
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(all: &str) -> Vec<Arc<str>> {
        all.split(',').map(Arc::from).collect()
    }

    #[test]
    fn columns_are_found_by_heading_by_which_of_several_and_by_place() {
        let all = headings("日付,相手,相手,,備 考,A #2");
        for (name, expected) in [
            ("日付", Some(0)),
            ("相手", Some(1)),
            ("相手 #2", Some(2)),
            ("相手 #3", None),
            ("#4", Some(3)),
            ("#7", None),
            ("#0", None),
            ("備考", Some(4)),
            ("A #2", Some(5)),
            ("", None),
        ] {
            assert_eq!(position(&all, name), expected, "{name}");
        }
        let names = names_of(&all);
        assert_eq!(names, ["日付", "相手", "相手 #2", "#4", "備 考", "A #2"]);
        for (at, name) in names.iter().enumerate() {
            assert_eq!(position(&all, name), Some(at));
        }
    }

    /// Found by the fuzzer: two columns had one name, and a map of both was refused.
    #[test]
    fn a_heading_that_looks_like_the_name_of_another_column_has_a_name_of_its_own() {
        for (all, expected) in [
            (",#1", ["#1", "#1 #1"].as_slice()),
            ("a,a #2,a", &["a", "a #2", "#3"]),
            ("#2,#1,#9", &["#2 #1", "#1 #1", "#9"]),
            ("# 1,#,b", &["# 1", "#", "b"]),
        ] {
            let all = headings(all);
            let names = names_of(&all);
            assert_eq!(names, expected);
            for (at, name) in names.iter().enumerate() {
                assert_eq!(position(&all, name), Some(at), "{name}");
            }
        }
    }

    #[test]
    fn a_place_names_no_heading() {
        let map = Map::read("m.toml", "[columns]\nnote = \"#1\"\nitems = [\"備考 #2\", \"備考\"]").unwrap();
        assert!(map.names("備考") && map.names("備 考"));
        assert!(!map.names("2024/4/1") && !map.names("#1"));
    }

    #[test]
    fn what_is_wrong_with_a_map_names_its_line() {
        for (text, line, expected) in [
            ("version = 2", 1, "MapVersion"),
            ("\n[columns]\nprovided = \"日付\"", 3, "MapField"),
            ("[columns]\nnote = 1", 2, "MapNotUnderstood"),
            ("[colums]\nnote = \"a\"", 1, "MapNotUnderstood"),
            ("[constants]\nx = \"a\"", 2, "MapField"),
            ("[words.note]\na = \"b\"", 1, "MapWords"),
            ("[days]\norder = \"ydm\"", 2, "MapNotUnderstood"),
            ("[file]\nencoding = \"latin1\"", 2, "MapEncoding"),
            ("side = \"left\"", 1, "MapSide"),
            ("[items]\nseparators = [\"\"]", 2, "MapSeparator"),
            ("[ditto]\nblank = [\"x\"]", 2, "MapField"),
            ("a = [", 1, "MapNotUnderstood"),
        ] {
            let problems = Map::read("map.toml", text).unwrap_err();
            assert_eq!(problems[0].line, Some(line), "{text}");
            assert!(
                format!("{:?}", problems[0].what).starts_with(expected),
                "{text}: {:?}",
                problems[0].what
            );
        }
        let map = Map::read(
            "map.toml",
            "[columns]\nnote = \"x\"\npurpose = \"備考\"\nleave_out=\"備考\"\nundecided=\"y\"",
        );
        let problems = map.unwrap().find(&headings("備考")).unwrap_err();
        let whats: Vec<_> = problems.iter().map(|p| (p.line.unwrap_or(0), &p.what)).collect();
        assert_eq!(whats.len(), 3);
        assert!(whats.contains(&(2, &What::MapColumnMissing)) && whats.contains(&(5, &What::MapUndecided)));
    }
}
