//! The words of cells that have a fixed meaning: bases, yes and no, kinds of recipients, methods.
//!
//! Owns: the lists (docs/LAW.md, "Old ledgers"). Does not own: what follows from them (`row`, `record::rules`).

use unicode_normalization::UnicodeNormalization as _;

use crate::record::{Basis, Method, PartyType};

const BASES: &[(&str, Basis)] = &[
    ("opt-out", Basis::OptOut),
    ("オプトアウト", Basis::OptOut),
    ("法27条2項", Basis::OptOut),
    ("consent", Basis::Consent),
    ("同意", Basis::Consent),
    ("本人同意", Basis::Consent),
    ("法27条1項", Basis::Consent),
    ("foreign-consent", Basis::ForeignConsent),
    ("foreignconsent", Basis::ForeignConsent),
    ("外国", Basis::ForeignConsent),
    ("法28条1項", Basis::ForeignConsent),
    ("personal-related", Basis::PersonalRelated),
    ("personalrelated", Basis::PersonalRelated),
    ("個人関連情報", Basis::PersonalRelated),
    ("法31条", Basis::PersonalRelated),
    ("private-person", Basis::PrivatePerson),
    ("privateperson", Basis::PrivatePerson),
    ("個人からの取得", Basis::PrivatePerson),
    ("voluntary", Basis::Voluntary),
    ("任意", Basis::Voluntary),
];

/// The bases as a cell can name them: the word, and the first other one in Japanese.
pub fn bases() -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
    Basis::ALL.iter().map(|basis| {
        let others = BASES.iter().filter(|(word, of)| of == basis && !word.is_ascii());
        (basis.word(), others.map(|(word, _)| *word).next())
    })
}

const PARTY_TYPES: &[(&str, PartyType)] = &[
    ("body", PartyType::Body),
    ("法人", PartyType::Body),
    ("person", PartyType::Person),
    ("個人", PartyType::Person),
];

const METHODS: &[(&str, Method)] = &[
    ("each", Method::Each),
    ("都度", Method::Each),
    ("bulk", Method::Bulk),
    ("一括", Method::Bulk),
    ("contract", Method::Contract),
    ("契約書等", Method::Contract),
    ("契約書", Method::Contract),
];

/// How a word of yes or no is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum YesNo {
    Yes,
    /// It says no, wherever it stands.
    No,
    /// It says no where yes or no is asked; elsewhere it may just fill the cell.
    Filler,
}

const MARKS: &[(&str, YesNo)] = &[
    ("○", YesNo::Yes),
    ("〇", YesNo::Yes),
    ("◯", YesNo::Yes),
    ("有", YesNo::Yes),
    ("有り", YesNo::Yes),
    ("あり", YesNo::Yes),
    ("はい", YesNo::Yes),
    ("済", YesNo::Yes),
    ("yes", YesNo::Yes),
    ("true", YesNo::Yes),
    ("y", YesNo::Yes),
    ("1", YesNo::Yes),
    ("レ", YesNo::Yes),
    ("✓", YesNo::Yes),
    ("×", YesNo::No),
    ("✕", YesNo::No),
    ("無", YesNo::No),
    ("無し", YesNo::No),
    ("なし", YesNo::No),
    ("いいえ", YesNo::No),
    ("no", YesNo::No),
    ("false", YesNo::No),
    ("n", YesNo::No),
    ("0", YesNo::Filler),
    ("-", YesNo::Filler),
    ("ー", YesNo::Filler),
];

/// Words are compared as they stand first: a file of a million rows has one basis, and folding costs more than the
/// rest of its cell.
fn look_up<T: Copy>(table: &[(&str, T)], text: &str) -> Option<T> {
    let find = |text: &str| table.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
    find(text).or_else(|| {
        let folded: String =
            text.nfkc().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
        find(&folded)
    })
}

/// The basis of that word.
pub(super) fn basis(text: &str) -> Option<Basis> {
    look_up(BASES, text)
}

/// A body or a person.
pub(super) fn party_type(text: &str) -> Option<PartyType> {
    look_up(PARTY_TYPES, text)
}

/// The method of recording of that word.
pub(super) fn method(text: &str) -> Option<Method> {
    look_up(METHODS, text)
}

/// Yes or no.
pub(super) fn yes_no(text: &str) -> Option<bool> {
    look_up(MARKS, text).map(|mark| mark == YesNo::Yes)
}

