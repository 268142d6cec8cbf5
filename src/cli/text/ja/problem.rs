//! Japanese: what is wrong with the user's data, and how to mend it.

use chrono::NaiveDate;
use provlog::import::heading::Needed;
use provlog::import::problem::JsonType;
use provlog::import::{What, vocabulary};
use provlog::ledger::part::TextFault;
use provlog::record::rules::{Asked, Fault, Source};
use provlog::record::{Field, Side};

use super::super::{Told, bases_explained};
use super::field;
use super::foreign::foreign;

/// The words for a basis that a cell can hold.
fn in_cells(open: &str, close: &str) -> Vec<String> {
    let japanese = |word: &str| provlog::import::words::bases().find(|(basis, _)| *basis == word)?.1;
    bases_explained(open, close, |basis| japanese(basis.word()).map(str::to_owned))
}

pub(crate) fn problem(what: &What) -> Told {
    match what {
        What::EmptyFile => Told::new("ファイルが空です", "別のファイルを指定してください。"),
        What::NoRows => Told::new("見出しだけで、行がありません", "別のファイルを指定してください。"),
        What::NotText => {
            Told::new("テキストのファイルではありません", "Excel で「CSV UTF-8」として保存してください。")
        }
        What::NotAWorkbook => Told::new(
            "アーカイブですが、読める .xlsx ではありません",
            "Excel で開いて、保存し直してください。",
        ),
        What::OldWorkbook => Told::new(
            ".xls か、パスワードの付いたブックです",
            "パスワードなしの .xlsx として保存してください。",
        ),
        What::UnpacksToTooMuch { limit } => Told::new(
            format!("ブックを展開すると {limit} バイトを超えます"),
            "シートを CSV として保存してください。",
        ),
        What::SheetTooLarge { rows, columns } => Told::new(
            format!("シートの {rows} 行・{columns} 列の外にセルがあります"),
            "そこにあるものを消すか、シートを CSV として保存してください。",
        ),
        What::NoSuchSheet { sheets } => Told::new(
            format!("そのようなシートはありません。ブックにあるシート: {}", sheets.join("、")),
            "--sheet でどれかを指定してください。",
        ),
        What::NoLedgerSheet { sheets } => Told::new(
            format!("見出しの分かるシートがありません: {}", sheets.join("、")),
            "--sheet で指定してください。",
        ),
        What::SeveralSheets { sheets } => Told::new(
            format!("台帳のようなシートが複数あります: {}", sheets.join("、")),
            "--sheet で一つを指定し、ほかは一つずつ取り込んでください。",
        ),
        What::SheetOfText => Told::new(
            "--sheet が指定されていますが、ファイルはブックではありません",
            "--sheet を外してください。",
        ),
        What::ByteOrderMarkContradicts { says, given } => Told::new(
            format!(
                "ファイルは {} であることを示していますが、--encoding は {} です",
                says.word(),
                given.word()
            ),
            "--encoding を外してください。",
        ),
        What::JsonLinesAreUtf8(_) => {
            Told::new("JSON Lines は必ず UTF-8 です", "--encoding を外してください。")
        }
        What::NotInEncoding(encoding) => Told::new(
            format!("{} として読めないバイトがあります", encoding.word()),
            "正しい --encoding（utf-8、cp932、utf-16le、utf-16be）を指定するか、保存し直してください。推測で置き換えることはしません。",
        ),
        What::HeadingMissing(needed, side) => missing(*needed, *side),
        What::HeadingAmbiguous { candidates } => {
            let names: Vec<&str> = candidates.iter().map(|f| field(*f)).collect();
            Told::new(
                format!("この見出しは複数の意味に取れます（{}）", names.join("、")),
                "どの項目かを対応表に書いてください。`provlog import --propose-map map.toml FILE` で下書きができます。",
            )
        }
        What::HeadingTwice { field: f, other } => {
            let name = f.map_or("キー", field);
            Told::new(
                format!("「{name}」の列はすでに「{other}」があります"),
                "どちらか一方の列をファイルから外してください。",
            )
        }
        What::HeadingUnknown => Told::new(
            "この見出しは分かりません",
            "見出しを直してください。`provlog record --help` も参考になります。",
        ),
        What::ConstantAndColumn(f) => Told::new(
            format!(
                "ファイルに列があるのに、{} でも指定されています",
                f.flag().map(|flag| flag.typed).unwrap_or("オプション")
            ),
            "どちらか一方にしてください。",
        ),
        What::SeveralConstants(_) => Told::new("値は一つだけです", "一度だけ指定してください。"),
        What::WrongNumberOfCells { expected, found } => Told::new(
            format!("この行のセルは {found} 個、見出しは {expected} 個です"),
            match found < expected {
                true => {
                    "カンマの不足や余分な引用符を確認してください。行末の空のセルが省かれているなら、対応表に short_rows = true と書いてください。"
                }
                false => "余分なカンマや引用符の不足を確認してください。",
            },
        ),
        What::CellWithoutHeading => {
            Told::new("見出しのない列に値があります", "列に見出しを付けるか、値を消してください。")
        }
        What::QuoteNotClosed => Told::new(
            "ここで始まる引用符が、ファイルの終わりまで閉じられていません",
            "引用符を閉じてください。セルの中の引用符は二つ重ねて書きます。",
        ),
        What::RowTooLong { limit } => Told::new(
            format!("行が {limit} バイトを超えています。ここから先は読んでいません"),
            "閉じられていない引用符がないか確認してください。",
        ),
        What::HeadingUnmapped => Told::new(
            "この見出しは分かりません",
            "何の列か、または取り込まないことを、対応表に書いてください。`provlog import --propose-map map.toml FILE` で下書きができます。",
        ),
        What::MapNotUnderstood { column, message } => Told::new(
            format!(
                "対応表として読めません（{}{}）",
                column.map(|at| format!("{at} 文字目。")).unwrap_or_default(),
                foreign("TOML の読み取りプログラム", message)
            ),
            "書き方は docs/MAP.ja.md を見てください。",
        ),
        What::MapVersion { known } => Told::new(
            format!("分からない版の対応表です（この provlog が読むのは {known}）"),
            "新しい provlog を使ってください。",
        ),
        What::MapField => Told::new(
            "そのような項目はありません",
            "`provlog list --json` に出る項目名か、period、party、leave_out、undecided を書いてください。",
        ),
        What::MapSide => Told::new("どちら側の記録か分かりません", "provision か receipt と書いてください。"),
        What::MapEncoding => Told::new(
            "文字コードの名前として読めません",
            "utf-8、cp932、utf-16le、utf-16be のいずれかを書くか、消してください。",
        ),
        What::MapSeparator => Told::new("空の文字では区切れません", "空の文字を消してください。"),
        What::MapWords { coded } => {
            let names: Vec<&str> = coded.iter().map(|f| f.name()).collect();
            Told::new(
                "この項目の値は元のまま残すため、読み替えられません",
                format!("読み替えられるのは {} です。", names.join("、")),
            )
        }
        What::MapColumnMissing => Told::new(
            "対応表にあるこの見出しの列が、ファイルにありません",
            "対応表の見出しを直すか、消してください。",
        ),
        What::MapColumnTwice => {
            Told::new("対応表で、この列が二度使われています", "どちらか一つにしてください。")
        }
        What::MapUndecided => Told::new(
            "この列が何か、まだ決まっていません",
            "undecided から、項目か leave_out に移してください。",
        ),
        What::MapForLines => Told::new(
            "JSON Lines には、対応表で指す列がありません",
            "--map を外してください。キーは項目名にします。",
        ),
        What::YearLast => Told::new(
            "日と月のどちらが先か決められません",
            "年を先に書くか、対応表に [days] order = \"dmy\"（または \"mdy\"）と書いてください。",
        ),
        What::NotADay => Told::new(
            "日付として読めません",
            "2024-04-01、2024/4/1、2024年4月1日、令和6年4月1日 のように書いてください。",
        ),
        What::NoSuchDay => Told::new("存在しない日付です", "日付を直してください。"),
        What::TwoDigitYear => Told::new("二桁の西暦年では、どの年か決められません", "四桁で書いてください。"),
        What::UnknownBasis => Told::new(
            "提供の根拠として読めません",
            format!("{} のいずれかにしてください。", in_cells("（", "）").join("、")),
        ),
        What::UnknownMethod => Told::new(
            "記録の方法として読めません",
            "each（都度）、bulk（一括）、contract（契約書等）のいずれかにしてください。送付の手段は媒体の欄に書きます。",
        ),
        What::Denied => Told::new(
            "「ない」と書かれています",
            "空にするか、あることを示す内容か証跡の所在を書いてください。",
        ),
        What::FieldOfOtherSide => Told::new(
            "この側の記録にはない項目です",
            "提供した記録は `record`（`import --side provision`）、提供を受けた記録は `receive`（`import --side receipt`）に入れてください。",
        ),
        What::UnknownRecipientType => {
            Told::new("法人か個人か読み取れません", "body（法人）か person（個人）にしてください。")
        }
        What::NotYesNo => {
            Told::new("「はい」か「いいえ」か読み取れません", "有・無、または yes・no にしてください。")
        }
        What::ConsentDenied => Told::new(
            "根拠は同意ですが、同意がないと書かれています",
            "根拠か同意の欄のうち、誤っているほうを直してください。",
        ),
        What::NothingAbove => Told::new("同上の印ですが、上の行に値がありません", "値を書いてください。"),
        What::ExcelError => {
            Told::new("Excel のエラーの表示で、値が失われています", "元のファイルのセルを直してください。")
        }
        What::RoundedNumber => Told::new(
            "Excel が数値を丸めたもので、桁が失われています",
            "列を文字列にして、入力し直してください。",
        ),
        What::NotAParty => {
            Told::new("名称・住所・代表者の三つに分けられません", "三行に分けて書くか、列を分けてください。")
        }
        What::EmptyItem => {
            Told::new("個人データの項目の中に空の名前があります", "余分な区切りを消してください。")
        }
        What::DittoMark => Told::new(
            "「同上」などの略記です。provlog はどの記録にも内容をそのまま残します",
            "上の行と同じ内容を書いてください。",
        ),
        What::Text(TextFault::Empty) => Told::new("空です", "値を入れるか、指定を外してください。"),
        What::Text(TextFault::Control(c)) => Told::new(
            format!("制御文字（U+{c:04X}）があります"),
            "取り除いてください。使える制御文字は改行だけです。",
        ),
        What::Text(TextFault::LineFeedInElement) => {
            Told::new("一つの項目の中に改行があります", "項目は一つずつ分けて指定してください。")
        }
        What::TooLong { limit } => Told::new(
            format!("一件の記録が {limit} バイトを超えています"),
            "項目には値ではなく名前だけを書き、備考を短くしてください。",
        ),
        What::Law(fault) => law(*fault),
        What::Scheme(fault) => super::registry::scheme(fault),
        What::JsonSyntax { at, ends_early: false } => Told::new(
            format!("JSON として読めません（行の {at} バイト目）"),
            "一行に一つの JSON オブジェクトを書いてください。",
        ),
        What::JsonSyntax { ends_early: true, .. } => {
            Told::new("JSON が途中で終わっています", "一行に一つの完全な JSON オブジェクトを書いてください。")
        }
        What::NotAnObject => {
            Told::new("JSON オブジェクトではありません", "一行に一つの JSON オブジェクトを書いてください。")
        }
        What::KeyTwice => Told::new("同じ JSON のキーが二度あります", "一つにしてください。"),
        What::MayHaveBeenErased { newest, more } => may_have_been_erased(*newest, *more),
        What::WrongJsonType { found } => Told::new(
            format!("{}は、ここでは使えません", json_type(*found)),
            "文字列で書いてください（数値では先頭の 0 が失われます）。`items` は文字列の配列にできます。",
        ),
    }
}

