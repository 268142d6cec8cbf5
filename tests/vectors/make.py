#!/usr/bin/env python3
"""Writes the test vectors beside this file, from FORMAT.md alone: it shares no code with provlog.

Not run by the tests; run it by hand after a change of the format, and look at the difference.
Each file states its own expectation in its head; the body follows the line `---`, byte for byte.
"""
import base64
import hashlib
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
b64 = lambda b: base64.b64encode(b).decode()
sha = lambda b: hashlib.sha256(b).digest()


def header(index, prev, time, kind, about, base, facts, extra):
    return (
        f"provlog/1\nindex {index}\nprev {prev}\ntime {time}\nkind {kind}\nabout {about}\n"
        f"base {base}\nfacts {facts}\nextra {extra}\n"
    ).encode()


leaf = lambda h: sha(b"\0" + h)
part_hash = lambda tag, salt, part: sha(bytes([tag]) + salt + part)


def part(**members):
    # RFC 8785 for ASCII keys and strings: sorted keys, no white space, minimal escapes, UTF-8.
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def root(leaves):
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha(b"\1" + root(leaves[:k]) + root(leaves[k:]))


# The example of FORMAT.md: three entries.
SALT = [bytes([n] * 16) for n in range(1, 5)]
GENESIS = part(
    fingerprint_check=b64(sha(b"an invented check value")), ledger_id="00112233445566778899aabbccddeeff",
    operator="サンプル株式会社", origin="example.invalid/provisions", public_key=b64(sha(b"an invented key")),
    retention_years="3", time_zone="+09:00",
)
PROVISION = part(
    basis="opt-out", items=["氏名", "住所"], method="each", principal_id="C-001", principal_name="見本 花子",
    provided_on="2026-11-20", recipient_address="東京都架空区見本1-2-3", recipient_name="架空商事株式会社",
    recipient_representative="見本 太郎", recipient_type="body",
)
EXTRA = part(handler="batch", note="一行目\n\"二\"行目")
FACTS0 = part_hash(2, SALT[0], GENESIS)
FACTS1, EXTRA1 = part_hash(2, SALT[1], PROVISION), part_hash(3, SALT[2], EXTRA)
H0 = header(0, "-", "2026-11-23T03:00:00.000Z", "genesis", "-", "none", b64(FACTS0), "-")
H1 = header(1, b64(leaf(H0)), "2026-11-23T03:00:01.234Z", "provision", "-", "2026-11-23", b64(FACTS1), b64(EXTRA1))
ROOT = root([leaf(H0), leaf(H1)])

VECTORS = {}


def vector(name, body, **head):
    VECTORS[name] = "".join(f"{k}: {v}\n" for k, v in head.items()).encode() + b"---\n" + body


def good_header(name, body, why):
    vector(f"header-valid-{name}", body, what=why, type="header", expect="valid", leaf=b64(leaf(body)))


def bad_header(name, body, line, offset, why):
    vector(f"header-invalid-{name}", body, what=why, type="header", expect="invalid", line=line, offset=offset)


good_header("genesis", H0, "entry 0: no link, kept for ever, no extra part")
good_header("provision", H1, "a record with both parts")
good_header("erased-looks-the-same", H1, "erasing a part changes nothing in the header")
good_header("open", H1.replace(b"base 2026-11-23", b"base open"), "a bulk record without a last day")
good_header("about", header(7, b64(sha(b"x")), "2027-01-01T00:00:00.000Z", "correction", 6, "2027-01-01", b64(sha(b"f")), "-"), "an entry about an earlier one")
good_header("stop-request", header(2, b64(sha(b"x")), "1970-01-01T00:00:00.000Z", "stop-request", "-", "1970-01-01", b64(sha(b"f")), "-"), "the earliest time, a kind with a hyphen")
good_header("largest-index", header(2**63 - 1, b64(sha(b"x")), "9998-12-31T23:59:59.999Z", "export", "-", "none", b64(sha(b"f")), b64(sha(b"e"))), "the largest index and the latest time")

