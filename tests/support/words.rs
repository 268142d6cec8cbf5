//! Command lines for the program as people write them: one string, read by the rules of the shell.
//!
//! Owns: what is one word. Does not own: the running (`support`).

/// The words of a command line: of a string as the shell reads it (quotes, backslashes; no variables and no patterns), of a
/// list each as it is, for values that are known at run time alone.
pub trait Words {
    fn words(&self) -> Vec<String>;

    /// These, and more behind them.
    fn and(&self, more: impl Words) -> Vec<String> {
        [self.words(), more.words()].concat()
    }
}

impl Words for str {
    fn words(&self) -> Vec<String> {
        shlex::split(self).unwrap_or_else(|| panic!("a quote is open in: {self}"))
    }
}

impl Words for String {
    fn words(&self) -> Vec<String> {
        self.as_str().words()
    }
}

impl<W: AsRef<str>> Words for [W] {
    fn words(&self) -> Vec<String> {
        self.iter().map(|word| word.as_ref().to_owned()).collect()
    }
}

impl<W: AsRef<str>, const N: usize> Words for [W; N] {
    fn words(&self) -> Vec<String> {
        self[..].words()
    }
}

impl<W: AsRef<str>> Words for Vec<W> {
    fn words(&self) -> Vec<String> {
        self[..].words()
    }
}

impl<W: Words + ?Sized> Words for &W {
    fn words(&self) -> Vec<String> {
        (**self).words()
    }
}

#[test]
fn a_string_is_read_as_the_shell_reads_it_and_a_list_as_it_is() {
    for (line, words) in [
        ("", &[][..]),
        ("  list \t--json\n ", &["list", "--json"]),
        // Blanks of other kinds are part of a word, for the shell too.
        ("--set principal_name=見本　華子", &["--set", "principal_name=見本　華子"]),
        ("a\u{a0}b c\rd", &["a\u{a0}b", "c\rd"]),
        ("--reason '' \"\" x", &["--reason", "", "", "x"]),
        ("'見本 花子' \"it's\" a\\ b", &["見本 花子", "it's", "a b"]),
        ("--reason='a b'c", &["--reason=a bc"]),
        ("'\\n' \"\\n\" '\"' '#1' a#1 * $HOME ~", &["\\n", "\\n", "\"", "#1", "a#1", "*", "$HOME", "~"]),
    ] {
        assert_eq!(line.words(), words, "{line:?}");
    }
    let list = ["a b", "'", "", "\\", "#"];
    assert_eq!(list.words(), list);
    assert_eq!("correct 1".and(["--reason", "a b"]), ["correct", "1", "--reason", "a b"]);
}

#[test]
#[should_panic(expected = "a quote is open")]
fn a_quote_that_is_left_open_is_no_command_line() {
    let _ = "--reason 'x".words();
}