/// What may have been erased before: one record, or so many more of a file.
pub(super) fn may_have_been_erased(newest: NaiveDate, more: Option<u64>) -> Told {
    let todo = "それでも記録するときは --again を付けてください。保存期間は改めて数えます。そうでなければ除いてください。";
    let subject = match more {
        None => String::new(),
        Some(n) => format!("ほかの {n} 行も、"),
    };
    Told::new(
        format!(
            "{subject}この台帳から消去したもの（{newest} まで）より後であることが分からず、以前に消去された可能性があります"
        ),
        todo,
    )
}

fn law(fault: Fault) -> Told {
    match fault {
        Fault::NoBasis => Told::new(
            "提供の根拠が分かりません",
            "--basis に opt-out や consent など（`provlog rules` で一覧できます）を指定するか、列を設けてください。",
        ),
        Fault::Missing(asked, source) => {
            let (name, how) = match asked {
                Asked::Principal => {
                    ("本人を特定するに足りる事項", "--principal-id か --principal-name".to_owned())
                }
                Asked::Field(f) => (field(f), f.flag().map(|flag| flag.typed).unwrap_or_default().to_owned()),
            };
            let why = match source {
                Source::Provlog => "法令の記録事項ではありませんが、provlog には必要です".to_owned(),
                source => format!("{}の記録事項", super::source(source)),
            };
            let more = match asked {
                Asked::Field(Field::RecipientRepresentative) => {
                    "（提供先が個人なら --recipient-type person）"
                }
                Asked::Field(Field::ProviderRepresentative) => "（提供元が個人なら --provider-type person）",
                _ => "",
            };
            Told::new(
                format!("{name}がありません（{why}）"),
                format!(
                    "入力してください（{how}）{more}。ないまま行われたことは --as-happened で記録できます。"
                ),
            )
        }
        Fault::Future { day, today, .. } => Told::new(
            format!("{day} はまだ来ていません（日本では今日は {today} です）"),
            "日付を直してください。提供の前に記録を作成するときは --beforehand を付けてください。",
        ),
        Fault::BasisOfOtherSide(basis, side) => Told::new(
            match side {
                Side::Provider => format!("{} は、提供した側の記録の根拠ではありません", basis.word()),
                Side::Recipient => format!("{} は、提供を受けた側の記録の根拠ではありません", basis.word()),
            },
            format!("`provlog rules --side {}` で根拠を一覧できます。", side.word()),
        ),
        Fault::BasisOfOtherDays(basis, day) => Told::new(
            match day {
                Some(day) => format!("{day} には、{} という根拠はありませんでした", basis.word()),
                None => format!("{} という根拠は、もうありません", basis.word()),
            },
            "日付か根拠を直してください。",
        ),
        Fault::MethodNotAllowed(basis, method) => Told::new(
            format!(
                "根拠が {} のときは、{} の方法で記録できません（施行規則第19条・第23条）",
                basis.word(),
                method.word()
            ),
            "提供の都度に記録してください（--method each）。実際に起きたことは --as-happened で記録できます。",
        ),
        Fault::PeriodWithoutBulk => Told::new(
            "期間は、一括の記録にだけ付けられます",
            "--method bulk を指定するか、期間の代わりに提供の日を指定してください。",
        ),
        Fault::DayInBulk => Told::new(
            "一括の記録には、日ではなく期間を付けます",
            "--period-from と、最後の日が分かっていれば --period-to を指定してください。",
        ),
        Fault::PeriodReversed { from, to } => {
            Told::new(format!("期間の終わり（{to}）が始まり（{from}）より前です"), "日付を直してください。")
        }
        Fault::UnspecifiedAndNamed => Told::new(
            "「不特定かつ多数の者に提供した旨」は提供先の氏名などに代わるものですが、両方が指定されています",
            "どちらか一方にしてください。",
        ),
    }
}

fn missing(needed: Needed, side: Side) -> Told {
    let fields = needed.fields(side);
    let headings: Vec<&str> = fields.iter().flat_map(|f| vocabulary::headings_of(*f).take(4)).collect();
    let flags: Vec<&str> = fields.iter().filter_map(|f| f.flag().map(|flag| flag.typed)).collect();
    let name = match needed {
        Needed::ProvidedOn => "提供年月日",
        Needed::Recipient => "提供先",
        Needed::Principal => "本人",
        Needed::Items => "個人データの項目",
        Needed::Basis => "提供の根拠",
    };
    Told::new(
        format!("「{name}」と読める列がありません"),
        format!(
            "列の見出しを {} などにするか、対応表（--propose-map）で列を示すか、全行に共通の値を {} で指定してください。",
            headings.join("、"),
            flags.join(" か ")
        ),
    )
}

fn json_type(found: JsonType) -> &'static str {
    match found {
        JsonType::Boolean => "true や false",
        JsonType::Number => "数値",
        JsonType::Text => "文字列",
        JsonType::Array => "配列",
        JsonType::Object => "オブジェクト",
        JsonType::Null => "null",
    }
}
