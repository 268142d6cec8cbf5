//! Days as people write them in Japan.
//!
//! Owns: the forms of docs/LAW.md, "Old ledgers", western and by era. Does not own: whether a day may be (`record::rules`).
//! What could be read in two ways is refused, not guessed.

use std::borrow::Cow;

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization as _;

/// A day that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub day: NaiveDate,
    /// What is worth saying of how it was written.
    pub remark: Option<DayRemark>,
}

/// What is worth saying of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayRemark {
    /// It lies outside the era it is written in, in the era's first or last year.
    OutOfEra,
    /// It is the number under which Excel keeps a day.
    Serial,
    /// A time of that day stands behind it.
    Time,
}

impl Day {
    fn plain(day: NaiveDate) -> Day {
        Day { day, remark: None }
    }
}

/// Why a text is not a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayFault {
    /// No form that is understood.
    NotADay,
    /// Understood, but the calendar or the era does not have it.
    NoSuchDay,
    /// A western year of two digits: the century would be a guess.
    TwoDigitYear,
    /// The year of four digits comes last: whether the day or the month comes first, would be a guess.
    YearLast,
}

/// In which order a western day is written, where its year does not come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// Year, month, day; any other order is refused.
    #[default]
    Ymd,
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
}

/// An era, its days as (year, month, day).
struct Era {
    names: [&'static str; 4],
    /// The western year of its first year.
    first_year: i32,
    start: (i32, u32, u32),
    end: (i32, u32, u32),
}

const ERAS: [Era; 3] = [
    Era { names: ["令和", "令", "R", "r"], first_year: 2019, start: (2019, 5, 1), end: (9999, 12, 31) },
    Era { names: ["平成", "平", "H", "h"], first_year: 1989, start: (1989, 1, 8), end: (2019, 4, 30) },
    Era { names: ["昭和", "昭", "S", "s"], first_year: 1926, start: (1926, 12, 25), end: (1989, 1, 7) },
];

/// Years outside these are slips or other things than days.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

/// Reads a day whose year comes first.
///
/// # Errors
/// [`DayFault`].
pub fn read(text: &str) -> Result<Day, DayFault> {
    read_in(text, Order::Ymd)
}

/// Reads a day; a western one whose year does not come first is written in that order.
///
/// # Errors
/// [`DayFault`].
pub fn read_in(text: &str, order: Order) -> Result<Day, DayFault> {
    if let Some(day) = ten_digits(text.as_bytes()) {
        return Ok(Day::plain(day));
    }
    let (text, time) = without_time(text);
    let text = fold(text).ok_or(DayFault::NotADay)?;
    let read = day_alone(without_weekday(&text), order)?;
    // Excel writes the beginning of the day where a column is formatted so: that says nothing.
    let time = (time != Time::Midnight && time != Time::None).then_some(DayRemark::Time);
    Ok(Day { remark: read.remark.or(time), ..read })
}

fn day_alone(text: &str, order: Order) -> Result<Day, DayFault> {
    if let Some(day) = serial(text) {
        return Ok(Day { day, remark: Some(DayRemark::Serial) });
    }
    for era in &ERAS {
        if let Some(rest) = era.names.iter().find_map(|name| text.strip_prefix(name)) {
            return in_era(era, rest);
        }
    }
    if let Some(read) = named_month(text) {
        return read.map(Day::plain);
    }
    western(text, order).map(Day::plain)
}

/// A time behind a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Time {
    None,
    Midnight,
    Other,
}

/// A time behind the day, in Japan or in no zone: `10:30`, `10:30:05.123`, `T10:30:05+09:00`. One in another zone may be of another day.
fn without_time(text: &str) -> (&str, Time) {
    let text = text.trim();
    let Some((day, time)) = text.rsplit_once([' ', 'T', '\u{3000}']) else { return (text, Time::None) };
    let time = time.strip_suffix("+09:00").or_else(|| time.strip_suffix("+0900")).unwrap_or(time);
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let parts: Vec<&str> = time.split(':').collect();
    let below = |text: &str, most: u32| {
        (1..=2).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_digit())
            && text.parse::<u32>().is_ok_and(|n| n < most)
    };
    let is_time = match parts[..] {
        [hour, minute] => below(hour, 24) && below(minute, 60),
        [hour, minute, second] => below(hour, 24) && below(minute, 60) && below(second, 61),
        _ => false,
    };
    if !is_time || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return (text, Time::None);
    }
    let midnight = time.bytes().chain(fraction.bytes()).all(|b| matches!(b, b'0' | b':'));
    (day.trim_end(), if midnight { Time::Midnight } else { Time::Other })
}

