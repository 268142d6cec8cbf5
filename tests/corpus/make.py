#!/usr/bin/env python3
"""Made the small files of this folder: old ledgers in the shapes that programs and people leave behind. All data is invented.

The tests do not run this. After a change: `python3 tests/corpus/make.py`, then `PROVLOG_WRITE_VECTORS=1 cargo test --test corpus`, and
read what the .expect files say now: they are the outcome, and the reason why the file is here.
"""
import os

HERE = os.path.dirname(os.path.abspath(__file__))
HEAD = "提供年月日,提供先,提供先住所,代表者,本人ID,提供項目"
ROW = "2025/4/1,架空商事,東京都架空区1,見本 太郎,C-1,氏名"
OPT = "--basis opt-out"
CONSENT = "--basis consent --consent-evidence 同意書"


def row(**changes):
    cells = dict(zip(("day", "to", "address", "head", "id", "items"), ROW.split(",")))
    cells.update(changes)
    return ",".join(cells.values())


def text(*lines, end="\r\n"):
    return "".join(line + end for line in lines)


CASES = [
    # name, why it is here, arguments, content
    ("excel-utf8.csv", "Excel: CSV UTF-8, with a byte order mark and CRLF", OPT, "\ufeff" + text(HEAD, ROW)),
    ("excel-cp932.csv", "Excel: plain CSV is CP932, with characters that Shift_JIS lacks", OPT, text(HEAD, row(to="㈱髙﨑①")).encode("cp932")),
    ("excel-unicode-text.txt", "Excel: Unicode text is UTF-16LE with tabs", OPT, ("\ufeff" + text(HEAD, ROW).replace(",", "\t")).encode("utf-16-le")),
    ("utf16-be.csv", "a batch program that writes UTF-16BE with a mark", OPT, ("\ufeff" + text(HEAD, ROW)).encode("utf-16-be")),
    ("google-sheets.csv", "Google Sheets: UTF-8 without a mark, LF, no line end behind the last row", OPT, text(HEAD, ROW, end="\n").rstrip("\n")),
    ("old-mac.csv", "an old program that ends lines with CR alone", OPT, text(HEAD, ROW, row(id="C-2"), end="\r")),
    ("semicolons.csv", "another locale's CSV: semicolons", OPT, text(HEAD.replace(",", ";"), ROW.replace(",", ";"))),
    ("all-quoted.csv", "a batch program that quotes every cell", OPT, text(*('"' + l.replace(",", '","') + '"' for l in (HEAD, ROW)))),
    ("quotes-inside.csv", "quotes and commas inside cells", OPT, text(HEAD, row(to='"架空""東""商事, 支店"'))),
    ("line-breaks.csv", "line breaks inside cells; the line is where the row starts", OPT, text(HEAD, row(items='"氏名\n住所"'), row(day="2025/4/31"))),
    ("blank-lines.csv", "blank rows between and a long blank tail", OPT, text(HEAD, "", ROW, ",,,,,", row(id="C-2")) + text(",,,,,") * 5),
    ("title-rows.csv", "titles and a blank row above the heading", OPT, text("第三者提供記録簿,,,,,", "2025年度,,,,,", ",,,,,", HEAD, ROW)),
    ("two-row-heading.csv", "a group over three columns", OPT, text("提供日,提供先,,,本人ID,提供項目", ",名称,住所,代表者,,", ROW)),
    ("line-break-in-heading.csv", "line breaks and spaces inside headings", OPT, text('"提供\n年月日",提 供 先,"提供先\n住所",代表者の氏名,本人ＩＤ,個人データ項目', ROW)),
    ("brackets-in-heading.csv", "marks that a form puts on its headings", OPT, text("提供年月日（必須）,【提供先】,提供先の住所,代表者名※,本人ID*,提供した項目", ROW)),
    ("english.csv", "an English disclosure log", CONSENT, text("Date of Disclosure,Recipient Name,Recipient address,Representative,Subject ID,Data items", ROW)),
    ("payload-names.csv", "the names of the payload as headings; items parted by line breaks alone", OPT, text("provided_on,recipient_name,recipient_address,recipient_representative,principal_id,items", row(items='"氏名、住所"'))),
    ("unknown-column.csv", "a column of the house's own is left out and said", OPT, text(HEAD + ",社内メモ", ROW + ",見た")),
    ("ambiguous.csv", "a bare 氏名 may be the recipient's or the principal's", OPT, text(HEAD.replace("本人ID", "氏名"), ROW)),
    ("heading-twice.csv", "two columns that say the same", OPT, text(HEAD + ",引渡日", ROW + ",2025/4/2")),
    ("no-date-column.csv", "no column for the day of provision", OPT, text(HEAD.replace("提供年月日", "曜日"), ROW)),
    ("constant-and-column.csv", "a constant for a column that the file has", OPT + " --recipient 別商事", text(HEAD, ROW)),
    ("heading-only.csv", "a heading and no row", OPT, text(HEAD)),
    ("empty.csv", "nothing at all", OPT, ""),
    ("eras.csv", "days by era, in every form, and one outside its era", OPT, text(HEAD, *(row(day=d, id=f"C-{n}") for n, d in enumerate(["令和6年4月1日", "R6.4.1", "R06/04/01", "令和元年5月1日", "H31.4.30", "㋿6年4月1日", "平成31年5月1日"])))),
    ("weekdays.csv", "a weekday or midnight behind the day", OPT, text(HEAD, row(day="2025/4/1(火)"), row(day="2025年4月2日（水）", id="C-2"), row(day="2025/4/3 0:00", id="C-3"))),
    ("serial-days.csv", "the number under which Excel keeps a day", OPT, text(HEAD, row(day="45748"))),
    ("two-digit-year.csv", "a year of two digits is not guessed", OPT, text(HEAD, row(day="25/4/1"))),
    ("american-day.csv", "a day with the year at its end is not guessed", OPT, text(HEAD, row(day="4/1/2025"))),
    ("day-range.csv", "a range in the place of a day is a continuous provision", CONSENT, text(HEAD, row(day="2025/4/1～2025/4/30"))),
    ("day-range-opt-out.csv", "which is not allowed on opt-out", OPT, text(HEAD, row(day="2025/4/1～2025/4/30"))),
    ("period-columns.csv", "a first and a last day in columns of their own", CONSENT + " --method bulk", text(HEAD.replace("提供年月日", "期間（自）") + ",期間（至）", ROW + ",2025/4/30")),
    ("packed-party.csv", "name, address and representative in one cell", OPT, text("提供日,提供先（名称・住所・代表者）,本人ID,提供項目", '2025/4/1,"架空商事\n東京都架空区1\n見本 太郎",C-1,氏名')),
    ("ditto.csv", "ditto marks, also one below the other", OPT, text(HEAD, ROW, "〃,同上,上記に同じ,〃,C-2,〃", "〃,〃,〃,〃,C-3,住所")),
    ("ditto-first.csv", "a ditto mark with nothing above it", OPT, text(HEAD, row(to="〃"))),
    ("example-and-total.csv", "an example row and a sum are left out and said", OPT, text(HEAD, "記入例,〇〇株式会社,東京都,代表,001,氏名", ROW, "合計,1,,,,")),
    ("repeated-heading.csv", "the heading of every printed page", OPT, text(HEAD, ROW, HEAD, row(id="C-2"))),
    ("item-lists.csv", "items parted in every way that people use", OPT, text(HEAD, *(row(items=f'"{i}"', id=f"C-{n}") for n, i in enumerate(["氏名、住所", "氏名・住所", "氏名，住所", "氏名;住所", "氏名／住所", "氏名, 住所", "氏名\n住所"])))),
    ("empty-item.csv", "a separator too many", OPT, text(HEAD, row(items="氏名、、住所"))),
    ("full-width.csv", "full-width digits and half-width kana are kept as they stood", OPT, text(HEAD, row(id="Ｃ－１２", to="ｶｸｳ商事", day="２０２５／４／１"))),
    ("basis-column.csv", "a basis in each row, in the words that are seen", "", text(HEAD + ",根拠,同意書番号", ROW + ",オプトアウト,", row(id="C-2") + ",法27条1項,D-1", row(id="C-3") + ",外国,D-2")),
    ("unknown-basis.csv", "a basis that nobody knows", "", text(HEAD + ",根拠", ROW + ",なんとなく")),
    ("consent-no.csv", "a consent column that says no", "--basis consent", text(HEAD + ",同意の有無", ROW + ",○", row(id="C-2") + ",×")),
    ("unspecified.csv", "provision to the public", OPT, text("提供年月日,不特定かつ多数,本人ID,提供項目", "2025/4/1,○,C-1,氏名")),
    ("old-record.csv", "before April 2022 address and representative were not asked for", OPT, text("提供日,提供先,本人ID,提供項目", "2021/4/1,架空商事,C-1,氏名", "2022/4/1,架空商事,C-2,氏名")),
    ("nobody.csv", "a row that says nothing about the principal", OPT, text(HEAD, row(id=""))),
    ("too-few-cells.csv", "a row with a comma too few", OPT, text(HEAD, "2025/4/1,架空商事,東京都架空区1,見本 太郎,C-1")),
    ("open-quote.csv", "a quote that is never closed", OPT, text(HEAD, row(to='"架空'))),
    ("bad-byte.csv", "a byte that no UTF-8 has, in one row", OPT + " --encoding utf-8", text(HEAD, ROW).encode() + b"2025/4/2,\xff,a,b,C-2,c\r\n"),
    ("control.csv", "a control character in a cell", OPT, text(HEAD, row(to="架空\x07商事"))),
    ("formula.csv", "a cell that a spreadsheet would run", OPT, text(HEAD, row(to="=1+1"))),
    ("excel-error.csv", "what Excel shows where a formula failed", OPT, text(HEAD, row(address="#REF!"))),
    ("rounded-id.csv", "an ID that Excel has rounded", OPT, text(HEAD, row(id="1.23E+11"))),
    ("id-as-day.csv", "an ID that Excel has taken for a day", OPT, text(HEAD, row(id="1月2日"))),
    ("lost-zeros.csv", "IDs whose leading zeros are lost", OPT, text(HEAD, *(row(id=i) for i in ("10001", "10002", "10003", "10004", "7")))),
    ("twice.csv", "the same provision twice", OPT, text(HEAD, ROW, ROW)),
    ("future.csv", "a day still to come", OPT, text(HEAD, row(day="2027/1/1"))),
    ("record-day.csv", "a day on which the record is said to have been made", OPT, text(HEAD + ",記録日", ROW + ",2025/4/2")),
    ("record-day-to-come.csv", "a record day that is still to come", OPT, text(HEAD + ",記録日", ROW + ",2099/4/2")),
    ("trusted-days.csv", "record days that are trusted, and a row without one", OPT + " --trust-record-dates --reason 照合済み", text(HEAD + ",記録日", ROW + ",2025/4/2", row(id="C-2") + ",")),
    ("joined-files.csv", "two files joined by a batch program: a second byte order mark and heading in the middle", OPT, "\ufeff" + text(HEAD, ROW) + "\ufeff" + text(HEAD, row(id="C-2"))),
    ("separator-line.csv", "a first line that tells Excel the separator", OPT, text("sep=;", HEAD.replace(",", ";"), ROW.replace(",", ";"))),
    ("commas-behind.csv", "a batch program that ends every row with commas", OPT, text(HEAD, ROW + ",", row(id="C-2") + ",,")),
    ("cell-behind.csv", "a cell too many that says something", OPT, text(HEAD, ROW + ",至急")),
    ("times.csv", "days with a time behind them", OPT, text(HEAD, row(day="2025/4/1 10:30"), row(day="2025-04-01T09:30:05+09:00", id="C-2"), row(day="2025-04-01T20:30:00Z", id="C-3"))),
    ("english-months.csv", "months with their English names", OPT, text(HEAD, row(day="1-Apr-2025"), row(day='"Apr 2, 2025"', id="C-2"), row(day="1-Apr-25", id="C-3"))),
    ("formula-text.csv", "IDs written as formulas, so that Excel keeps their zeros", OPT, text(HEAD, row(id='"=""00123"""'))),
    ("end-of-file.csv", "an old program that ends its files with Control-Z", OPT, text(HEAD, ROW) + "\x1a"),
    ("utf16-without-mark.csv", "UTF-16 without a mark", OPT, text(HEAD, ROW).encode("utf-16-le")),
    ("mixed-line-ends.csv", "line ends of three kinds in one file", OPT, HEAD + "\r\n" + ROW + "\n" + row(id="C-2") + "\r" + row(id="C-3") + "\r\n"),
    ("footer.csv", "words under the table that are no record", OPT, text(HEAD, ROW, "以上,,,,,")),
    ("web-page.csv", "a web page under the name of a CSV file", OPT, "<html><table><tr><td>提供年月日</td></tr></table></html>\n"),
    ("everybody.csv", "principals that are nobody in particular", OPT, text(HEAD, row(id="全員"), row(id="会員100名"), row(id="不明"), row(id="C-1"))),
    ("receipts.csv", "what was received from others", "--side receipt " + CONSENT, text("受領日,提供元,提供元の住所,提供元の代表者の氏名,取得の経緯,本人ID,提供項目", "2025/4/1,架空提供,東京都,見本 太郎,本人から,C-1,氏名")),
    ("wrong-side.csv", "what was provided among what was received", "--side receipt " + CONSENT, text("受領日,提供元,提供元の住所,提供元の代表者の氏名,取得の経緯,本人ID,提供項目,提供年月日", "2025/4/1,架空提供,東京都,見本 太郎,本人から,C-1,氏名,2025/4/1")),
    ("json-lines.jsonl", "one JSON object a line", OPT, '{"提供日":"2025-04-01","提供先":"架空商事","提供先住所":"東京都","代表者":"見本 太郎","本人ID":"C-1","items":["氏名"]}\n{"提供日":1}\n'),
]

for name, why, args, content in CASES:
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    expect = os.path.join(HERE, name + ".expect")
    outcome = open(expect, encoding="utf-8").read().split("\n\n", 1)[-1] if os.path.exists(expect) else ""
    with open(expect, "w", encoding="utf-8") as file:
        file.write(f"why: {why}\nargs: {args}\n\n{outcome}")
