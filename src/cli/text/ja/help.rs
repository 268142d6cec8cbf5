//! Japanese: the help of commands and arguments.

use std::sync::LazyLock;

use super::super::{bases, bases_explained};
use crate::cli::lang::Lang;

static BASES: LazyLock<String> = LazyLock::new(|| format!("提供の根拠: {}", bases(Lang::Ja)));

static BASES_EXPLAINED: LazyLock<String> = LazyLock::new(|| {
    // Without the article, which stands in brackets.
    let called = |label: &str| label.split('（').next().unwrap_or_default().to_owned();
    format!("提供の根拠: {}", bases_explained("（", "）", |basis| Some(called(basis.label().ja))).join("、"))
});

pub(crate) fn help(command: &str, argument: Option<&str>) -> Option<&'static str> {
    let words = match (command, argument) {
        ("provlog", None) => {
            "個人データの第三者提供の記録（個人情報保護法第29条・第30条）を、改ざんを検知できる台帳に残します。"
        }
        ("init", None) => "新しい台帳と、照合用の秘密ファイル、署名鍵を作る",
        ("record", None) => "提供を一件、または複数件（--from）記録する",
        ("import", None) => "過去の記録簿（CSV、.xlsx）を取り込む",
        ("list", None) => "エントリの一覧を表示する",
        ("show", None) => "一つのエントリの全体を表示する",
        ("verify", None) => "すべてを読み直してハッシュを計算し、変えられた箇所を示す",
        ("checkpoint", None) => "台帳の状態に署名して表示する（別の場所に保管する）",
        ("key", None) => "チェックポイントに署名する鍵を一覧にする、または替える",
        ("anchor", None) => {
            "別のディスクの控え（アンカー）と台帳を比べる、または控えを置く・置き直す・やめる"
        }
        ("export", None) => "検査のために記録とヘッダーを出力する",
        ("delete", None) => "削除の計画を示し、--apply で実行する",

        (_, Some("help")) => "使い方を表示する",
        ("provlog", Some("version")) => "バージョンを表示する",
        (_, Some("ledger")) => "台帳のファイル [環境変数: PROVLOG_LEDGER] [既定: provlog.db]",
        (_, Some("lang")) => "言語: ja または en [環境変数: PROVLOG_LANG] [既定: ロケール]",
        (_, Some("json")) => "標準出力に JSON だけを出す",
        (_, Some("quiet")) => "補足や警告を省く",
        (_, Some("verbose")) => "エラーに技術的な詳細を、verify に SQLite の設定を添える",
        (_, Some("wait")) => "ほかのプロセスを待つ秒数 [既定: 60]",

        ("init", Some("operator")) => "台帳を管理する事業者の名称",
        ("init", Some("origin")) => "チェックポイントでの台帳の名前（例: example.co.jp/provisions）",
        ("init", Some("retention_years")) => "記録を保存する年数。3 以上 [既定: 3]",

        ("receive", None) => "提供を受けたことを記録する（--from で一括）",
        ("rules", None) => "記録事項とその根拠条文を表示する",
        ("rules", Some("side")) => "provision（提供した側）か receipt（提供を受けた側）",
        ("rules", Some("basis")) => "この根拠だけ",
        ("rules", Some("method")) => "この方法だけ",
        ("import", Some("side")) => "記録の側: provision（既定）か receipt",
        ("list" | "export" | "hold add", Some("month")) => "この月の提供だけ（2026-11 のように）",
        ("list", Some("breaches")) => "違反が記録されたものだけ",
        ("list" | "export" | "hold add", Some("side")) => {
            "provision（提供した記録）か receipt（提供を受けた記録）"
        }
        ("recipient", None) => "提供先の登録",
        ("recipient set", None) => "提供先を登録する・変更を登録する（指定しない内容はそのまま）",
        ("recipient show", None) => "提供先を表示する",
        ("recipient list", None) => "提供先を一覧する（ID、名称、身元確認、目的）",
        ("recipient set" | "recipient show", Some("id")) => "記録で使う ID（record --recipient-id）",
        ("recipient set", Some("name")) => "氏名又は名称",
        ("recipient set", Some("address")) => "住所",
        ("recipient set", Some("representative")) => "法人などの代表者の氏名",
        ("recipient set", Some("party_type")) => "body（法人など。既定）か person（個人）",
        ("recipient set", Some("from")) => "この内容になった日 [既定: 日本の今日]",
        ("recipient set", Some("check_date")) => "身元を確認した日",
        ("recipient set", Some("check_method")) => "確認の方法（登記、ウェブサイト、書類の提示など）",
        ("recipient set", Some("check_evidence")) => "確認の証跡がある場所",
        ("recipient set", Some("purpose")) => "提供先が述べた目的",
        ("recipient show" | "filing show" | "filing notice" | "filing form", Some("day")) => {
            "この日の内容 [既定: 今の内容]"
        }
        ("filing", None) => "オプトアウトの届出（法第27条第2項）の登録と、そこから作る文書",
        ("filing add", None) => "新しい届出を登録する",
        ("filing change", None) => "届出の変更を登録する（指定しない内容はそのまま）",
        ("filing stop", None) => "届出による提供をやめたことを登録する",
        ("filing show", None) => "届出を表示する",
        ("filing list", None) => "すべての届出と変更を一覧する",
        ("filing notice", None) => "プライバシーポリシーに載せる文章を出力する",
        ("filing form", None) => "届出書の内容を CSV で出力する",
        (
            "filing add" | "filing change" | "filing stop" | "filing show" | "filing notice" | "filing form",
            Some("id"),
        ) => "記録で使う ID（record --filing）",
        ("filing add" | "filing change" | "filing stop", Some("filed_on")) => {
            "個人情報保護委員会に届け出た日"
        }
        ("filing change" | "filing stop", Some("effective")) => "効力の生じる日",
        ("filing stop", Some("reason")) => "理由（記録されます）",
        ("filing add" | "filing change", Some("number")) => "届出番号",
        ("filing add" | "filing change", Some("start_day")) => "提供を開始する日",
        ("filing add" | "filing change", Some("items")) => {
            "個人データの項目と、その区分（ordinary、special-care＝要配慮個人情報）、出所（principal＝本人、public＝公開情報、third-party＝第三者、opt-out＝他者のオプトアウト、unlawful＝不正取得）。繰り返し可。change ではすべての項目"
        }
        ("filing add" | "filing change", Some("name")) => "事業者の氏名又は名称",
        ("filing add" | "filing change", Some("address")) => "事業者の住所",
        ("filing add" | "filing change", Some("representative")) => "事業者の代表者の氏名",
        ("filing add" | "filing change", Some("telephone")) => "電話番号",
        ("filing add" | "filing change", Some("contact")) => "連絡先（部署、メールアドレス）",
        ("filing add" | "filing change", Some("purpose")) => "提供の目的",
        ("filing add" | "filing change", Some("acquisition")) => "取得の方法（取得元と方法）",
        ("filing add" | "filing change", Some("provision_method")) => "提供の方法",
        ("filing add" | "filing change", Some("request_method")) => "停止の求めを受け付ける方法",
        ("filing add" | "filing change", Some("update_method")) => "個人データの更新の方法",
        ("filing add" | "filing change", Some("publication")) => "委員会による公表を希望するか（yes か no）",
        ("optout", None) => "本人からの停止の求めと、提供前の名簿の確認",
        ("optout add", None) => "停止の求めを登録する",
        ("optout list", None) => "停止の求めを一覧する",
        ("optout withdraw", None) => "停止の求めの撤回を登録する",
        ("optout screen", None) => "提供前の名簿を、提供できる人とできない人に分ける",
        ("optout add", Some("principal_id")) => "本人の ID",
        ("optout add", Some("principal_name")) => "本人の氏名（分かるときは両方を指定）",
        ("optout add", Some("received")) => "求めを受けた日 [既定: 日本の今日]",
        ("optout add", Some("effective")) => "提供を停止する日 [既定: 求めを受けた日]",
        ("optout add", Some("channel")) => "受け付けた方法（書面、電話、ウェブなど）",
        ("optout add", Some("filing")) => "対象の届出 [既定: すべて]",
        ("optout list", Some("day")) => "この日に効力のあるものだけ",
        ("optout withdraw", Some("index")) => "停止の求めの索引",
        ("optout withdraw", Some("from")) => "撤回が効力を生じる日 [既定: 日本の今日]",
        ("optout withdraw", Some("reason")) => "理由（必須。記録されます）",
        ("optout screen", Some("file")) => "名簿の CSV（本人の ID か氏名の列があるもの）",
        ("optout screen", Some("out")) => "提供できる行を書くファイル",
        ("optout screen", Some("stopped")) => "提供できない行と理由を書くファイル",
        ("optout screen", Some("filing")) => "提供の根拠となる届出 [既定: すべて]",
        ("optout screen", Some("day")) => "提供する日 [既定: 日本の今日]",
        ("optout screen", Some("encoding")) => {
            "utf-8、cp932（sjis、windows-31j）、utf-16le、utf-16be[既定: 自動判別]"
        }
        ("disclose", None) => "本人に渡す記録の写しを作る（法第33条第5項）",
        ("disclose", Some("principal_id")) => "本人の ID",
        ("disclose", Some("principal_name")) => "本人の氏名",
        ("disclose", Some("request_received")) => "請求を受けた日 [既定: 日本の今日]",
        ("disclose", Some("out")) => "作るフォルダー（すでにあってはならない）",
        ("correct", None) => "記録を訂正する、又は誤って作った記録を取り消す（元の内容は残る）",
        ("correct", Some("index")) => "記録の索引",
        ("correct", Some("set")) => {
            "項目の値を直す（繰り返し可）。例: principal_name=氏名、period_to=2026-11-30"
        }
        ("correct", Some("clear")) => "項目の値をなくす（繰り返し可）",
        ("correct", Some("void")) => "誤って作られた記録として取り消す",
        ("correct" | "hold add" | "hold release", Some("reason")) => "理由（必須、記録に残る）",
        ("hold", None) => "保全: 対象の記録を消去から守る",
        ("hold add", None) => "保全を置く（索引か、今の時点の条件で指定）",
        ("hold release", None) => "保全を解除する",
        ("hold list", None) => "保全を一覧する",
        ("hold add", Some("indexes")) => "エントリの索引",
        ("hold release", Some("index")) => "保全のエントリの索引",
        ("list" | "export" | "hold add", Some("recipient_id")) => "登録した提供先の ID",
        (_, Some("exemption")) => "根拠が voluntary のとき、該当した例外",
        (_, Some("period_from")) => "一括の記録の最初の日",
        (_, Some("period_to")) => "一括の記録の最後の日（分かった時点で）",
        (_, Some("acquisition")) => "提供元による取得の経緯",
        (_, Some("confirmation")) => "確認の方法（書面、申告、登記など）",
        (_, Some("ppc_publication")) => "オプトアウト届出が公表されている旨、又は届出番号",
        (_, Some("foreign_recipient")) => "第三者は外国にある",
        (_, Some("foreign_information")) => "外国にある第三者について本人に情報提供した旨",
        (_, Some("existence_withheld")) => "記録の存否を本人に明らかにできない理由",
        (_, Some("as_happened")) => "違反があっても起きたとおりに記録する（違反の内容も記録に残る）",
        (_, Some("recipient_id")) => "登録した提供先の ID（`provlog recipient`）",
        ("record" | "import", Some("filing")) => "根拠となるオプトアウト届出の ID",
        ("receive" | "import", Some("received_on")) => "提供を受けた年月日（日本の日付）",
        ("receive" | "import", Some("provider_name")) => "提供元の氏名又は名称",
        ("receive" | "import", Some("provider_address")) => "提供元の住所",
        ("receive" | "import", Some("provider_representative")) => "提供元の代表者の氏名",
        ("receive" | "import", Some("provider_type")) => "body（法人、既定）か person（個人）",
        ("record" | "receive" | "import", Some("provided_on")) => "提供年月日（日本の日付）",
        ("record" | "receive" | "import", Some("recipient_name")) => "提供先（第三者）の氏名又は名称",
        ("record" | "receive" | "import", Some("recipient_address")) => "提供先の住所",
        ("record" | "receive" | "import", Some("recipient_representative")) => "提供先の法人の代表者の氏名",
        ("record" | "receive" | "import", Some("unspecified_recipients")) => {
            "不特定かつ多数の者に提供した旨（提供先の氏名などに代える）"
        }
        ("record" | "receive" | "import", Some("recipient_type")) => {
            "body（法人・団体、既定）または person（個人）"
        }
        ("record" | "receive" | "import", Some("principal_id")) => "本人を特定する ID",
        ("record" | "receive" | "import", Some("principal_name")) => "本人の氏名",
        ("record" | "receive" | "import", Some("items")) => {
            "個人データの項目の名前（値ではない）。繰り返し指定できる"
        }
        ("record" | "receive" | "import", Some("basis")) => &BASES_EXPLAINED,
        ("record" | "receive" | "import", Some("method")) => {
            "each（都度、既定）、bulk（一括）、contract（契約書等による代替）"
        }
        ("record" | "receive" | "import", Some("consent_evidence")) => "同意の証跡の所在",
        ("record" | "receive" | "import", Some("purpose")) => "提供目的",
        ("record" | "receive" | "import", Some("medium")) => "提供の媒体・手段",
        ("record" | "receive", Some("handler")) => "担当者 [既定: システムの利用者名]",
        ("import", Some("handler")) => "担当者",
        ("record" | "receive" | "import", Some("note")) => "備考",
        ("record" | "receive" | "import", Some("beforehand")) => {
            "提供の前に記録を作成する（提供年月日がこの先の日でもよい）"
        }
        ("record" | "receive", Some("key")) => "再送用のキー。同じキーと同じ内容なら二重に記録しない",
        ("record" | "receive", Some("from")) => {
            "ファイルまたは標準入力（-）から複数件: CSV か JSON Lines。足りない項目はオプションで補う"
        }
        ("import", Some("files")) => "CSV または .xlsx のファイル。すべて一つのトランザクションで取り込む",
        ("import", Some("encoding")) => {
            "utf-8、cp932（sjis、windows-31j）、utf-16le、utf-16be [既定: 自動判別]"
        }
        ("import", Some("sheet")) => "ブックのシート [既定: 台帳の見出しがあるシート]",
        ("import", Some("map")) => "列の意味を書いた対応表（docs/MAP.ja.md）",
        ("import", Some("propose_map")) => {
            "一つのファイルの見出しの読み方を対応表として書き出し、そこで終わる"
        }
        ("import", Some("new_only")) => {
            "台帳にすでにある行を飛ばす（前月の行に新しい行を足したファイルのため）"
        }
        ("record" | "receive" | "import", Some("again")) => {
            "以前に消去された可能性のあるものも記録する（保存期間は改めて数える）"
        }
        ("import", Some("dry_run")) => "すべて検査するだけで、何も変えない",
        ("import", Some("partial")) => "受け付けられない行があっても、よい行を取り込む",
        ("import", Some("rejects")) => "--partial のとき、受け付けなかった行を元のまま、理由を添えて書き出す",
        ("import", Some("trust_record_dates")) => {
            "保存期間を、ファイルの申告する記録日から数える（決定として記録される）"
        }
        ("import", Some("reason")) => "採用の理由。記録される（--trust-record-dates に必要）",

        ("list" | "export" | "hold add", Some("from")) => "提供年月日の始め",
        ("list" | "export" | "hold add", Some("to")) => "提供年月日の終わり",
        ("list" | "export" | "hold add", Some("recipient")) => {
            "提供先の名称（全角・半角や空白の違いは問わない）"
        }
        ("list" | "export" | "hold add", Some("principal_id")) => "本人の ID",
        ("list" | "export" | "hold add", Some("principal_name")) => {
            "本人の氏名（全角・半角や空白の違いは問わない）"
        }
        ("list" | "export" | "hold add", Some("basis")) => &BASES,
        ("list", Some("kind")) => "エントリの種類: provision、import、export、erasure など",
        ("list", Some("limit")) => "表示する件数の上限",
        ("show", Some("index")) => "エントリの索引",
        ("show", Some("proof")) => "エントリが台帳にあることの証明（C2SP tlog-proof）をこのファイルに書く",
        ("verify", Some("bundle")) => "出力したフォルダーを、台帳なしで検証する",
        ("verify", Some("checkpoint")) => {
            "別の場所に控えたチェックポイント。台帳はその続きでなければならない"
        }
        ("verify", Some("keys")) => "この鍵（NAME+ID+KEY）によるチェックポイントだけを信じる（複数可）",
        ("checkpoint", Some("since")) => {
            "台帳がこの以前のチェックポイントの続きであることを証明する（C2SP tlog-witness の形）"
        }
        (_, Some("confirm_date")) => {
            "カレンダーで確認した今日の日付（日本）。消去するとき、または時計が大きく進んでいるときに必要"
        }
        (_, Some("anchor_later")) => "控え（アンカー）に手が届かなくても書き込む（記録される）",
        ("init", Some("anchor")) => "最新の状態を控える場所: 別のディスクのファイルか、追記専用のフォルダー",
        ("anchor", Some("set")) => {
            "最新の状態をここに控える: 別のディスクのファイルか、すでにある追記専用のフォルダー"
        }
        ("anchor", Some("reset")) => {
            "控えと台帳が食い違っても、または控えが失われても、ここから続ける（記録される）"
        }
        ("anchor", Some("off")) => "控えをやめる（記録される）",
        ("anchor", Some("reason")) => "理由（記録される。--reset と --off に必要）",
        ("checkpoint", Some("timestamp_query")) => "RFC 3161 タイムスタンプの要求（.tsq）も書く",
        ("checkpoint", Some("attach")) => "認証局の応答（.tsr）を、対応するチェックポイントとともに保存する",
        ("key", Some("rotate")) => "新しい署名鍵を作って記録する（古い鍵はなくなる）",
        ("key", Some("reason")) => "理由（記録される。--rotate に必要）",
        ("verify", Some("deep")) => "SQLite 自身によるファイルの検査も行う（時間がかかる）",
        ("export", Some("sparse")) => {
            "全ヘッダーの代わりに記録 1 件ごとの証明を付ける。多数のうちの少数を出力するのに向くが、その間に何があるかは示さない"
        }
        ("export", Some("at")) => "エントリがこの件数だった時点の台帳を出力する",
        ("export", Some("xlsx")) => "Excel のブックも作る（セルはすべて文字列）",
        ("export", Some("out")) => "新しく作るフォルダー（すでにあるものは指定できない）",
        ("delete", Some("indexes")) => "エントリの索引",
        ("delete", Some("expired")) => "保存期間を過ぎたすべての記録",
        ("delete", Some("extra")) => "いつまでも残すエントリの理由、担当者などの補足だけを消去する",
        ("delete", Some("apply")) => "計画を実行し、完全に消去する",
        ("delete", Some("reason")) => "理由。消去とともに記録される（--apply に必要）",
        _ => return None,
    };
    Some(words)
}
