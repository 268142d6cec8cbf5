"""Ledgers saved by LibreOffice itself, headless: `libreoffice.py` beside the others of make.py. No test runs it: it needs
soffice (Debian: libreoffice-calc; the files here are of 7.4), and each version writes a little differently. Everything in
them is invented.
"""

import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).parent

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"
 office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:automatic-styles>
<number:date-style style:name="N1" number:language="ja" number:country="JP" number:calendar="gengou">
<number:era number:style="long" number:calendar="gengou"/><number:year number:calendar="gengou"/><number:text>年</number:text>
<number:month/><number:text>月</number:text><number:day/><number:text>日</number:text></number:date-style>
<number:date-style style:name="N2"><number:year number:style="long"/><number:text>/</number:text><number:month/>
<number:text>/</number:text><number:day/></number:date-style>
<style:style style:name="era" style:family="table-cell" style:data-style-name="N1"/>
<style:style style:name="slash" style:family="table-cell" style:data-style-name="N2"/>
<style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/></style:style>
</office:automatic-styles>
<office:body><office:spreadsheet>
"""
TAIL = "</office:spreadsheet></office:body></office:document>\n"


def cell(value):
    if value is None:
        return "<table:covered-table-cell/>"
    if isinstance(value, tuple):
        kind, value = value
        if kind in ("era", "slash"):
            return (f'<table:table-cell table:style-name="{kind}" office:value-type="date" office:date-value="{value}">'
                    "</table:table-cell>")
        if kind == "number":
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        columns, rows = kind
        return (f'<table:table-cell table:number-columns-spanned="{columns}" table:number-rows-spanned="{rows}" '
                f'office:value-type="string"><text:p>{value}</text:p></table:table-cell>')
    lines = "".join(f"<text:p>{line}</text:p>" for line in value.split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def sheet(name, rows, style=""):
    body = "".join("<table:table-row>" + "".join(map(cell, row)) + "</table:table-row>" for row in rows)
    return f'<table:table table:name="{name}"{style}>{body}</table:table>'


def save(name, sheets, to):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "ledger.fods")
        source.write_text(HEAD + "".join(sheets) + TAIL, encoding="utf-8")
        subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile",
                        "--convert-to", to, "--outdir", folder, source], check=True)
        suffix = to.split(":")[0]
        (HERE / name).write_bytes(pathlib.Path(folder, f"ledger.{suffix}").read_bytes())


FLAT = ["提供年月日", "提供先", "提供先住所", "代表者", "会員番号", "提供項目", "備考"]
PARTY = ["架空商事", "東京都架空区1", "見本 太郎"]

save("saved-by-libreoffice.xlsx", [
    sheet("集計", [["月", "件数"], ["4月", ("number", 2)]]),
    sheet("提供記録", [
        [((7, 1), "第三者提供記録簿")] + [None] * 6,
        [((1, 2), "提供年月日"), ((3, 1), "提供先"), None, None, ((1, 2), "会員番号"), ((1, 2), "提供項目"), ((1, 2), "備考")],
        [None, "名称", "住所", "代表者", None, None, None],
        [("era", "2025-04-01"), ((1, 2), PARTY[0]), ((1, 2), PARTY[1]), ((1, 2), PARTY[2]), ("number", 123), "氏名、住所", ""],
        [("slash", "2025-04-02"), None, None, None, ("number", 124), "氏名", "一行目\n二行目"],
    ]),
    sheet("控え", [FLAT], ' table:style-name="hidden"'),
], "xlsx")
rows = [FLAT, [("era", "2025-04-01"), *PARTY, "00123", "氏名、住所", "①㈱"],
        [("slash", "2025-04-02"), *PARTY, "00124", "氏名", "一行目\n二行目"]]
# Field separator, text delimiter, character set, first line, columns, language, quote all text cells.
save("saved-by-libreoffice-cp932.csv", [sheet("記録", rows)], "csv:Text - txt - csv (StarCalc):44,34,64,1,,0,false,true")
save("saved-by-libreoffice-utf16.csv", [sheet("記録", rows)], "csv:Text - txt - csv (StarCalc):9,34,65535,1,,0,true,true")
save("saved-by-libreoffice-semicolon.csv", [sheet("記録", rows)], "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,true,true")
