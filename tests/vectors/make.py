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

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

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


# Signed notes: C2SP signed-note, Ed25519.
KEY = Ed25519PrivateKey.from_private_bytes(sha(b"an invented signing key"))
OTHER = Ed25519PrivateKey.from_private_bytes(sha(b"another invented signing key"))
public = lambda key: key.public_key().public_bytes_raw()
PUBLIC = public(KEY)
ORIGIN = "example.invalid/provisions"


def key_id(name, key):
    return sha(name.encode() + b"\n\1" + public(key))[:4]


def verifier_key(name, key):
    return f"{name}+{key_id(name, key).hex()}+{b64(bytes([1]) + public(key))}"


def signature(text, name, key):
    return f"— {name} {b64(key_id(name, key) + key.sign(text.encode()))}\n"


def checkpoint(size, tree_root, origin=ORIGIN):
    return f"{origin}\n{size}\n{b64(tree_root)}\n"


def note(text, name=ORIGIN, key=KEY):
    return f"{text}\n{signature(text, name, key)}"


# Proofs, RFC 6962, sections 2.1.1 and 2.1.2, as they are defined there.
def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def inclusion(m, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return inclusion(m, leaves[:k]) + [root(leaves[k:])]
    return inclusion(m - k, leaves[k:]) + [root(leaves[:k])]


def consistency(m, leaves, whole=True):
    if m == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(len(leaves))
    if m <= k:
        return consistency(m, leaves[:k], whole) + [root(leaves[k:])]
    return consistency(m - k, leaves[k:], False) + [root(leaves[:k])]


# The example of FORMAT.md: two entries.
SALT = [bytes([n] * 16) for n in range(1, 5)]
GENESIS = part(
    fingerprint_check=b64(sha(b"an invented check value")), ledger_id="00112233445566778899aabbccddeeff",
    operator="サンプル株式会社", origin="example.invalid/provisions", public_key=b64(PUBLIC),
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
ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
stray = ALPHABET[ALPHABET.index(lines[2][-2]) | 1:][:1]
bad_header("base64-stray-bits", sub(lines[2], lines[2][:-2] + stray + b"="), 3, label(3), "bits behind the last byte that are not zero")
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

NOTE_TEXT = checkpoint(2, ROOT)
NOTE = note(NOTE_TEXT)
VKEY = verifier_key(ORIGIN, KEY)


def good_note(name, body, why, key=VKEY, size=2, tree_root=ROOT):
    vector(f"note-valid-{name}", body.encode(), what=why, type="note", expect="valid", key=key, origin=ORIGIN, size=size, root=b64(tree_root))


def bad_note(name, body, fault, why, key=VKEY):
    body = body if isinstance(body, bytes) else body.encode()
    vector(f"note-invalid-{name}", body, what=why, type="note", expect="invalid", key=key, fault=fault)


line = signature(NOTE_TEXT, ORIGIN, KEY)
other_line = signature(NOTE_TEXT, ORIGIN, OTHER)
good_note("example", NOTE, "the checkpoint of FORMAT.md")
good_note("other-key-first", f"{NOTE_TEXT}\n{other_line}{line}", "a signature by an unknown key of the same name is passed over")
good_note("witness", f"{NOTE}{signature(NOTE_TEXT, 'witness.invalid', OTHER)}", "and one by another name")
good_note("unknown-algorithm", f"{NOTE}— {ORIGIN} {b64(bytes(9))}\n", "and one of an unknown kind")
good_note("sixteen", NOTE + other_line * 15, "sixteen signatures")
good_note("empty-log", note(checkpoint(0, root([]))), "the empty tree", size=0, tree_root=root([]))
bad_note("other-key", note(NOTE_TEXT, key=OTHER), "UnknownKeys", "signed by another key of the same name")
bad_note("other-name", note(NOTE_TEXT, name="other.invalid"), "UnknownKeys", "the same key under another name has another ID")
bad_note("changed-size", NOTE.replace("\n2\n", "\n3\n"), "WrongSignature", "the size was changed")
bad_note("changed-root", NOTE.replace(b64(ROOT), b64(sha(b"x"))), "WrongSignature", "the root was changed")
bad_note("one-wrong", f"{NOTE}— {ORIGIN} {b64(key_id(ORIGIN, KEY) + bytes(64))}\n", "WrongSignature", "a good signature does not make up for a wrong one by the same key")
bad_note("short-signature", f"{NOTE_TEXT}\n— {ORIGIN} {b64(key_id(ORIGIN, KEY) + bytes(63))}\n", "WrongSignature", "63 bytes are no Ed25519 signature")
bad_note("seventeen", NOTE + other_line * 16, "TooManySignatures", "seventeen signatures")
bad_note("unsigned", f"{NOTE_TEXT}\n", "NoSignature", "no signature line")
bad_note("no-blank-line", NOTE_TEXT + line, "NoText", "no empty line before the signatures")
bad_note("hyphen", NOTE.replace("—", "-"), "SignatureLine(1)", "a hyphen in place of the dash")
bad_note("no-final-lf", NOTE[:-1], "SignatureLine(1)", "no LF at the end")
bad_note("stray-bits", f"{NOTE}— witness.invalid AAAAAAB=\n", "SignatureLine(2)", "base64 with stray bits")
bad_note("unpadded", f"{NOTE}— witness.invalid AAAAAAA\n", "SignatureLine(2)", "base64 without its padding")
bad_note("no-signature-bytes", f"{NOTE}— witness.invalid AAAAAA==\n", "SignatureLine(2)", "a key ID and nothing behind it")
bad_note("plus-in-name", f"{NOTE}— wit+ness AAAAAAA=\n", "SignatureLine(2)", "a plus in a key name")
bad_note("crlf", NOTE.replace("\n", "\r\n"), "NotText", "CRLF")
bad_note("not-utf-8", NOTE.encode() + b"\xff", "NotText", "not UTF-8")
bad_note("too-long", "x" * 65536 + NOTE, "TooLong", "more than 64 KiB")
for name, text, why in (
    ("leading-zero", f"{ORIGIN}\n02\n{b64(ROOT)}\n", "a size with a leading zero"),
    ("no-root", f"{ORIGIN}\n2\n", "no root"),
    ("root-stray-bits", f"{ORIGIN}\n2\n{'A' * 42}B=\n", "a root with stray bits"),
    ("too-large", f"{ORIGIN}\n9223372036854775808\n{b64(ROOT)}\n", "a size of 2^63"),
    ("empty-origin", f"\n2\n{b64(ROOT)}\n", "no origin"),
    ("empty-extension", f"{ORIGIN}\n2\n{b64(ROOT)}\n\nx\n", "an empty line among the extension lines"),
):
    bad_note(f"checkpoint-{name}", note(text), "NotACheckpoint", f"well signed, but {why}")

LEAVES = [leaf(str(i).encode()) for i in range(300)]
for index, size in ((0, 1), (0, 2), (1, 2), (6, 7), (4, 7), (0, 256), (255, 256), (256, 257), (100, 300), (299, 300)):
    proof = inclusion(index, LEAVES[:size])
    text = "c2sp.org/tlog-proof@v1\nindex %d\n%s\n%s" % (
        index, "".join(b64(h) + "\n" for h in proof), note(checkpoint(size, root(LEAVES[:size]))))
    vector(f"proof-valid-{index}-of-{size}", text.encode(), what=f"leaf {index} of {size}", type="proof", expect="valid", key=VKEY, leaf=b64(LEAVES[index]))
    if (index, size) == (4, 7):
        for name, changed, why in (
            ("other-index", text.replace("index 4", "index 5"), "of another leaf"),
            ("too-short", text.replace(b64(proof[2]) + "\n", ""), "a hash is missing"),
            ("too-long", text.replace(b64(proof[2]), b64(proof[2]) + "\n" + b64(proof[2])), "a hash too many"),
            ("swapped", text.replace(b64(proof[0]), "X").replace(b64(proof[1]), b64(proof[0])).replace("X", b64(proof[1])), "two hashes exchanged"),
            ("outside", text.replace("index 4", "index 7"), "an index that the tree does not have"),
            ("leading-zero", text.replace("index 4", "index 04"), "a leading zero"),
            ("version", text.replace("@v1", "@v2"), "another version"),
            ("no-blank-line", text.replace("\n\nexample", "\nexample"), "no empty line before the checkpoint"),
            ("hash-unpadded", text.replace(b64(proof[0]), b64(proof[0]).rstrip("=")), "a hash without padding"),
        ):
            vector(f"proof-invalid-{name}", changed.encode(), what=why, type="proof", expect="invalid", key=VKEY, leaf=b64(LEAVES[index]))
for old, new in ((1, 1), (1, 2), (3, 7), (4, 7), (6, 7), (255, 257), (256, 300), (1, 300), (299, 300)):
    proof = consistency(old, LEAVES[:new])
    head = dict(type="consistency", old=old, old_root=b64(root(LEAVES[:old])), new=new, new_root=b64(root(LEAVES[:new])))
    text = "".join(b64(h) + "\n" for h in proof)
    vector(f"consistency-valid-{old}-{new}", text.encode(), what=f"{new} leaves continue {old}", expect="valid", **head)
    if (old, new) == (6, 7):
        other = dict(head, old_root=b64(root(LEAVES[1:7])))
        vector("consistency-invalid-other-old-root", text.encode(), what="another old tree", expect="invalid", **other)
        vector("consistency-invalid-new-as-old", text.encode(), what="backwards", expect="invalid", **dict(head, old=7, new=6))
        vector("consistency-invalid-too-short", text[45:].encode(), what="a hash is missing", expect="invalid", **head)
        vector("consistency-invalid-too-long", (text + text[:45]).encode(), what="a hash too many", expect="invalid", **head)
        vector("consistency-invalid-empty", b"", what="no hashes", expect="invalid", **head)
        vector("consistency-invalid-other-size", text.encode(), what="another old size", expect="invalid", **dict(head, old=5))

for name in os.listdir(HERE):
    if name.endswith(".txt"):
        os.remove(os.path.join(HERE, name))
for name, content in VECTORS.items():
    with open(os.path.join(HERE, name + ".txt"), "wb") as f:
        f.write(content)
if "--example" in sys.argv:
    print(GENESIS.decode(), b64(SALT[0]), H0.decode(), b64(leaf(H0)), sep="\n")
    print(PROVISION.decode(), b64(SALT[1]), EXTRA.decode(), b64(SALT[2]), H1.decode(), b64(leaf(H1)), b64(ROOT), sep="\n")
    print(VKEY, NOTE, sep="\n")
