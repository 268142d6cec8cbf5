#!/usr/bin/env python3
"""Writes an invented history of provisions as CSV (UTF-8, LF): nine columns, four recipients, random principals.

usage: generate.py ROWS [SEED] > history.csv      (a million rows are about 200 MB)
"""
import random
import sys

rows = int(sys.argv[1])
rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
recipients = [
    ("架空商事株式会社", "東京都架空区見本一丁目2番3号", "見本 太郎"),
    ("サンプル通信販売株式会社", "大阪府例示市中央四丁目5番6号", "例示 花子"),
    ("一般社団法人テスト協会", "北海道試験市北七条8番地", "試験 一郎"),
    ("例文マーケティング合同会社", "福岡県仮名市南九丁目10番", "仮名 二郎"),
]
items = ["氏名、住所、電話番号", "氏名、メールアドレス", "氏名、住所、電話番号、生年月日、購入履歴"]
family = ["架空", "見本", "例示", "試験", "仮名", "模擬", "標本", "雛形", "凡例", "空想"]
given = ["太郎", "花子", "一郎", "次郎", "三郎", "春子", "夏子", "秋子", "冬子", "実"]
purposes = ["商品案内の送付のため", "会員サービスの提供のため"]
out = sys.stdout
out.write("提供年月日,第三者の氏名又は名称,第三者の住所,法人の代表者の氏名,本人ID,本人の氏名,個人データの項目,提供目的,備考\n")
for n in range(rows):
    name, address, representative = recipients[rng.randrange(4)]
    day = f"2025-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
    person = f"{family[rng.randrange(10)]} {given[rng.randrange(10)]}{rng.randrange(10**6)}"
    out.write(
        f'{day},{name},{address},{representative},M{rng.randrange(10**9):09d},{person},'
        f'"{items[rng.randrange(3)]}",{purposes[rng.randrange(2)]},受付{n % 97:02d}\n'
    )
