//! The language people are spoken to in: `--lang`, else PROVLOG_LANG, else the locale, else English.

/// A language that all texts exist in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Lang {
    Ja,
    En,
}

impl Lang {
    /// From the environment; `--lang` goes before it.
    pub(crate) fn from_environment() -> Lang {
        let set = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
        if let Some(lang) = set("PROVLOG_LANG") {
            return Lang::from_locale(&lang);
        }
        // POSIX: the first of these that is set decides.
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
        locale.map_or(Lang::En, |l| Lang::from_locale(&l))
    }

    fn from_locale(locale: &str) -> Lang {
        if locale.to_ascii_lowercase().starts_with("ja") { Lang::Ja } else { Lang::En }
    }
}