/// A day whose month has its English name, so that its order is plain: `1-Apr-2024`, `1 April 2024`, `Apr 1, 2024`.
fn named_month(text: &str) -> Option<Result<NaiveDate, DayFault>> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if !text.is_ascii() {
        return None;
    }
    let start = text.find(|c: char| c.is_ascii_alphabetic())?;
    let rest = &text[start..];
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let name = name.to_ascii_lowercase();
    let at =
        MONTHS.iter().position(|month| name == *month || (name.len() == 3 && month.starts_with(&name)))?;
    let month = (at + 1).to_string();
    let separator = |c: char| matches!(c, '-' | '/' | '.' | ',');
    let (before, after) = (text[..start].trim_end_matches(separator), after.trim_start_matches(separator));
    let (year, of_month) = match (before, after.split_once(',')) {
        ("", Some((of_month, year))) => (year, of_month),
        ("", None) => return None,
        (before, _) if before.len() == 4 => (before, after),
        (before, _) => (after, before),
    };
    Some(match year.len() {
        4 => number(year, 4).and_then(|year| day(year, &month, of_month)),
        2 => number(year, 2).and(Err(DayFault::TwoDigitYear)),
        _ => Err(DayFault::NotADay),
    })
}

/// A weekday behind the day, as Excel and people write it: `(月)`, `月曜日`, `月曜`, `(Mon)`.
fn without_weekday(text: &str) -> &str {
    let kanji = |c: char| "月火水木金土日".contains(c);
    let named = |name: &str| {
        name.chars().next().is_some_and(kanji) && matches!(name.chars().nth(1), None | Some('曜'))
            || ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
                .iter()
                .any(|day| name.len() >= 3 && name.is_char_boundary(3) && name[..3].eq_ignore_ascii_case(day))
    };
    if let Some((day, name)) = text.strip_suffix(')').and_then(|text| text.rsplit_once('(')) {
        return if named(name) { day } else { text };
    }
    let short = text.strip_suffix("曜日").or(text.strip_suffix("曜"));
    match short.and_then(|text| text.char_indices().next_back().map(|(at, c)| (&text[..at], c))) {
        Some((day, c)) if kanji(c) => day,
        _ => text,
    }
}

/// The number under which Excel keeps a day: days since 1899-12-30, for the years of such ledgers.
fn serial(text: &str) -> Option<NaiveDate> {
    let number: u64 = text.parse().ok().filter(|n| (20_000..=80_000).contains(n))?;
    let zero = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    (text.len() == 5).then(|| zero.checked_add_days(chrono::Days::new(number)))?
}

/// The form that machines write, `2024-04-01` or `2024/04/01`, without a copy of the text.
fn ten_digits(b: &[u8]) -> Option<NaiveDate> {
    let &[y0, y1, y2, y3, s0, m0, m1, s1, d0, d1] = b else { return None };
    if s0 != s1 || !matches!(s0, b'-' | b'/') {
        return None;
    }
    let mut value = 0;
    for digit in [y0, y1, y2, y3, m0, m1, d0, d1] {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = value * 10 + u32::from(digit - b'0');
    }
    let year = i32::try_from(value / 10_000).ok().filter(|y| YEARS.contains(y))?;
    NaiveDate::from_ymd_opt(year, value / 100 % 100, value % 100)
}

