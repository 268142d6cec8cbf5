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

type TableOfTexts = BTreeMap<Spanned<String>, Spanned<Texts>>;
type TableOfWords = BTreeMap<Spanned<String>, BTreeMap<String, String>>;

/// The file as it is written.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Document {
    version: Option<Spanned<u32>>,
    side: Option<Spanned<String>>,
    file: FileTable,
    columns: TableOfTexts,
    constants: TableOfTexts,
    days: Days,
    items: Items,
    ditto: Ditto,
    skip: Vec<Skipped>,
    words: TableOfWords,
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
pub(super) struct FittedMap {
    /// By column: what the map says that it is.
    pub(super) uses: Vec<Option<Use>>,
    /// Columns and the texts for which a row is left out.
    pub(super) skip: Vec<(usize, Vec<String>)>,
}

/// A map that is being read, and all that is wrong with it so far.
struct Reader<'t> {
    name: Arc<str>,
    text: &'t str,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn line_of(&self, at: usize) -> u64 {
        1 + self.text.bytes().take(at).filter(|b| *b == b'\n').count() as u64
    }

    fn problem(&self, line: Option<u64>, value: Option<String>, what: What) -> Problem {
        Problem { file: Arc::clone(&self.name), line, place: Place::Whole, column: None, value, what }
    }

    fn refuse(&mut self, span: Range<usize>, value: &str, what: What) {
        let line = Some(self.line_of(span.start));
        self.problems.push(self.problem(line, Some(value.to_owned()), what));
    }

    fn document(&self) -> Result<Document, Vec<Problem>> {
        toml::from_str(self.text).map_err(|error| {
            let line = error.span().map(|span| self.line_of(span.start));
            let column_of = |at: usize| {
                let before = self.text.get(..at).unwrap_or(self.text);
                1 + before.rsplit('\n').next().unwrap_or_default().chars().count()
            };
            let column = error.span().map(|span| column_of(span.start));
            let what = What::MapNotUnderstood { column, message: error.message().to_owned() };
            vec![self.problem(line, None, what)]
        })
    }

    fn version(&mut self, version: Option<Spanned<u32>>) {
        if let Some(version) = version.filter(|v| *v.get_ref() != VERSION) {
            let what = What::MapVersion { known: VERSION };
            self.refuse(version.span(), &version.get_ref().to_string(), what);
        }
    }

    /// A word of a fixed list.
    fn word<T>(
        &mut self,
        word: Option<Spanned<String>>,
        read: impl FnOnce(&str) -> Option<T>,
        otherwise: What,
    ) -> Option<T> {
        let word = word?;
        let value = read(word.get_ref());
        if value.is_none() {
            self.refuse(word.span(), word.get_ref(), otherwise);
        }
        value
    }

    /// The name of a field.
    fn field(&mut self, key: &Spanned<String>) -> Option<Field> {
        let field = Field::from_name(key.get_ref());
        if field.is_none() {
            self.refuse(key.span(), key.get_ref(), What::MapField);
        }
        field
    }

    /// The columns that are named, and those on which nothing is decided yet.
    fn columns(&mut self, columns: TableOfTexts) -> (Vec<Named>, Vec<(String, u64)>) {
        let (mut named, mut undecided) = (Vec::new(), Vec::new());
        for (key, headings) in columns {
            let line = self.line_of(headings.span().start);
            let headings = headings.into_inner().into_vec().into_iter();
            let used = match key.get_ref().as_str() {
                "undecided" => {
                    undecided.extend(headings.map(|heading| (heading, line)));
                    continue;
                }
                "leave_out" => Use::LeftOut,
                "period" => Use::Period,
                "party" => Use::Party,
                _ => match self.field(&key) {
                    Some(field) if headings.len() > 1 => Use::More(field),
                    Some(field) => Use::Field(field),
                    None => continue,
                },
            };
            named.extend(headings.map(|heading| Named { heading, used, line }));
        }
        (named, undecided)
    }

    fn constants(&mut self, constants: TableOfTexts) -> Vec<(Field, Vec<String>)> {
        let read = |(key, values): (Spanned<String>, Spanned<Texts>)| {
            Some((self.field(&key)?, values.into_inner().into_vec()))
        };
        constants.into_iter().filter_map(read).collect()
    }

    fn separators(&mut self, given: Option<Spanned<Vec<String>>>) -> Option<Vec<String>> {
        let given = given?;
        if given.get_ref().iter().any(String::is_empty) {
            self.refuse(given.span(), "", What::MapSeparator);
        }
        Some(given.into_inner())
    }

    /// What stands for the words of fields whose texts are not kept as they stand.
    fn words(&mut self, words: TableOfWords) -> Vec<(Field, BTreeMap<String, String>)> {
        let mut read = Vec::new();
        for (key, table) in words {
            match Field::from_name(key.get_ref()).filter(|field| CODED.contains(field)) {
                Some(field) => read.push((field, table)),
                None => self.refuse(key.span(), key.get_ref(), What::MapWords { coded: &CODED }),
            }
        }
        read
    }

    fn rule(&self, rule: Skipped) -> Rule {
        let line = self.line_of(rule.column.span().start);
        Rule { heading: rule.column.into_inner(), line, is: rule.is }
    }
}

impl Map {
    /// Reads a map; `name` is for messages.
    ///
    /// # Errors
    /// All that is wrong with it: at least one.
    pub fn read(name: &str, text: &str) -> Result<Map, Vec<Problem>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = Reader { name: Arc::from(name), text, problems: Vec::new() };
        let document = reader.document()?;
        reader.version(document.version);
        let side = reader.word(document.side, Side::from_word, What::MapSide);
        let encoding = reader.word(document.file.encoding, Encoding::from_word, What::MapEncoding);
        let (columns, undecided) = reader.columns(document.columns);
        let constants = reader.constants(document.constants);
        let separators = reader.separators(document.items.separators);
        let blank = document.ditto.blank.into_iter().filter_map(|key| reader.field(&key)).collect();
        let words = reader.words(document.words);
        let skip = document.skip.into_iter().map(|rule| reader.rule(rule)).collect();
        if !reader.problems.is_empty() {
            return Err(reader.problems);
        }
        Ok(Map {
            name: reader.name,
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
    pub(super) fn find(&self, headings: &[Arc<str>]) -> Result<FittedMap, Vec<Problem>> {
        let mut found = FittedMap { uses: vec![None; headings.len()], skip: Vec::new() };
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
