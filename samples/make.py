#!/usr/bin/env python3
"""Writes the sample files beside it. All data is invented. Not run by the tests: the files are committed."""
import csv
import io
import os
import random

HERE = os.path.dirname(os.path.abspath(__file__))
rng = random.Random(2025)
FAMILY = ["架空", "見本", "例示", "髙見本", "仮名﨑", "模擬", "標本", "雛形"]
GIVEN = ["太郎", "花子", "一郎", "次郎", "春子", "夏子", "秋子", "実"]
RECIPIENTS = [
    ("㈱架空商事", "東京都架空区見本一丁目2番3号", "見本 太郎"),
    ("サンプル通信販売株式会社", "大阪府例示市中央四丁目5番6号", "例示 花子"),
    ("一般社団法人テスト協会", "北海道試験市北七条8番地", "髙橋 見本"),
]


def write(name, rows, encoding, bom=False):
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    with open(os.path.join(HERE, name), "wb") as f:
        f.write((b"\xef\xbb\xbf" if bom else b"") + out.getvalue().encode(encoding))


def person():
    return f"{rng.choice(FAMILY)} {rng.choice(GIVEN)}"


# A year's history, as Excel in Japan saves "CSV": CP932, era dates in more than one form, a column of the company's own.
rows = [["No.", "提供年月日", "提供先名称", "提供先住所", "代表者名", "会員番号", "本人氏名", "提供項目", "提供方法", "担当者", "備考", "棚"]]
for n in range(1, 97):
    month, day = (n - 1) // 8 + 1, rng.randrange(1, 29)
    date = rng.choice([f"令和7年{month}月{day}日", f"R7.{month}.{day}", f"2025/{month}/{day}", f"2025年{month:02}月{day:02}日"])
    note = {5: "①初回\r\n一覧表を添付", 17: "氏名の表記は\"髙\"", 40: "再送, 同日"}.get(n, "")
    name, address, representative = rng.choice(RECIPIENTS)
    items = rng.choice(["氏名、住所、電話番号", "氏名・メールアドレス", "氏名\n住所\n購入履歴"])
    rows.append([n, date, name, address, representative, f"{n * 37:06}", person(), items, rng.choice(["記録媒体", "専用回線"]), "担当A", note, f"B-{n % 4}"])
# The tour looks for this one.
rows[12][5:7] = ["000444", "凡例 卯月"]
write("history-2025-cp932.csv", rows, "cp932")

# "CSV UTF-8": with a byte order mark; consent, with where its evidence is.
rows = [["提供日", "第三者の氏名又は名称", "第三者の住所", "法人の代表者の氏名", "本人ID", "本人の氏名", "個人データの項目", "根拠", "同意書番号", "利用目的"]]
for n in range(1, 41):
    name, address, representative = RECIPIENTS[n % 3]
    rows.append([f"2024-{(n - 1) // 4 + 1:02}-{rng.randrange(1, 29):02}", name, address, representative, f"K{n:04}", person(), "氏名、住所", "本人同意", f"同意-{n:03}", "共同の催しの案内"])
write("history-2024-utf8.csv", rows, "utf-8", bom=True)

# One of each usual mistake.
good = ["2025-04-01", "㈱架空商事", "東京都架空区見本一丁目2番3号", "見本 太郎", "E-01", "氏名、住所"]
bad = lambda **change: [change.get(k, v) for k, v in zip(["day", "name", "address", "representative", "principal", "items"], good)]
write("history-with-errors.csv", [
    ["提供年月日", "提供先", "提供先住所", "代表者", "本人ID", "提供項目"],
    good,
    bad(day="2025-02-30"), bad(day="25/4/1"), bad(day="2099-01-01"), bad(address=""), bad(principal=""), bad(items="氏名、、住所"), good + ["多い"],
    bad(principal="E-09"),
], "utf-8", bom=True)

with open(os.path.join(HERE, "batch.jsonl"), "w", encoding="utf-8") as f:
    for n in range(1, 21):
        f.write('{"principal_id":"N-%03d","principal_name":"%s","items":["氏名","住所"],"key":"2026-11-20/batch-2/%03d"}\n' % (n, person(), n))
