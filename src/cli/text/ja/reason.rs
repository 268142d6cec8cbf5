//! Japanese: why something that is stored, shown in a folder or given cannot be used. Each stands in brackets.

use provlog::store::{BadValue, Damage};
use provlog::verify::Broken;
use provlog::verify::bundle::FormFault;

pub(crate) fn damage(damage: Damage) -> &'static str {
    match damage {
        Damage::Malformed => "SQLite のファイルとして壊れています",
        Damage::TableMissing => "どの台帳にもあるはずの表か列がありません",
        Damage::NewestTime => "控えてある最新の時刻が、時刻として読めません",
        Damage::NodeMissing => "保存してある中間のハッシュが欠けています",
        Damage::NodeWrong => "保存してある中間のハッシュが正しくありません",
        Damage::OtherNodes => "保存してある中間のハッシュが、エントリから計算したものと一致しません",
        Damage::CheckpointOfAnother => {
            "台帳に残る最後のチェックポイントは、この台帳が発行したものではありません"
        }
        Damage::CutBehindCheckpoint => {
            "最後のチェックポイントより短くなっています。末尾のエントリが切り取られています"
        }
        Damage::CheckpointDiffers => "最後のチェックポイントを発行したときの台帳の続きではありません",
        Damage::Genesis => "起点のエントリを読めません",
        Damage::NoPublicKey => "使える公開鍵がありません",
        Damage::Facts => "内容を読めません",
        Damage::PayloadMissing => "内容が失われています",
        Damage::NotHandedOut => "記録されたままの内容ではないため、渡しません",
        Damage::NotSigned => "検証に通らないため、これを含む台帳には署名しません",
        Damage::MissingNotSigned => "このエントリが失われているため、台帳に署名しません",
        Damage::NotErased => "検証に通りません。改ざんの証拠になるものは消去しません",
        Damage::NotProved => "検証に通らないため、証明を発行しません",
        Damage::ProofLeadsElsewhere => "証明から計算したハッシュが、チェックポイントと一致しません",
        Damage::Broken(why) => broken(why),
    }
}

pub(crate) fn broken(broken: Broken) -> &'static str {
    match broken {
        Broken::Time => "時刻が、時刻として読めません",
        Broken::Kind => "種類が不明です",
        Broken::About => "対象のエントリが、エントリ番号ではありません",
        Broken::Base => "保存期間の起算日が、日付として読めません",
        Broken::ThereAndErased => "同じ内容が、残っているとも消去されたともなっています",
        Broken::Reference => "参照している相手方や項目などの内容がありません",
        Broken::Text => "UTF-8 ではない文字があります",
        Broken::Day => "日付として読めない日付があります",
        Broken::Salt => "ソルト（ハッシュに混ぜる乱数）が正しくありません",
        Broken::Genesis => "起点の種類は、エントリ 0 だけのものです",
        Broken::AboutLater => "自分より前にないエントリを対象としています",
    }
}

pub(crate) fn form_fault(fault: FormFault) -> &'static str {
    match fault {
        FormFault::NotBagIt => "BagIt 1.0 ではありません",
        FormFault::NotACheckpoint => "チェックポイントではありません",
        FormFault::NoByteOrderMark => "先頭にバイト順マークがありません",
        FormFault::NotCsv => "UTF-8 の CSV ではありません",
        FormFault::NumberOfCells => "セルの数が合わない行があります",
        FormFault::NotAHeader => "エントリのヘッダーではない行があります",
        FormFault::NotInOrder => "エントリ番号が連続していません",
        FormFault::NotAProof => "`first 番号` の行と、それに属するハッシュになっていません",
        FormFault::NotAnAct => "エントリ番号、ソルト、内容の組になっていない行があります",
        FormFault::NotTheOrigin => "起点、鍵、日付の採用のエントリが、この順に並んでいません",
        FormFault::Headings => "見出しが、このフォルダーの言語で定められたものではありません",
        FormFault::RowEnd => "復帰と改行（0D 0A）で終わっていない行があります",
        FormFault::Quotes => "不要な引用符があるか、必要な引用符がないセルがあります",
        FormFault::NotOneEncoding => "provlog の書き方（キーとその順序、空白、行末）と異なる行があります",
    }
}

pub(crate) fn bad_value(value: BadValue) -> &'static str {
    match value {
        BadValue::Text => "空の文字列か、制御文字があります",
        BadValue::NotUtf8 => "UTF-8 ではない文字があります",
        BadValue::Path => "UTF-8 ではない文字を含むパスです",
        BadValue::NoFacts => "内容のない記録です",
        BadValue::PartTooLong => "一つのエントリの内容が 64 KiB を超えています",
        BadValue::SigningKey => "署名鍵として書き出せません",
        BadValue::Secret => "照合用の秘密として使えません",
    }
}