lines = H1.split(b"\n")
at = lambda n: sum(len(l) + 1 for l in lines[: n - 1])
sub = lambda old, new: H1.replace(old, new, 1)
label = lambda n: at(n) + lines[n - 1].index(b" ") + 1
bad_header("empty", b"", 1, 0, "no bytes")
bad_header("version-2", sub(b"provlog/1", b"provlog/2"), 1, 0, "another format")
bad_header("bom", b"\xef\xbb\xbf" + H1, 1, 0, "a byte order mark")
bad_header("crlf", H1.replace(b"\n", b"\r\n"), 1, 0, "CRLF")
bad_header("leading-zero", sub(b"index 1", b"index 01"), 2, label(2), "a number with a leading zero")
bad_header("negative", sub(b"index 1", b"index -1"), 2, label(2), "a sign")
bad_header("plus", sub(b"index 1", b"index +1"), 2, label(2), "a plus sign")
bad_header("too-large", sub(b"index 1", b"index 9223372036854775808"), 2, label(2), "2^63")
bad_header("two-spaces", sub(b"index 1", b"index  1"), 2, label(2), "two spaces")
bad_header("wrong-label", sub(b"index 1", b"Index 1"), 2, at(2), "an upper-case label")
bad_header("no-link", sub(b"prev " + b64(leaf(H0)).encode(), b"prev -"), 3, label(3), "no link after entry 0")
bad_header("genesis-with-link", H0.replace(b"prev -", b"prev " + b64(sha(b"x")).encode()), 3, 10 + 8 + 5, "a link in entry 0")
bad_header("base64-url", sub(lines[2], b"prev " + base64.urlsafe_b64encode(b"\xff" * 32)), 3, label(3), "the URL alphabet")
bad_header("base64-unpadded", sub(lines[2], lines[2].rstrip(b"=")), 3, label(3), "no padding")
bad_header("base64-stray-bits", sub(lines[2], lines[2][:-2] + b"x="), 3, label(3), "bits behind the last byte that are not zero") if lines[2][-2:-1] not in b"xwyz0123" else None
bad_header("base64-short", sub(lines[2], b"prev " + b64(b"\1" * 31).encode()), 3, label(3), "31 bytes")
bad_header("time-seconds", sub(b"01.234Z", b"01Z"), 4, label(4), "no milliseconds")
bad_header("time-offset", sub(b"01.234Z", b"01.234+09:00"), 4, label(4), "another zone")
bad_header("time-leap-second", sub(b"00:01.234Z", b"00:60.000Z"), 4, label(4), "a leap second")
bad_header("time-no-day", sub(b"time 2026-11-23", b"time 2026-02-30"), 4, label(4), "a day that does not exist")
bad_header("kind-unknown", sub(b"kind provision", b"kind provisions"), 5, label(5), "an unknown kind")
bad_header("kind-genesis-later", sub(b"kind provision", b"kind genesis"), 5, label(5), "genesis after entry 0")
bad_header("kind-not-genesis", H0.replace(b"kind genesis", b"kind import"), 5, len(b"provlog/1\nindex 0\nprev -\ntime 2026-11-23T03:00:00.000Z\nkind "), "entry 0 of another kind")
bad_header("about-itself", sub(b"about -", b"about 1"), 6, label(6), "about itself")
bad_header("about-later", sub(b"about -", b"about 2"), 6, label(6), "about a later entry")
bad_header("base-empty", sub(b"base 2026-11-23", b"base "), 7, label(7), "no base")
bad_header("base-dash", sub(b"base 2026-11-23", b"base -"), 7, label(7), "a dash for none")
bad_header("base-slashes", sub(b"base 2026-11-23", b"base 2026/11/23"), 7, label(7), "slashes")
bad_header("base-no-day", sub(b"base 2026-11-23", b"base 2027-02-29"), 7, label(7), "29 February of a common year")
bad_header("facts-missing-line", sub(lines[7] + b"\n", b""), 8, at(8), "a line left out")
bad_header("no-final-lf", H1[:-1], 9, at(9), "no LF at the end")
bad_header("extra-line", H1 + b"more -\n", 10, len(H1), "a tenth line")
bad_header("trailing-space", H1[:-1] + b" \n", 9, label(9), "a space at the end of a line")
bad_header("too-long", H1 + b"x" * 1024, 1, 1024, "more than 1024 bytes")


def good_part(name, tag, salt, body, why):
    vector(f"part-valid-{name}", body, what=why, type="part", expect="valid", part={2: "facts", 3: "extra"}[tag], salt=b64(salt), hash=b64(part_hash(tag, salt, body)))