/// Whether a text in the place of a principal tells nobody apart: unknown, everyone, so many persons.
pub(super) fn names_nobody(text: &str) -> bool {
    let exactly = matches!(
        text,
        "不明"
            | "不詳"
            | "未詳"
            | "全員"
            | "一同"
            | "各位"
            | "本人"
            | "複数"
            | "複数名"
            | "多数"
            | "匿名"
            | "該当者"
            | "対象者"
            | "なし"
            | "無し"
            | "無"
            | "-"
            | "－"
            | "ー"
            | "―"
            | "?"
            | "？"
            | "***"
            | "N/A"
            | "n/a"
            | "unknown"
            | "Unknown"
            | "everyone"
            | "Everyone"
            | "all"
            | "All"
            | "various"
            | "Various"
            | "anonymous"
            | "Anonymous"
    );
    let everyone = || ["全員", "一同", "各位"].iter().any(|word| text.ends_with(word));
    // 100名, 会員100名, 他3人, 数人; names end with 名 or 人 too, but not behind such a digit.
    let so_many = || {
        let number = ['名', '人', '件'].iter().find_map(|unit| text.strip_suffix(*unit));
        let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c) || c == '数';
        number.is_some_and(|number| number.trim_end().ends_with(digit))
    };
    exactly || everyone() || so_many()
}

/// Whether a text stands for what is in the row above.
pub(super) fn is_ditto(text: &str) -> bool {
    matches!(text, "〃" | "同上" | "上記に同じ")
}

/// Whether a cell about consent says that there is none.
pub(super) fn denies(text: &str) -> bool {
    look_up(MARKS, text) == Some(YesNo::No)
}

/// The words that are understood as a basis, for the hint of a message.
pub fn basis_words(basis: Basis) -> impl Iterator<Item = &'static str> {
    BASES.iter().filter(move |(_, b)| *b == basis).map(|(word, _)| *word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_for_a_basis_is_understood_and_no_other() {
        for (expected, words) in [
            (
                Some(Basis::OptOut),
                "オプトアウト|ｵﾌﾟﾄｱｳﾄ|法27条2項|法２７条２項|法 27 条 2 項|opt-out|Opt-Out|ＯＰＴ－ＯＵＴ",
            ),
            (Some(Basis::Consent), "同意|本人同意|本人 同意|法27条1項|consent|Consent"),
            (Some(Basis::ForeignConsent), "外国|法28条1項|foreign consent|Foreign Consent|foreign-consent"),
            (Some(Basis::PersonalRelated), "個人関連情報|法31条|personal-related"),
            (Some(Basis::PrivatePerson), "個人からの取得|private-person"),
            (Some(Basis::Voluntary), "任意|voluntary"),
            (None, "|委託|共同利用|法27条|不同意|同意なし|opt-in|法27条5項"),
        ] {
            for word in words.split('|') {
                assert_eq!(basis(word), expected, "{word}");
            }
        }
        for b in Basis::ALL.iter().copied() {
            assert_eq!(basis(b.word()), Some(b));
            assert!(basis_words(b).any(|word| word == b.word()));
        }
    }

    #[test]
    fn yes_and_no_are_read_from_the_marks_that_people_use() {
        for (expected, words) in [
            (Some(true), "○ 〇 ◯ 有 はい 済 yes Yes TRUE y 1 １ レ ﾚ ✓"),
            (Some(false), "× ✕ 無 いいえ no NO false n 0 ０ - － ー"),
            (None, "? 不明 2 △ はいいいえ"),
        ] {
            for word in words.split(' ') {
                assert_eq!(yes_no(word), expected, "{word}");
            }
        }
    }

    #[test]
    fn only_a_clear_no_denies_consent() {
        for word in ["無", "×", "いいえ", "No", "FALSE", "無し"] {
            assert!(denies(word), "{word}");
        }
        for word in ["有", "○", "-", "同意書 無番", "2024/4/1"] {
            assert!(!denies(word), "{word}");
        }
    }

    #[test]
    fn recipients_and_methods_have_their_words() {
        assert_eq!(party_type("法人"), Some(PartyType::Body));
        assert_eq!(party_type("Person"), Some(PartyType::Person));
        assert_eq!(party_type("団体"), None);
        assert_eq!(method("都度"), Some(Method::Each));
        assert_eq!((method("一括"), method("契約書 等")), (Some(Method::Bulk), Some(Method::Contract)));
        assert_eq!(method("daily"), None);
    }

    #[test]
    fn what_names_nobody_is_told_from_names() {
        for text in [
            "不明",
            "全員",
            "会員全員",
            "顧客一同",
            "100名",
            "他3名",
            "約１，０００名",
            "数人",
            "-",
            "Unknown",
            "該当者",
        ] {
            assert!(names_nobody(text), "{text}");
        }
        for text in ["見本 花子", "仮名", "名取 名", "架空 無", "C-1", "0", "100", "人見 一人"]
        {
            assert!(!names_nobody(text), "{text}");
        }
    }
}