/// NFKC without white space. `None` where white space parts two digits: `2024/4/1 1` must not become another day.
fn fold(text: &str) -> Option<Cow<'_, str>> {
    if text.bytes().all(|b| b.is_ascii_graphic()) {
        return Some(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.nfkc() {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if space && c.is_ascii_digit() && out.ends_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        space = false;
        out.push(c);
    }
    Some(Cow::Owned(out))
}

fn western(text: &str, order: Order) -> Result<NaiveDate, DayFault> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return match text.len() {
            8 => day(number(&text[..4], 4)?, &text[4..6], &text[6..]),
            6 if day(2000, &text[2..4], &text[4..]).is_ok() => Err(DayFault::TwoDigitYear),
            _ => Err(DayFault::NotADay),
        };
    }
    let (year, month, of_month) = parts(text)?;
    if of_month.len() == 4 && !text.ends_with('日') {
        let (first, second) = (year, month);
        let (_, _) = (number(first, 2)?, number(second, 2)?);
        let year = number(of_month, 4)?;
        return match order {
            Order::Ymd => Err(DayFault::YearLast),
            Order::Dmy => day(year, second, first),
            Order::Mdy => day(year, first, second),
        };
    }
    let (_, _) = (number(month, 2)?, number(of_month, 2)?);
    match year.len() {
        4 => day(number(year, 4)?, month, of_month),
        1 | 2 => number(year, 2).and(Err(DayFault::TwoDigitYear)),
        _ => Err(DayFault::NotADay),
    }
}

fn in_era(era: &Era, rest: &str) -> Result<Day, DayFault> {
    let (year, month, of_month) = parts(rest)?;
    let nth = if year == "元" { 1 } else { number(year, 2)? };
    let year = era.first_year + nth - 1;
    let read = day(year, month, of_month)?;
    // Out of the era by its edge is a habit of old forms; a year that the era never had is a slip.
    if nth == 0 || year > era.end.0 {
        return Err(DayFault::NoSuchDay);
    }
    let ymd = (year, chrono::Datelike::month(&read), chrono::Datelike::day(&read));
    let outside = ymd < era.start || ymd > era.end;
    Ok(Day { day: read, remark: outside.then_some(DayRemark::OutOfEra) })
}

/// Year, month and day as they are written, with one kind of separator.
fn parts(text: &str) -> Result<(&str, &str, &str), DayFault> {
    let split = || {
        if let Some(text) = text.strip_suffix('日') {
            let (year, rest) = text.split_once('年')?;
            let (month, day) = rest.split_once('月')?;
            return Some((year, month, day));
        }
        let separator = text.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
        let (year, rest) = text.split_once(separator)?;
        let (month, day) = rest.split_once(separator)?;
        Some((year, month, day))
    };
    split().ok_or(DayFault::NotADay)
}

fn number(text: &str, longest: usize) -> Result<i32, DayFault> {
    let fits = (1..=longest).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| fits).ok_or(DayFault::NotADay)
}