def bad_part(name, body, offset, why):
    vector(f"part-invalid-{name}", body, what=why, type="part", expect="invalid", offset=offset)


good_part("genesis", 2, SALT[0], GENESIS, "facts of a genesis entry")
good_part("provision", 2, SALT[1], PROVISION, "facts of a provision")
good_part("extra", 3, SALT[2], EXTRA, "an extra part with a line break and quotes")
good_part("same-bytes-other-tag", 3, SALT[1], PROVISION, "the same bytes and salt as extra: another hash")
good_part("same-bytes-other-salt", 2, SALT[3], PROVISION, "the same bytes, another salt: another hash")
good_part("unnormalised", 3, SALT[3], part(note="ガ カ\u3099 ﾊﾝｶｸ ㈱ 髙 \U0001F600"), "code points are kept as they came")
good_part("backslash", 3, SALT[3], part(note="C:\\data\\a"), "a backslash is escaped")
good_part("largest", 3, SALT[3], part(note="a" * (65536 - 11)), "65536 bytes")
bad_part("empty", b"", 0, "no bytes (an absent part has no hash at all)")
bad_part("empty-object", b"{}", 1, "no keys")
bad_part("space", b'{"a": "b"}', 5, "white space")
bad_part("newline-at-end", b'{"a":"b"}\n', 9, "something behind the end")
bad_part("unsorted", b'{"b":"1","a":"2"}', 9, "keys out of order")
bad_part("twice", b'{"a":"1","a":"2"}', 9, "a key twice")
bad_part("upper-case-key", b'{"A":"1"}', 1, "an upper-case key")
bad_part("key-not-ascii", '{"名":"1"}'.encode(), 1, "a key outside ASCII")
bad_part("empty-text", b'{"a":""}', 5, "an empty text")
bad_part("empty-list", b'{"a":[]}', 6, "an empty array")
bad_part("empty-element", b'{"a":["b",""]}', 10, "an empty element")
bad_part("number", b'{"a":1}', 5, "a number")
bad_part("true", b'{"a":true}', 5, "a boolean")
bad_part("null", b'{"a":null}', 5, "null for absent")
bad_part("object", b'{"a":{"b":"c"}}', 5, "an object inside")
bad_part("nested-list", b'{"a":[["b"]]}', 6, "an array inside an array")
bad_part("escaped-slash", b'{"a":"b\\/c"}', 7, "an escape that RFC 8785 does not write")
bad_part("escaped-letter", b'{"a":"\\u0041"}', 6, "an escaped letter")
bad_part("tab", b'{"a":"b\\tc"}', 7, "a TAB, escaped")
bad_part("raw-tab", b'{"a":"b\tc"}', 7, "a TAB, raw")
bad_part("raw-lf", b'{"a":"b\nc"}', 7, "an LF that is not escaped")
bad_part("delete", b'{"a":"b\x7f"}', 5, "U+007F")
bad_part("c1-control", '{"a":"b\u0085"}'.encode(), 5, "U+0085")
bad_part("lf-in-element", b'{"a":["b\\nc"]}', 6, "an LF in an element")
bad_part("not-utf-8", b'{"a":"\xff"}', 7, "not UTF-8")
bad_part("surrogate", b'{"a":"\xed\xa0\x80"}', 9, "a surrogate")
bad_part("cut-off", b'{"a":"b"', 8, "no closing brace")
bad_part("too-long", part(note="a" * (65536 - 10)), 65536, "65537 bytes")

for n in (0, 1, 2, 3, 7, 8, 255, 256, 257):
    leaves = [leaf(str(i).encode()) for i in range(n)]
    vector(f"tree-{n:03}", "".join(b64(l) + "\n" for l in leaves).encode(), what=f"the root of {n} leaves", type="tree", expect="valid", root=b64(root(leaves)))

for name in os.listdir(HERE):
    if name.endswith(".txt"):
        os.remove(os.path.join(HERE, name))
for name, content in VECTORS.items():
    with open(os.path.join(HERE, name + ".txt"), "wb") as f:
        f.write(content)
if "--example" in sys.argv:
    print(GENESIS.decode(), b64(SALT[0]), H0.decode(), b64(leaf(H0)), sep="\n")
    print(PROVISION.decode(), b64(SALT[1]), EXTRA.decode(), b64(SALT[2]), H1.decode(), b64(leaf(H1)), b64(ROOT), sep="\n")