fn day(year: i32, month: &str, of_month: &str) -> Result<NaiveDate, DayFault> {
    let (month, of_month) = (number(month, 2)?.unsigned_abs(), number(of_month, 2)?.unsigned_abs());
    if !YEARS.contains(&year) {
        return Err(DayFault::NotADay);
    }
    NaiveDate::from_ymd_opt(year, month, of_month).ok_or(DayFault::NoSuchDay)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_year_that_comes_last_is_read_in_the_order_that_is_said() {
        for (text, dmy, mdy) in [
            ("1/4/2024", "2024-04-01", "2024-01-04"),
            ("01.04.2024", "2024-04-01", "2024-01-04"),
            ("2024-04-01", "2024-04-01", "2024-04-01"),
        ] {
            for (order, expected) in [(Order::Dmy, dmy), (Order::Mdy, mdy)] {
                assert_eq!(read_in(text, order).unwrap().day.to_string(), expected, "{text}");
            }
        }
        assert_eq!(read_in("31/4/2024", Order::Dmy), Err(DayFault::NoSuchDay));
        assert_eq!(read_in("13/4/2024", Order::Mdy), Err(DayFault::NoSuchDay));
        assert_eq!(read_in("1/4/24", Order::Dmy), Err(DayFault::TwoDigitYear));
        assert_eq!(read("1/4/2024"), Err(DayFault::YearLast));
    }

    fn shown(text: &str) -> String {
        match read(text) {
            Ok(Day { day, remark: None }) => day.to_string(),
            Ok(Day { day, remark: Some(DayRemark::OutOfEra) }) => format!("{day}!"),
            Ok(Day { day, remark: Some(DayRemark::Serial) }) => format!("{day}#"),
            Ok(Day { day, remark: Some(DayRemark::Time) }) => format!("{day}@"),
            Err(fault) => format!("{fault:?}"),
        }
    }

    macro_rules! days {
        ($($name:ident { $($text:literal => $expected:literal,)* })*) => {
            $(#[test] fn $name() { $(assert_eq!(shown($text), $expected, "{:?}", $text);)* })*
        };
    }

    days! {
        a_time_behind_a_day_is_told_and_one_of_another_zone_is_no_day {
            "2024/4/1 10:30" => "2024-04-01@",
            "2024/4/1 9:05:07" => "2024-04-01@",
            "2024-04-01T10:30:05.123" => "2024-04-01@",
            "2024-04-01T10:30:05+09:00" => "2024-04-01@",
            "令和6年4月1日(月) 10:30" => "2024-04-01@",
            "2024/4/1 0:00" => "2024-04-01",
            "2024-04-01T00:00:00.000+09:00" => "2024-04-01",
            "2024-04-01T20:30:00Z" => "NotADay",
            "2024-04-01T20:30:00+00:00" => "NotADay",
            "2024/4/1 25:00" => "NotADay",
            "2024/4/1 10:30:" => "NotADay",
        }
        a_month_with_its_english_name_is_plain {
            "1-Apr-2024" => "2024-04-01",
            "1 April 2024" => "2024-04-01",
            "01/apr/2024" => "2024-04-01",
            "Apr 1, 2024" => "2024-04-01",
            "April 30, 2024 (Tue)" => "2024-04-30",
            "2024-Apr-01" => "2024-04-01",
            "31-Apr-2024" => "NoSuchDay",
            "1-Apr-24" => "TwoDigitYear",
            "1-Apx-2024" => "NotADay",
            "Apr 2024" => "NotADay",
        }
        an_era_by_its_first_character_is_read {
            "令6.4.1" => "2024-04-01",
            "平31.4.30" => "2019-04-30",
            "昭64年1月7日" => "1989-01-07",
            "令元.5.1" => "2019-05-01",
        }
        every_western_form_is_read {
            "2024-04-01" => "2024-04-01",
            "2024-4-1" => "2024-04-01",
            "2024/04/01" => "2024-04-01",
            "2024/4/1" => "2024-04-01",
            "2024.4.1" => "2024-04-01",
            "2024年4月1日" => "2024-04-01",
            "2024年04月01日" => "2024-04-01",
            "20240401" => "2024-04-01",
            "２０２４／４／１" => "2024-04-01",
            "２０２４－０４－０１" => "2024-04-01",
            "２０２４年４月１日" => "2024-04-01",
            "2024 年 4 月 1 日" => "2024-04-01",
            "2024\u{3000}年4月\u{3000}1日" => "2024-04-01",
            "2024 / 4 / 1" => "2024-04-01",
            " 2024-04-01 " => "2024-04-01",
            "2024-02-29" => "2024-02-29",
            "1900-01-01" => "1900-01-01",
            "2200-12-31" => "2200-12-31",
        }
        every_form_by_era_is_read {
            "令和6年4月1日" => "2024-04-01",
            "令和６年４月１日" => "2024-04-01",
            "令和 6 年 4 月 1 日" => "2024-04-01",
            "令和06年04月01日" => "2024-04-01",
            "令和元年5月1日" => "2019-05-01",
            "令和1年5月1日" => "2019-05-01",
            "㋿6年4月1日" => "2024-04-01",
            "㍻31年4月30日" => "2019-04-30",
            "㍼63年12月31日" => "1988-12-31",
            "平成元年1月8日" => "1989-01-08",
            "昭和64年1月7日" => "1989-01-07",
            "昭和元年12月25日" => "1926-12-25",
            "R6.4.1" => "2024-04-01",
            "Ｒ６．４．１" => "2024-04-01",
            "r6.4.1" => "2024-04-01",
            "R06/04/01" => "2024-04-01",
            "R6-4-1" => "2024-04-01",
            "R6年4月1日" => "2024-04-01",
            "H31.4.30" => "2019-04-30",
            "S63.1.2" => "1988-01-02",
            "令和6.4.1" => "2024-04-01",
        }
        a_weekday_or_midnight_behind_is_no_part_of_the_day {
            "2024/4/1(月)" => "2024-04-01",
            "2024年4月1日（月）" => "2024-04-01",
            "令和6年4月1日 月曜日" => "2024-04-01",
            "2024/4/1 月曜" => "2024-04-01",
            "2024-04-01 (Mon)" => "2024-04-01",
            "2024/4/1 0:00" => "2024-04-01",
            "2024-04-01T00:00:00" => "2024-04-01",
            "2024/4/1(仮)" => "NotADay",
        }
        the_number_of_a_day_in_excel_is_read_with_a_notice {
            "45383" => "2024-04-01#",
            "４５３８３" => "2024-04-01#",
            "20000" => "1954-10-03#",
            "19999" => "NotADay",
            "80001" => "NotADay",
        }
        a_day_out_of_its_era_is_read_with_a_notice {
            "平成31年5月1日" => "2019-05-01!",
            "H31.12.31" => "2019-12-31!",
            "令和元年4月30日" => "2019-04-30!",
            "R1.1.1" => "2019-01-01!",
            "昭和64年1月8日" => "1989-01-08!",
            "平成元年1月7日" => "1989-01-07!",
            "昭和元年12月24日" => "1926-12-24!",
        }
        a_day_that_does_not_exist_is_named {
            "2023-02-29" => "NoSuchDay",
            "2024-13-01" => "NoSuchDay",
            "2024-00-10" => "NoSuchDay",
            "2024/4/31" => "NoSuchDay",
            "2024年4月0日" => "NoSuchDay",
            "20240230" => "NoSuchDay",
            "令和5年2月29日" => "NoSuchDay",
            "令和0年4月1日" => "NoSuchDay",
            "R0.4.1" => "NoSuchDay",
            "平成32年4月1日" => "NoSuchDay",
            "昭和65年1月1日" => "NoSuchDay",
        }
        a_two_digit_year_is_refused_and_not_guessed {
            "24/4/1" => "TwoDigitYear",
            "24-04-01" => "TwoDigitYear",
            "24.4.1" => "TwoDigitYear",
            "24年4月1日" => "TwoDigitYear",
            "２４／４／１" => "TwoDigitYear",
            "6/4/1" => "TwoDigitYear",
            "240401" => "TwoDigitYear",
            "1/4/24" => "TwoDigitYear",
        }
        what_is_no_day_is_not_read_as_one {
            "" => "NotADay",
            "不明" => "NotADay",
            "2024" => "NotADay",
            "2024/4" => "NotADay",
            "2024年4月" => "NotADay",
            "4/1/2024" => "YearLast",
            "2024-4/1" => "NotADay",
            "2024/4/1/2" => "NotADay",
            "2024/4/1 1" => "NotADay",
            "2024/4/1～2024/4/30" => "NotADay",
            "2024年4月1" => "NotADay",
            "0024-04-01" => "NotADay",
            "1899-12-31" => "NotADay",
            "2201-01-01" => "NotADay",
            "99999999" => "NotADay",
            "+2024-04-01" => "NotADay",
            "2024-+4-01" => "NotADay",
            "-2024-04-01" => "NotADay",
            "令和六年四月一日" => "NotADay",
            "令和6年" => "NotADay",
            "令和999年1月1日" => "NotADay",
            "R" => "NotADay",
            "大正元年8月1日" => "NotADay",
            "2024年元月1日" => "NotADay",
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_a_day_panic(text in "[0-9年月日元令和平成昭RHS㋿./ -]{0,14}", any in any::<String>()) {
            let _ = (read(&text), read(&any));
        }

        #[test]
        fn every_day_is_read_back_from_every_form(offset in 0..109_572_i64) {
            let day = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + chrono::Duration::days(offset);
            for form in ["%Y-%m-%d", "%Y/%-m/%-d", "%Y.%-m.%-d", "%Y年%-m月%-d日", "%Y%m%d"] {
                prop_assert_eq!(read(&day.format(form).to_string()), Ok(Day::plain(day)));
            }
        }
    }
}
