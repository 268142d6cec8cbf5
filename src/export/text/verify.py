#!/usr/bin/env python3
"""Checks a folder that provlog exported. Python 3.8 or newer, its standard library alone.

usage: verify.py [FOLDER] [--key NAME+ID+KEY] [--json]

FOLDER is by default the one that this file lies in. --key is the verifier key that you were told before (it may be given more
than once; one of them must have signed). Without it, the key is believed that the log itself names. --json answers with one
JSON object.

Status 0: everything that the folder shows holds; 1: something does not; 2: the command line is wrong, or the folder cannot be
read; 6: the answer could not be written. Nothing but a folder that holds has the status 0.

This program came with the folder, from the party that is being checked: compare it with a copy from the project's
releases, or write your own from FORMAT.md.
"""
import base64
import csv
import datetime
import functools
import hashlib
import io
import json
import os
import re
import sys

ENTRY_COLUMNS = ("index", "prev", "time", "kind", "about", "base", "facts", "extra", "leaf", "state")
FIELDS = (
    "provided_on received_on period_from period_to recipient_name recipient_address recipient_representative "
    "recipient_type unspecified_recipients recipient_id provider_name provider_address provider_representative "
    "provider_type acquisition confirmation ppc_publication foreign_recipient foreign_information principal_id "
    "principal_name items basis exemption method consent_evidence filing existence_withheld breaches purpose medium "
    "handler note source_number claimed_recorded_on"
).split()
RECORD_COLUMNS = ["index", *FIELDS, "import", "key", "line", "facts_salt", "extra_salt"]
EXTRA = "claimed_recorded_on handler import key line medium note purpose source_number".split()
FACTS = [field for field in FIELDS if field not in EXTRA]
LISTS = {"items", "breaches", "fields", "set_items", "set_breaches"}
DAYS = {"provided_on", "received_on", "period_from", "period_to", "claimed_recorded_on"}
RECORDS = {"provision", "receipt"}
CORRECTION_COLUMNS = [
    "index", "about", "void", "fields", *("set_" + field for field in FIELDS), "reason", "handler", "facts_salt", "extra_salt"
]
CORRECTION_FACTS = ["fields", "void", *("set_" + field for field in FACTS)]
CORRECTION_EXTRA = ["reason", "handler", *("set_" + field for field in FIELDS if field in EXTRA)]
CURRENT_COLUMNS = ["index", "void", *FIELDS]
ERASABLE = {"provision", "receipt", "correction", "stop-request", "disclosure", "recipient"}
PERMANENT = {"genesis", "erasure", "import", "export", "hold", "release", "trust", "filing", "key", "anchor"}
SLACK = datetime.timedelta(minutes=5)  # so much may the clocks of one moment differ

# The headings of the four files, Japanese and English (FORMAT.md, "The encoding of a folder").
FIELD_HEADINGS = (
    (
        "提供年月日|提供を受けた年月日|提供開始日|提供終了日|第三者の氏名又は名称|第三者の住所|法人の代表者の氏名|第三者の種別|"
        "不特定かつ多数の者に提供した旨|提供先ID|提供元の氏名又は名称|提供元の住所|提供元の代表者の氏名|提供元の種別|取得の経緯|確認の方法|"
        "個人情報保護委員会による公表|外国にある第三者|外国にある第三者に関する情報提供|本人ID|本人の氏名|個人データの項目|提供の根拠|"
        "記録義務の例外|記録の方法|本人の同意の証跡|オプトアウト届出|存否を明らかにしない理由|違反の内容|提供目的|媒体|担当者|備考|整理番号|記録日"
    ).split("|"),
    (
        "Date provided|Date received|Period from|Period to|Recipient name|Recipient address|Representative|recipient_type|"
        "unspecified_recipients|Recipient ID|Provider name|Provider address|Provider representative|provider_type|How acquired|"
        "confirmation|ppc_publication|foreign_recipient|foreign_information|Subject ID|Data subject|Data items|Legal Basis|exemption|"
        "method|consent_evidence|filing|existence_withheld|breaches|Purpose of Disclosure|Disclosure Method|Reported by|note|"
        "source_number|claimed_recorded_on"
    ).split("|"),
)
HEADINGS = tuple(
    {
        "data/entries.csv": entry.split("|"),
        "data/records.csv": [index, *fields, *provenance.split("|"), *salts.split("|")],
        "data/corrections.csv": [*correction.split("|"), *fields, *by.split("|"), *salts.split("|")],
        "data/current.csv": [index, correction.split("|")[2], *fields],
    }
    for fields, index, entry, provenance, correction, by, salts in (
        (
            FIELD_HEADINGS[0], "索引",
            "索引|直前の葉ハッシュ|記録日時(UTC)|種類|対象の索引|保存の起算日|事実のハッシュ|補足のハッシュ|葉ハッシュ|出力の状態",
            "取込の索引|冪等キーの指紋|取込元の行", "索引|対象の索引|取消|訂正した項目", "訂正の理由|訂正者", "事実のソルト|補足のソルト",
        ),
        (
            FIELD_HEADINGS[1], "index", "|".join(ENTRY_COLUMNS),
            "import|key_fingerprint|line", "index|about|void|fields", "reason|corrected by", "facts_salt|extra_salt",
        ),
    )
)
COLUMNS = {
    "data/entries.csv": ENTRY_COLUMNS, "data/records.csv": RECORD_COLUMNS, "data/corrections.csv": CORRECTION_COLUMNS,
    "data/current.csv": CURRENT_COLUMNS,
}

TAGS = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MOST_ROW = 1 << 20  # bytes of a row: a part has at most 65,536
MOST_NOTE = 65536
MOST_REPLY = 65536


class Unusable(Exception):
    """A file that cannot be read (`fault` is None), or is not of the form that FORMAT.md gives: the check stops there."""

    def __init__(self, file, fault, text):
        super().__init__(file, fault, text)
        self.file, self.fault, self.text = plain(file), fault, plain(text)


class Help(Exception):
    """The help was asked for."""


class Usage(Exception):
    """A mistake in the command line."""


def plain(text):
    """Bytes of names and lines that are not UTF-8 as U+FFFD: JSON has no place for them."""
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")


class Report:
    """What is found; told at once, or, with --json, in the end."""

    def __init__(self):
        self.json, self.lost = False, None
        self.findings, self.notices, self.not_checked, self.not_proved = [], [], [], []

    def say(self, text):
        """No output may end the check: what is not read by anybody changes nothing of what is found."""
        try:
            if sys.stdout is not None:
                print(text, flush=True)
        except BrokenPipeError:
            sys.stdout = None
        except (OSError, ValueError) as error:
            sys.stdout, self.lost = None, error

    def finding(self, name, text, index=None, file=None):
        text, file = plain(text), file and plain(file)
        if any((f["finding"], f["index"], f["file"]) == (name, index, file) for f in self.findings[-8:]):
            return
        self.findings.append({"finding": name, "index": index, "file": file, "what": text})
        if not self.json:
            self.say("FINDING: " + text)

    def notice(self, name, text, file=None):
        text, file = plain(text), file and plain(file)
        self.notices.append({"notice": name, "file": file, "what": text})
        if not self.json:
            self.say("notice: " + text)


report = Report()


def finding(name, text, index=None, file=None):
    report.finding(name, text, index, file)


def altered(index, text):
    finding("altered", f"entry {index}: {text}", index)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def b64(text, length):
    """Canonical base64 of so many bytes (None: of any number), or None."""
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, TypeError):
        return None
    right = length is None or len(data) == length
    return data if right and base64.b64encode(data).decode() == text else None


def number(text):
    """An index or a size in its one form, or None."""
    if not re.fullmatch("0|[1-9][0-9]{0,18}", text) or int(text) >= 1 << 63:
        return None
    return int(text)


# Ed25519, RFC 8032 (5.1 and the reference form in section 6), without its shortcuts: what is verified is all of it, R and A are
# in their one encoding and of no small order, and S is smaller than the order of the group.

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def point_add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_mul(s, p):
    q = (0, 1, 1, 0)
    while s > 0:
        if s & 1:
            q = point_add(q, p)
        p = point_add(p, p)
        s >>= 1
    return q


def point_equal(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def point_of(data):
    """The point that 32 bytes encode; None where they are not the one encoding of any."""
    if len(data) != 32:
        return None
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else (0, y, 1, 0)
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P != 0:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE_POINT = point_of(bytes([0x58]) + bytes([0x66]) * 31)


def ed25519_verifies(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r, s = point_of(public), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q:
        return False
    if any(point_equal(point_mul(8, p), (0, 1, 1, 0)) for p in (a, r)):
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    return point_equal(point_mul(s, BASE_POINT), point_add(r, point_mul(h, a)))


# Trees, RFC 6962.


def node(left, right):
    return sha256(b"\x01", left, right)


class Tree:
    """The right edge of a growing tree (RFC 6962, 2.1)."""

    def __init__(self, size, peaks):
        self.size, self.peaks = size, list(peaks)

    def push(self, leaf):
        count = self.size
        while count & 1:
            leaf = node(self.peaks.pop(), leaf)
            count >>= 1
        self.peaks.append(leaf)
        self.size += 1

    def root(self):
        if not self.peaks:
            return sha256()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node(peak, root)
        return root


def root_of_inclusion(index, size, leaf, proof):
    """RFC 9162, 2.1.3.2; None where the proof does not fit."""
    if index >= size:
        return None
    position, last, root = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if position & 1 or position == last:
            root = node(sibling, root)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            root = node(root, sibling)
        position >>= 1
        last >>= 1
    return root if last == 0 else None


# The folder and its manifests.


def path_of(folder, name):
    return os.path.join(folder, *name.split("/"))


def read(folder, name, most=1 << 30):
    try:
        # Whoever opens a pipe would wait for somebody who writes into it.
        if os.path.exists(path_of(folder, name)) and not os.path.isfile(path_of(folder, name)):
            raise Unusable(name, None, "not a file")
        with open(path_of(folder, name), "rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise Unusable(name, None, getattr(error, "strerror", None) or str(error))
    return data


def is_litter(path):
    """What Finder, Explorer, Excel and LibreOffice leave in a folder that they show."""
    name = path.rpartition("/")[2]
    named = name == ".DS_Store" or name.lower() in ("desktop.ini", "thumbs.db", "ehthumbs.db")
    return named or name.startswith(("._", "~$")) or (name.startswith(".~lock.") and name.endswith("#"))


def check_manifest(folder, name):
    """RFC 8493, section 2.1.3: what is listed is there and is that. The lines are in their one form and order."""
    listed, last = {}, None
    if name == "tagmanifest-sha256.txt" and not os.path.exists(path_of(folder, name)):
        finding("file-missing", f"{name} is not there", None, name)
        return listed
    lines = read(folder, name).split(b"\n")
    behind = lines.pop()
    if behind != b"":
        finding("manifest-line", f"{name}: its last line does not end with LF", None, name)
        lines.append(behind)
    for line in lines:
        text = line.decode("utf-8", "surrogateescape")
        digest, _, path = text.partition("  ")
        parts = path.split("/")
        good = re.fullmatch("[0-9a-f]{64}", digest) and ".." not in parts and "" not in parts
        if not good or "\\" in path or ":" in path or "\r" in path:
            finding("manifest-line", f"{name}: a line that is not digest and path inside the folder: {text!r}", None, name)
            continue
        if path in listed:
            finding("manifest-line", f"{name}: {path} is listed twice", None, name)
        elif last is not None and path.encode("utf-8", "surrogateescape") < last:
            finding("manifest-line", f"{name}: {path} is not in order", None, name)
        listed[path], last = digest, path.encode("utf-8", "surrogateescape")
    for path, digest in sorted(listed.items()):
        whole = path_of(folder, path)
        if os.path.islink(whole) or not os.path.isfile(whole):
            finding("file-missing", f"{path} is listed in {name} and not there as a file", None, path)
            continue
        found = hashlib.sha256()
        try:
            with open(whole, "rb") as file:
                for piece in iter(lambda: file.read(1 << 20), b""):
                    found.update(piece)
        except OSError as error:
            raise Unusable(path, None, error.strerror)
        if found.hexdigest() != digest:
            finding("file-changed", f"{path} was changed: its digest is not the one in {name}", None, path)
    return listed


def is_known(path, listed):
    """A name that a file of the folder may have (FORMAT.md, "The exported folder")."""
    name = path[5:]
    if name in ("entries.csv", "records.csv", "records.csv-metadata.json", "corrections.csv", "current.csv", "origin.jsonl",
                "checkpoint", "records.xlsx", "VERIFY.md", "verify.py"):
        return True
    stamp = re.fullmatch("checkpoint-([1-9][0-9]{0,8})\\.tsr", name)
    if stamp is not None:
        before = int(stamp.group(1)) - 1
        return "data/checkpoint" in listed and (before == 0 or f"data/checkpoint-{before}.tsr" in listed)
    if "data/proof" in listed:
        tables = ("provisions", "recipients", "filings", "stop-requests", "deletions")
        return name in ("proof", "acts.jsonl", *(f"summary/{table}.csv" for table in tables))
    proof = re.fullmatch("proofs/([0-9]+)\\.tlog-proof", name)
    return proof is not None and number(proof.group(1)) is not None


def check_files(folder):
    """The manifests, and that there is nothing but what they list and FORMAT.md knows."""
    tags = check_manifest(folder, "tagmanifest-sha256.txt")
    listed = check_manifest(folder, "manifest-sha256.txt")
    for path in sorted(set(TAGS) ^ set(tags)):
        name, what = ("file-unknown", "lists a file that is none of it") if path in tags else ("file-missing", "does not list it")
        finding(name, f"{path}: tagmanifest-sha256.txt {what}", None, path)
    for path in sorted(listed):
        if not path.startswith("data/") or not is_known(path, listed):
            finding("file-unknown", f"{path} is in manifest-sha256.txt, and no file of such a folder has this name", None, path)
    needed = ["data/entries.csv", "data/records.csv", "data/origin.jsonl"]
    needed += ["data/acts.jsonl"] if "data/proof" in listed else ["data/checkpoint"]
    if "data/corrections.csv" in listed or "data/current.csv" in listed:
        needed += ["data/corrections.csv", "data/current.csv"]
    for path in needed:
        if path not in listed:
            finding("file-missing", f"{path} is not in manifest-sha256.txt, and such a folder has one", None, path)
    known = {"tagmanifest-sha256.txt", *TAGS, *listed}
    there = []

    def failed(error):
        raise Unusable(os.path.basename(str(error.filename)), None, error.strerror)

    for parent, folders, files in os.walk(folder, onerror=failed):
        for file in files + [f for f in folders if os.path.islink(os.path.join(parent, f))]:
            there.append(os.path.relpath(os.path.join(parent, file), folder).replace(os.sep, "/"))
    for path in sorted(there):
        if path in known:
            continue
        whole = path_of(folder, path)
        if path == "NOT-LOGGED.txt" and os.path.isfile(whole) and not os.path.islink(whole):
            report.notice("not-logged", "NOT-LOGGED.txt: the ledger could not be written when the folder was made", path)
            report.not_proved.append(path)
        elif is_litter(path) and os.path.isfile(whole) and not os.path.islink(whole):
            report.notice("litter", f"{path} is not of the folder: a program that looked into it left it there", path)
        else:
            finding("file-extra", f"{path} is in the folder and in no manifest", None, path)
    proved = {"data/" + name for name in ("entries.csv", "records.csv", "corrections.csv", "current.csv", "acts.jsonl",
                                          "origin.jsonl", "proof", "checkpoint")}
    for path in ["bag-info.txt", *sorted(listed)]:
        if path not in proved and not path.startswith("data/proofs/") and not path.endswith(".tsr"):
            if path != "data/verify.py" or not is_this_program(folder):
                report.not_proved.append(plain(path))
    return listed


def is_this_program(folder):
    try:
        with open(os.path.abspath(__file__), "rb") as file:
            return file.read() == read(folder, "data/verify.py")
    except (OSError, NameError, Unusable):
        return False


# CSV and JSON Lines in their one encoding.

NEEDS_QUOTES = re.compile('[",\r\n]')
SLASHED = re.compile("[0-9]{1,4}/[0-9]{1,2}/[0-9]{1,4}")


def looks_resaved(folder, name):
    """A spreadsheet program has opened and saved the file: no mark, line ends, separators, quotes or days of its own."""
    head = read(folder, name, 65535)[:65536]
    if head == b"":
        return False
    if not head.startswith(b"\xef\xbb\xbf"):
        return True
    first, end, rest = head[3:].partition(b"\n")
    if end and (not first.endswith(b"\r") or any(mark in first for mark in (b";", b"\t", b'"'))):
        return True
    columns = COLUMNS[name]
    days = [at for at, column in enumerate(columns) if column == "base" or column.replace("set_", "") in DAYS]
    try:
        for row in csv.reader(io.StringIO(rest.decode("utf-8", "replace"), newline="")):
            if len(row) == len(columns) and any(SLASHED.fullmatch(row[at]) for at in days):
                return True
    except csv.Error:
        pass
    return False


def check_resaved(folder, listed):
    for name in COLUMNS:
        if os.path.isfile(path_of(folder, name)) and name in listed and looks_resaved(folder, name):
            finding("resaved", f"{name} looks as if a spreadsheet program (Excel) had opened and saved it: ask for the folder "
                               "again, and look at records.xlsx in its place", None, name)


def language_of(folder):
    """The language of the headings, by those of entries.csv: 0 Japanese, 1 English."""
    head = read(folder, "data/entries.csv", 4096)
    if not head.startswith(b"\xef\xbb\xbf"):
        raise Unusable("data/entries.csv", "no-byte-order-mark", "no byte order mark")
    for language, headings in enumerate(HEADINGS):
        if head[3:].startswith((",".join(headings["data/entries.csv"]) + "\r\n").encode("utf-8")):
            return language
    raise Unusable("data/entries.csv", "headings", "its headings are not those of FORMAT.md, in one of the two languages")


def rows(folder, name, language):
    """The rows of a CSV file, each as it was read and written again: in no other encoding than that of FORMAT.md."""
    columns = COLUMNS[name]
    if read(folder, name, 2) != b"\xef\xbb\xbf":
        raise Unusable(name, "no-byte-order-mark", "no byte order mark")
    csv.field_size_limit(MOST_ROW)
    taken = []

    def lines(file):
        for line in file:
            taken.append(line)
            yield line

    try:
        with open(path_of(folder, name), encoding="utf-8-sig", newline="") as file:
            reader, heading = csv.reader(lines(file), strict=True), True
            for row in reader:
                text = "".join(taken)
                taken.clear()
                at = f"line {reader.line_num}"
                if heading and text != ",".join(HEADINGS[language][name]) + "\r\n":
                    raise Unusable(name, "headings", "its headings are not those of FORMAT.md, in the language of the folder")
                if not text.endswith("\r\n"):
                    raise Unusable(name, "row-end", f"{at}: the row does not end with CRLF")
                if len(row) != len(columns):
                    raise Unusable(name, "number-of-cells", f"{at}: {len(row)} cells instead of {len(columns)}")
                cells = ['"' + cell.replace('"', '""') + '"' if NEEDS_QUOTES.search(cell) else cell for cell in row]
                if text != ",".join(cells) + "\r\n":
                    raise Unusable(name, "quotes", f"{at}: a cell is quoted that need not be, or not quoted that must be")
                if not heading:
                    yield dict(zip(columns, row))
                heading = False
            if taken or heading:
                raise Unusable(name, "not-csv", "it ends within a row")
    except OSError as error:
        raise Unusable(name, None, error.strerror)
    except (csv.Error, UnicodeDecodeError) as error:
        raise Unusable(name, "not-csv", f"not CSV in UTF-8: {error}")


def json_lines(folder, name, keys, fault, what):
    """The lines of a file of JSON objects, each with these keys in this order, in the one encoding of FORMAT.md."""
    try:
        text = read(folder, name).decode("utf-8")
    except UnicodeDecodeError:
        raise Unusable(name, fault, what)
    lines = text.split("\n")
    if lines.pop() != "":
        raise Unusable(name, "not-one-encoding", "its last line does not end with LF")
    for line in lines:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            raise Unusable(name, fault, what)
        if not isinstance(value, dict) or any(key not in value for key in keys):
            raise Unusable(name, fault, what)
        for key in keys:
            kind = {"index": int, "inclusion": list}.get(key, str)
            if type(value[key]) is not kind:
                raise Unusable(name, fault, what)
        again = json.dumps({key: value[key] for key in keys}, ensure_ascii=False, separators=(",", ":"))
        if again != line or number(str(value["index"])) is None:
            raise Unusable(name, "not-one-encoding", "a line is not written as FORMAT.md writes it: keys, their order, spaces")
        yield value


# Entries: headers and parts.


CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def canonical(text):
    """The members of a part in its one encoding (FORMAT.md, "Parts"), or None."""
    try:
        members = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(members, dict) or not members or len(text.encode("utf-8", "surrogatepass")) > 65536:
        return None
    for key, value in members.items():
        many = isinstance(value, list)
        texts = value if many else [value]
        if not re.fullmatch("[a-z0-9_]+", key) or not texts or not all(isinstance(t, str) and t for t in texts):
            return None
        if any(CONTROL.search(t) or (many and "\n" in t) for t in texts):
            return None
    return members if written(members) == text else None


def written(members):
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def part(record, keys):
    """A part rebuilt from its cells: JSON (RFC 8785) of strings and arrays of strings; and whether it is canonical."""
    members, good = {}, True
    for key in keys:
        cell = record[key]
        if cell != "":
            if key in LISTS:
                members[key] = cell.split("\n")
                good = good and "" not in members[key]
            else:
                members[key] = cell
            good = good and CONTROL.search(cell) is None
    text = written(members) if members else ""
    return text, good and (len(text) < 16384 or len(text.encode("utf-8", "surrogatepass")) <= 65536)


def part_hash(tag, salt, text):
    """What stands for a part in the header; None where there is a salt and no part, or the other way round."""
    if text == "":
        return "-" if salt == "" else None
    raw = b64(salt, 16)
    return raw and base64.b64encode(sha256(bytes([tag]), raw, text.encode("utf-8", "surrogatepass"))).decode()


def check_part(index, tag, salt, part_of_it, expected, what):
    """Steps 2 and 3 for a part that is shown."""
    text, good = part_of_it
    if not good:
        finding("not-canonical", f"entry {index}: its {what} are not canonical", index)
    if text != "" and b64(salt, 16) is None or text == "" and salt != "":
        finding("unreadable", f"entry {index}: the salt of its {what} is none", index)
    elif part_hash(tag, salt, text) != expected:
        altered(index, f"its {what} are not those of its header")


HASH = "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="
HEADER = re.compile(
    "provlog/1\nindex (0|[1-9][0-9]{0,18})\nprev (-|HASH)\ntime (.{24})\nkind ([a-z-]+)\nabout (-|0|[1-9][0-9]{0,18})\n"
    "base (none|open|.{10})\nfacts (-|HASH)\nextra (-|HASH)\n".replace("HASH", HASH)
)


def header_text(e):
    return (
        f"provlog/1\nindex {e['index']}\nprev {e['prev']}\ntime {e['time']}\nkind {e['kind']}\nabout {e['about']}\n"
        f"base {e['base']}\nfacts {e['facts']}\nextra {e['extra']}\n"
    )


def header_of(text):
    """The fields of a header, or None."""
    match = HEADER.fullmatch(text)
    if match is None:
        return None
    e = dict(zip(ENTRY_COLUMNS, match.groups()))
    index, base = number(e["index"]), e["base"]
    if index is None or (index == 0) != (e["prev"] == "-") or (index == 0) != (e["kind"] == "genesis"):
        return None
    if e["about"] != "-" and int(e["about"]) >= index:
        return None
    known = e["kind"] in ERASABLE or e["kind"] in PERMANENT
    return e if known and is_time(e["time"]) and (base in ("none", "open") or is_day(base)) else None


@functools.lru_cache(maxsize=1024)
def is_time(text):
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z", text):
        return False
    try:
        return 1970 <= instant(text).year <= 9998
    except ValueError:
        return False


@functools.lru_cache(maxsize=1024)
def instant(time):
    clock = (int(time[at:at + 2]) for at in (5, 8, 11, 14, 17))
    return datetime.datetime(int(time[:4]), *clock, int(time[20:23]) * 1000)


@functools.lru_cache(maxsize=1024)
def legal_day(time):
    """The day in Japan."""
    return (instant(time) + datetime.timedelta(hours=9)).date()


@functools.lru_cache(maxsize=4096)
def is_day(text):
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        return day(text) is not None
    except ValueError:
        return False


@functools.lru_cache(maxsize=4096)
def day(text):
    return datetime.date(int(text[:4]), int(text[5:7]), int(text[8:10]))


def first_day_of_deletion(base, years):
    """None where the calendar of this program ends before it."""
    try:
        following = base + datetime.timedelta(days=1)
    except OverflowError:
        return None
    if following.year + years > 9999:
        return None
    try:
        return following.replace(year=following.year + years)
    except ValueError:
        return datetime.date(following.year + years, 3, 1)


def entries(folder, language):
    """The rows of entries.csv, each a header with its leaf hash and its state."""
    for e in rows(folder, "data/entries.csv", language):
        text = header_text(e)
        if header_of(text) is None or not re.fullmatch(HASH, e["leaf"]):
            raise Unusable("data/entries.csv", "not-a-header", "a row is not the header of an entry")
        yield e


def check_leaf(e):
    leaf = sha256(b"\x00", header_text(e).encode("utf-8"))
    if base64.b64encode(leaf).decode() != e["leaf"]:
        altered(int(e["index"]), "its header does not hash to its leaf hash")
    return b64(e["leaf"], 32)


class Range:
    """What the headers of the range show (steps 1 to 4 and 11); of each entry no more is kept than later steps need."""

    def __init__(self, folder, language, watched):
        """`watched`: the size that a checkpoint claims; the root at that size is kept."""
        lines = read(folder, "data/proof", 8191).decode("ascii", "replace").split("\n")
        first = number(lines[0][6:]) if lines[0].startswith("first ") else None
        peaks = [b64(line, 32) for line in lines[1:-1]]
        if first is None or lines[-1] != "" or None in peaks or len(peaks) != bin(first).count("1"):
            raise Unusable("data/proof", "not-a-proof", "it is not `first INDEX` and the hashes that belong to it")
        self.first = first
        self.tree, prev = Tree(self.first, peaks), None
        self.acts = []  # the permanent entries
        self.amended = {}  # entry -> bases of the entries about it
        self.corrected = {}  # record -> its corrections
        newest_time, self.watched = None, None
        for e in entries(folder, language):
            if self.tree.size == watched:
                self.watched = self.tree.root()
            expected = self.tree.size
            if e["index"] != str(expected):
                finding("gap", f"entries.csv: entry {expected} is missing: the next one there is {e['index']}", expected)
                raise Unusable("data/entries.csv", "not-in-order", "its indexes do not follow each other")
            check_leaf(e)
            if prev is not None and e["prev"] != prev:
                altered(expected, "it does not name the entry before")
            prev = e["leaf"]
            self.tree.push(b64(e["leaf"], 32))
            now = instant(e["time"])
            newest_time = now if newest_time is None else max(newest_time, now)
            if e["about"] != "-":
                self.amended.setdefault(int(e["about"]), []).append(e["base"])
                if e["kind"] == "correction":
                    self.corrected.setdefault(int(e["about"]), []).append(expected)
            if e["kind"] not in ERASABLE:
                e["newest"] = newest_time
                self.acts.append(e)


# Who has signed, and when.


class Key:
    """A verifier key: its name and its 32 bytes."""

    def __init__(self, name, key, since=0):
        self.name, self.key, self.since = name, key, since
        self.id = sha256(name.encode("utf-8", "surrogatepass"), b"\n\x01", key)[:4]

    def __str__(self):
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([1]) + self.key).decode()}"


def is_key_name(name):
    return name != "" and not any(c.isspace() or c == "+" or c < " " or "\x7f" <= c <= "\x9f" for c in name)


def verifier_key(text):
    """The key of --key; its ID must be the one that name and key give."""
    parts = text.strip().split("+", 2)
    raw = b64(parts[2], 33) if len(parts) == 3 else None
    if raw is None or raw[0] != 1 or not is_key_name(parts[0]) or point_of(raw[1:]) is None:
        raise Usage(f"--key: not a verifier key (NAME+ID+KEY): {text}")
    key = Key(parts[0], raw[1:])
    if parts[1] != key.id.hex():
        raise Usage(f"--key: the ID {parts[1]} is not that of this name and key, {key.id.hex()}: it was not copied whole")
    return key


def note_of(raw):
    """The text and the signatures (name, ID, signature) of a signed note, or None."""
    if len(raw) > MOST_NOTE or any(b < 0x20 and b != 0x0A for b in raw):
        return None
    try:
        text, parted, signatures = raw.decode("utf-8").rpartition("\n\n")
    except UnicodeDecodeError:
        return None
    lines = signatures.split("\n")
    if not parted or text.strip("\n") == "" or lines.pop() != "" or not 1 <= len(lines) <= 16:
        return None
    signed = []
    for line in lines:
        dash, name, data = (line.split(" ") + ["", ""])[:3]
        data = b64(data, None)
        if line.count(" ") != 2 or dash != "\u2014" or not is_key_name(name) or data is None or len(data) < 5:
            return None
        signed.append((name, data[:4], data[4:]))
    return text + "\n", signed


def checkpoint_of(text):
    """Origin, size and root of the text of a checkpoint, or None."""
    lines = text.split("\n")
    if len(lines) < 4 or "" in lines[:-1] or number(lines[1]) is None or b64(lines[2], 32) is None:
        return None
    return lines[0], number(lines[1]), b64(lines[2], 32)


def believed(note, keys, given):
    """Step 12, as far as it needs the checkpoint alone: the key that has signed it, or None, with a finding."""
    text, signed = note
    known, by = given or keys, []
    for name, id_, signature in signed:
        for key in known:
            if (key.name, key.id) == (name, id_):
                if not ed25519_verifies(key.key, text.encode("utf-8"), signature):
                    return finding("checkpoint-forged", "the signature on the checkpoint is not by the key that it names: " + str(key))
                by.append(key)
    if not by:
        return finding("checkpoint-unsigned", "no known key has signed the checkpoint; its signatures are of "
                       + ", ".join(f"{name}+{id_.hex()}" for name, id_, _ in signed))
    claimed = checkpoint_of(text)
    if claimed is None:
        return finding("checkpoint-unreadable", "data/checkpoint is not a checkpoint")
    origin, size, _ = claimed
    if origin != keys[0].name:
        return finding("checkpoint-of-another", f"the checkpoint is of another log: {origin}, not {keys[0].name}")
    if given:
        return by[0]
    in_force = [key for key in keys if key.since <= size][-1]
    if all(key.key != in_force.key for key in by):
        return finding("checkpoint-by-old-key", "the checkpoint is signed by a key that was not in force at its size")
    return in_force


def check_checkpoint(folder, listed, keys, given):
    """The checkpoint (origin, size, root) and its key, or None twice."""
    if "data/checkpoint" not in listed:
        if given:
            finding("checkpoint-missing", "a key was given, and the folder has no checkpoint that it could have signed", None,
                    "data/checkpoint")
        else:
            report.notice("nothing-signed", "the folder is not signed: nothing shows that the log was not rewritten as a whole")
        report.not_checked.append("signature")
        return None, None
    note = note_of(read(folder, "data/checkpoint", MOST_NOTE))
    if note is None:
        finding("checkpoint-unreadable", "data/checkpoint is not a signed note")
        return None, None
    key = believed(note, keys, given)
    if key is None:
        return None, None
    if not given:
        report.notice("ledgers-own-key", "the signature is by the key that the log itself names; compare it with the one you were "
                                         f"told (--key): {key}")
        report.not_checked.append("key")
    return checkpoint_of(note[0]), key


def check_mark(shown, size, root):
    """The checkpoint against the headers: they must lead to its root, and end with its size."""
    if size > shown.tree.size:
        finding("cut-behind-checkpoint", f"the checkpoint is of {size} entries, the range ends with {shown.tree.size}")
    elif (shown.tree.root() if size == shown.tree.size else shown.watched) != root:
        finding("checkpoint-differs", "the headers do not lead to the root of the checkpoint")
    if size < shown.tree.size:
        finding("range-behind-checkpoint", f"the checkpoint is of {size} entries, the range ends with {shown.tree.size}")


def der(data):
    """The members of a value: pairs of tag and content (X.690, DER); a ValueError where it is none."""
    members, at = [], 0
    while at < len(data):
        tag, at = data[at], at + 1
        if tag & 31 == 31 or at == len(data):
            raise ValueError("a tag of several bytes, or none")
        length, at = data[at], at + 1
        if length & 0x80:
            count = length & 0x7F
            octets = data[at:at + count]
            if not 1 <= count <= 4 or len(octets) != count or octets[0] == 0 or (count == 1 and octets[0] < 0x80):
                raise ValueError("a length that is not in its one form")
            length, at = int.from_bytes(octets, "big"), at + count
        if at + length > len(data):
            raise ValueError("cut off")
        members.append((tag, data[at:at + length]))
        at += length
    return members


def the_one(data, tag):
    """The content of the only value in these bytes, which has this tag."""
    members = der(data)
    if len(members) != 1 or members[0][0] != tag:
        raise ValueError("not what should stand there")
    return members[0][1]


def content(data, identifier):
    """What stands as `[0] EXPLICIT` behind this object identifier."""
    members = der(data)
    if members[0] != (0x06, bytes.fromhex(identifier)) or members[1][0] != 0xA0:
        raise ValueError("of another type")
    return der(members[1][1])[0]


def stamp_of(reply):
    """The imprint (SHA-256) and the time in a TimeStampResp (RFC 3161, 2.4.2); a ValueError or IndexError where it is none."""
    if len(reply) > MOST_REPLY:
        raise ValueError("longer than 64 KiB")
    status, token = der(the_one(reply, 0x30))[:2]
    if status[0] != 0x30 or der(status[1])[0] not in ((0x02, b"\x00"), (0x02, b"\x01")) or token[0] != 0x30:
        raise ValueError("the authority refused, or it is no reply")
    tag, signed = content(token[1], "2a864886f70d010702")  # id-signedData
    encapsulated = der(signed)[2]
    octets = content(encapsulated[1], "2a864886f70d0109100104")  # id-ct-TSTInfo
    if tag != 0x30 or encapsulated[0] != 0x30 or octets[0] != 0x04:
        raise ValueError("no TSTInfo")
    info = der(the_one(octets[1], 0x30))
    algorithm, hashed = der(info[2][1])[:2]
    if info[2][0] != 0x30 or algorithm[0] != 0x30 or der(algorithm[1])[0] != (0x06, bytes.fromhex("608648016503040201")):
        raise ValueError("not SHA-256")
    time = re.fullmatch("([0-9]{14})(\\.[0-9]+)?Z", info[4][1].decode("ascii"))
    if hashed[0] != 0x04 or len(hashed[1]) != 32 or info[4][0] != 0x18 or time is None:
        raise ValueError("no imprint, or no time")
    when = datetime.datetime.strptime(time.group(1), "%Y%m%d%H%M%S")
    if not 1970 <= when.year <= 9998:
        raise ValueError("no time")
    fraction = (time.group(2) or ".")[1:4]
    return hashed[1], when + datetime.timedelta(milliseconds=int((fraction + "000")[:3]))


def check_stamps(folder, listed, erasures, size):
    """Step 13. Whether an authority has signed them is not checked here."""
    for name in sorted(name for name in listed if re.fullmatch("data/checkpoint-[1-9][0-9]*\\.tsr", name)):
        if "data/checkpoint" not in listed:
            continue
        try:
            imprint, time = stamp_of(read(folder, name, MOST_REPLY))
        except (ValueError, IndexError, RecursionError) as why:
            finding("stamp-differs", f"{name} is no reply of RFC 3161 that can be used: {why}", None, name)
            continue
        if imprint != sha256(read(folder, "data/checkpoint", MOST_NOTE)):
            finding("stamp-differs", f"{name} is not over data/checkpoint", None, name)
            continue
        for index, erased_at in erasures:
            if index < size and erased_at - time > SLACK:
                finding("stamped-before-erasure", f"erasure entry {index} says {erased_at}, and {name} of {time} follows it: the "
                                                  "clock was ahead when it erased", index, name)
        report.notice("stamped", f"{name} says {time} UTC; whether an authority has signed it was not checked here: openssl ts "
                                 f"-verify -in {name} -data data/checkpoint -CAfile ROOT", name)
        report.not_checked.append("timestamp")


ORIGIN_KEYS = ("index", "header", "facts_salt", "facts", "inclusion")


def check_origin(folder, size, root):
    """The genesis, every change of keys and every trust entry, each proved to be in the log; the genesis' facts, the keys,
    and what the trust entries cover."""
    what = "it is not the genesis, the keys and the trust entries in their order"
    bad = Unusable("data/origin.jsonl", "not-the-origin", what)
    genesis, keys, trusts, last = None, [], [], -1
    for entry in json_lines(folder, "data/origin.jsonl", ORIGIN_KEYS, "not-the-origin", what):
        index, header = entry["index"], header_of(entry["header"])
        proof = [b64(hash_, 32) if isinstance(hash_, str) else None for hash_ in entry["inclusion"]]
        if None in proof or b64(entry["facts_salt"], 16) is None or index <= last or (index == 0) != (last == -1):
            raise bad
        last = index
        kind = "genesis" if index == 0 else "trust" if header is not None and header["kind"] == "trust" else "key"
        leaf = sha256(b"\x00", entry["header"].encode("utf-8", "surrogatepass"))
        salted = part_hash(2, entry["facts_salt"], entry["facts"])
        holds = header is not None and (header["index"], header["kind"], header["facts"]) == (str(index), kind, salted)
        if not holds or root_of_inclusion(index, size, leaf, proof) != root:
            finding("not-in-log", f"origin.jsonl: entry {index} is not in this log, or its facts are not", index)
        facts = canonical(entry["facts"]) or {}
        if kind == "trust":
            trusts.append((index, header["time"], trusted_range(index, facts)))
            continue
        key = facts.get("public_key")
        key = b64(key, 32) if isinstance(key, str) else None
        if key is None or point_of(key) is None:
            raise bad
        if genesis is None:
            genesis = facts
            texts = [genesis.get(name) for name in ("fingerprint_check", "ledger_id", "operator", "origin", "retention_years")]
            if not all(isinstance(text, str) for text in texts) or genesis.get("time_zone") != "+09:00":
                raise bad
            if not is_key_name(texts[3]) or not re.fullmatch("[1-9][0-9]{0,2}", texts[4]) or not 3 <= int(texts[4]) <= 100:
                raise bad
        keys.append(Key(genesis["origin"], key, index + 1 if index else 0))
    if genesis is None:
        raise bad
    return genesis, keys, trusts


def run_of(text):
    """First and last of `FIRST-LAST`, or None."""
    first, dash, last = text.partition("-")
    first, last = number(first), number(last)
    return (first, last) if dash and first is not None and last is not None and first <= last else None


def trusted_range(index, facts):
    """First and last of the records that a trust entry is about; nothing where that cannot be read."""
    text = facts.get("range")
    run = run_of(text) if isinstance(text, str) else None
    if run is None or run[0] != index + 2:
        finding("trust-unreadable", f"which records trust entry {index} is about cannot be read", index)
        return 0, -1
    report.notice("trusted", f"the retention of entries {run[0]} to {run[1]} counts from dates that a file claims, by entry {index}")
    return run


def may_be_about(kind, is_about):
    """Whether an entry of this kind may be about an earlier one, or about none (FORMAT.md, "Kinds")."""
    if kind in ("correction", "release"):
        return is_about
    return not is_about or kind in ("recipient", "filing", "stop-request")


def check_base(e, newest, trusts, record):
    """Step 6; `newest` is the newest day that counts, `record` the row of an opened record."""
    index = int(e["index"])
    if e["kind"] in ERASABLE and e["base"] == "none":
        finding("no-base", f"entry {index} has no retention base", index)
    if not is_day(e["base"]) or day(e["base"]) >= newest:
        return
    before = [trust for trust in trusts if trust[0] < index][-1:]
    covered = any(first <= index <= last and e["time"] == time for _, time, (first, last) in before)
    claim = record["claimed_recorded_on"] if record is not None else None
    if e["kind"] not in RECORDS or not covered or claim == "":
        finding("base-before-log", f"entry {index}: its retention base lies before a time that stands earlier in the log", index)
    elif claim is not None and e["base"] < claim:
        what = "its retention base lies before the day on which it claims to have been recorded"
        finding("base-before-claim", f"entry {index}: {what}", index)


def check_last_day(e, last):
    """Step 7."""
    if last and is_day(last) and is_day(e["base"]) and e["base"] < last:
        what = "its retention base lies before the last day of provision"
        finding("base-before-provision", f"entry {e['index']}: {what}", int(e["index"]))


def read_acts(folder):
    """The facts of permanent entries, by index."""
    acts, last = {}, -1
    keys = ("index", "facts_salt", "facts")
    for act in json_lines(folder, "data/acts.jsonl", keys, "not-an-act", "a line is not index, salt and facts"):
        if b64(act["facts_salt"], 16) is None:
            raise Unusable("data/acts.jsonl", "not-an-act", "a line is not index, salt and facts")
        if act["index"] <= last:
            finding("not-in-range", f"acts.jsonl: entry {act['index']} is there twice, or not in order", act["index"], "data/acts.jsonl")
        acts[act["index"]], last = act, act["index"]
    return acts


def check_acts(acts, permanent):
    """The facts of every permanent entry in the range."""
    for e in permanent:
        index = int(e["index"])
        act = acts.pop(index, None)
        e["act"] = {}
        if act is None:
            finding("missing-part", f"entry {index} ({e['kind']}): its facts are missing", index)
            continue
        said = canonical(act["facts"])
        check_part(index, 2, act["facts_salt"], (act["facts"], said is not None), e["facts"], "facts")
        e["act"] = said or {}
    for index in acts:
        finding("not-in-range", f"acts.jsonl: entry {index} is not a permanent entry of the range", index, "data/acts.jsonl")


class Records:
    """The rows of records.csv or current.csv, each taken by its entry."""

    def __init__(self, folder, language, name="data/records.csv", there=True):
        self.name = name
        self.rows = rows(folder, name, language) if there else iter(())
        self.next = next(self.rows, None)

    def stray(self):
        at = number(self.next["index"])
        finding("not-in-range", f"{self.name}, entry {self.next['index']}: not in entries.csv, or not in order", at or 0, self.name)
        self.next = next(self.rows, None)

    def at(self, index):
        """The row of this entry, or None. Rows before it belong to none."""
        found = None
        while self.next is not None:
            at = number(self.next["index"])
            if at is not None and at > index:
                break
            if found is None and at == index:
                found = self.next
                self.next = next(self.rows, None)
            else:
                self.stray()
        return found

    def end(self):
        while self.next is not None:
            self.stray()


class Corrections:
    """The corrections that the folder shows; they are few."""

    def __init__(self, folder, language, listed):
        self.rows, self.about = {}, {}
        self.opened = set()  # the corrected records that are opened
        self.current = Records(folder, language, "data/current.csv", "data/current.csv" in listed)
        if "data/corrections.csv" in listed:
            for row in rows(folder, "data/corrections.csv", language):
                index, about = number(row["index"]), number(row["about"])
                if index is None or about is None or index <= max(self.rows, default=-1):
                    what = f"corrections.csv, entry {row['index']}: not in order, or about nothing"
                    finding("not-in-range", what, index or 0, "data/corrections.csv")
                    continue
                self.rows[index] = row
                self.about.setdefault(about, []).append(index)

    def of(self, e):
        """The row of a correction entry, or None."""
        row = self.rows.get(int(e["index"])) if e["kind"] == "correction" else None
        return row if row is not None and row["about"] == e["about"] else None

    def check_reading(self, index, record):
        """current.csv shows the record as its corrections leave it."""
        expected = {"index": record["index"], "void": "", **{field: record[field] for field in FIELDS}}
        for row in (self.rows[at] for at in self.about.get(index, [])):
            if row["void"] == "yes":
                expected = {"index": record["index"], "void": "yes", **{field: "" for field in FIELDS}}
                break
            for field in row["fields"].split("\n"):
                if field in FIELDS:
                    expected[field] = row["set_" + field]
        shown = self.current.at(index)
        if shown != (expected if index in self.about else None):
            finding("reading-differs", f"current.csv does not show entry {index} as its corrections leave it", index)

    def check(self, e):
        """Steps 2 and 7 for an opened correction."""
        row, index = self.of(e), int(e["index"])
        if row is None:
            return finding("not-in-range", f"entry {index} is listed as opened and not there", index, "data/entries.csv")
        check_part(index, 2, row["facts_salt"], part(row, CORRECTION_FACTS), e["facts"], "facts")
        check_part(index, 3, row["extra_salt"], part(row, CORRECTION_EXTRA), e["extra"], "other cells")
        check_last_day(e, max(row["set_period_to"], row["set_provided_on"], row["set_received_on"]))


def check_record(e, record):
    """Steps 2 and 7 for an opened record."""
    index = int(e["index"])
    if e["state"] != "opened" or e["kind"] not in RECORDS:
        return finding("not-in-range", f"records.csv shows entry {index}, which entries.csv does not list as opened", index,
                       "data/entries.csv")
    check_part(index, 2, record["facts_salt"], part(record, FACTS), e["facts"], "facts")
    check_part(index, 3, record["extra_salt"], part(record, EXTRA), e["extra"], "other cells")
    check_last_day(e, record["period_to"] if record["method"] == "bulk" else record["provided_on"] or record["received_on"])


def texts_of(members, key):
    value = members.get(key, [])
    return value if isinstance(value, list) else []


def erased_run(text):
    """First, last, base and first day of `FIRST-LAST BASE FREE`, or None."""
    parts = text.split(" ")
    run = run_of(parts[0])
    if len(parts) != 3 or run is None or not is_day(parts[1]) or not is_day(parts[2]):
        return None
    return run[0], run[1], parts[1], parts[2]


class Erasures:
    """The runs that the erasure entries of the range name (steps 5, 9 and 10), and the judgement of an entry (step 8)."""

    def __init__(self, shown):
        self.runs, self.times, self.extras, self.holds = [], [], [], []
        for e in shown.acts:
            if e["kind"] == "hold":
                runs = [run_of(run) for run in texts_of(e["act"], "runs")]
                good = runs and None not in runs and all(a[1] < b[0] for a, b in zip(runs, runs[1:]))
                if not good or runs[-1][1] >= int(e["index"]):
                    finding("hold-unreadable", f"what the hold in entry {e['index']} names cannot be read", int(e["index"]))
                    runs = []
                self.holds.append([int(e["index"]), None, runs])
            if e["kind"] == "release" and e["about"] != "-":
                for hold in self.holds:
                    if hold[0] == int(e["about"]) and hold[1] is None:
                        hold[1] = int(e["index"])
        self.gone = {}  # entry that others are about -> its base, whether it was erased, its kind
        for e in shown.acts:
            if e["kind"] != "erasure":
                continue
            index, now, today = int(e["index"]), instant(e["time"]), legal_day(e["time"])
            self.times.append((index, now))
            if e["newest"] - now > SLACK:
                finding("clock-behind-at-erasure", f"erasure entry {index}: its time lies behind an earlier one", index)
            both = [erased_run(run) for run in texts_of(e["act"], "runs")]
            extras = [erased_run(run) for run in texts_of(e["act"], "extras")]
            if not both + extras or None in both + extras:
                finding("erasure-unreadable", f"erasure entry {index} cannot be read", index)
                continue
            confirmed = e["act"].get("confirmed_on")
            if not isinstance(confirmed, str) or not is_day(confirmed):
                finding("day-not-stated", f"erasure entry {index} does not say that a person had stated the day", index)
            elif confirmed != today.isoformat():
                finding("confirmed-other-day", f"erasure entry {index}: the date confirmed is not its day", index)
            for kind, runs in ((self.runs, both), (self.extras, extras)):
                for first, high, base, free in runs:
                    low = max(first, shown.first)
                    if high >= index:
                        what = f"erasure entry {index} names an entry that does not come before it"
                        finding("erasure-out-of-range", what, index)
                    if low <= high:
                        kind.append((low, min(high, index - 1), index, today, base, free))
        for runs in (self.runs, self.extras):
            runs.sort()
            for before, after in zip(runs, runs[1:]):
                if after[0] <= before[1]:
                    finding("erased-twice", f"entry {after[0]} was erased twice", after[0])
        self.first = shown.first
        self.passed, self.latest, self.at = 0, None, 0

    def check_order(self, index, now):
        """Step 5; entries come in order."""
        if self.latest is not None and self.latest - now > SLACK:
            finding("older-than-erasure", f"entry {index} is older than an erasure before it: the clock was ahead when it erased", index)
        if self.passed < len(self.times) and self.times[self.passed][0] == index:
            self.latest = max(self.latest or now, now)
            self.passed += 1

    def names_extra(self, index):
        return any(low <= index <= high for low, high, *_ in self.extras)

    def held(self, index, at):
        for hold, released, runs in self.holds:
            if hold < at and (released is None or released > at) and any(low <= index <= high for low, high in runs):
                return hold
        return None

    def compare(self, index, run, base, years):
        _, _, erasure, erased_on, claimed, free = run
        allowed = first_day_of_deletion(base, years)
        if allowed is None or erased_on < allowed:
            finding("erased-too-early", f"entry {index} was erased on {erased_on}, before {allowed}", index)
        if allowed is None or (claimed, free) != (base.isoformat(), allowed.isoformat()):
            what = f"erasure entry {erasure} claims another base or first day for entry {index}"
            finding("erasure-claim", what, erasure)

    def judge_extra(self, index, e, newest, years):
        """A reason or a handler may go while the act that it explains stays."""
        for run in (run for run in self.extras if run[0] <= index <= run[1]):
            if e["kind"] in ERASABLE:
                what = f"erasure entry {run[2]} names the extra part of entry {index}, which is a record"
                finding("erasure-out-of-range", what, run[2])
            if self.held(index, run[2]) is not None:
                finding("erased-under-hold", f"entry {index} was erased by entry {run[2]} under a hold", index)
            if e["extra"] == "-":
                finding("not-erased", f"erasure entry {run[2]} names the extra part of entry {index}, which has none", index)
            # An entry left of the range may have been newer: then the claim is the later day.
            self.compare(index, run, newest if self.first == 0 else max(newest, day(run[4])), years)

    def judge(self, index, e, amended, years):
        while self.at < len(self.runs) and self.runs[self.at][1] < index:
            self.at += 1
        run = self.runs[self.at] if self.at < len(self.runs) and self.runs[self.at][0] <= index else None
        about = int(e["about"]) if e["about"] != "-" else None
        with_record = self.gone.get(about) if e["kind"] == "correction" else None
        if index in amended:
            self.gone[index] = (e["base"], run is not None, e["kind"])
        if with_record is not None and with_record[2] not in RECORDS:
            finding("correction-of-no-record", f"entry {index} corrects entry {about}, which is no record", index)
        elif with_record is not None and with_record[1] != (run is not None):
            name = "correction-left" if with_record[1] else "correction-erased-alone"
            finding(name, f"entry {index} corrects entry {about}, and only one of the two was erased", index)
        if (e["state"] == "erased") != (run is not None):
            name, what = "missing-part", "is erased, and no erasure names it"
            if run is not None:
                name, what = "not-erased", "is named by an erasure, and not erased"
            finding(name, f"entry {index} {what}", index)
        if run is None:
            return
        if any(self.held(held, run[2]) is not None for held in (index, about) if held is not None):
            finding("erased-under-hold", f"entry {index} was erased by entry {run[2]} under a hold", index)
        bases = [e["base"], *amended.get(index, [])]
        if e["kind"] == "correction":
            # A correction goes with its record; where that lies outside the range, its claim stands for it.
            bases = [with_record[0], *amended.get(about, [])] if with_record is not None else [run[4]]
        days = [b for b in bases if is_day(b)]
        if e["kind"] not in ERASABLE or (not days and "open" not in bases):
            return finding("erased-permanent", f"erasure entry {run[2]} names entry {index}, which is kept for ever", index)
        if not days:
            return finding("erased-while-open", f"entry {index} was erased by entry {run[2]} while its last day was not known", index)
        self.compare(index, run, day(max(days)), years)


def check_range(folder, language, listed, shown, years, trusts):
    """The second reading: what the folder shows of each entry, and what was erased."""
    counted = {"opened": 0, "withheld": 0, "erased": 0, "erased-since": 0}
    records, corrections = Records(folder, language), Corrections(folder, language, listed)
    erasures, newest = Erasures(shown), None
    for e in entries(folder, language):
        index, today = int(e["index"]), legal_day(e["time"])
        erasures.check_order(index, instant(e["time"]))
        newest = today if newest is None else max(newest, today)
        if e["facts"] == "-":
            finding("missing-part", f"entry {index} has no facts", index)
        if not may_be_about(e["kind"], e["about"] != "-"):
            finding("about-wrong", f"entry {index} ({e['kind']}) is about an entry, or about none, as its kind cannot be", index)
        if e["kind"] in PERMANENT and e["base"] != "none":
            finding("base-on-permanent", f"entry {index} ({e['kind']}) has a retention base, and its kind is kept for ever", index)
        record = records.at(index)
        check_base(e, newest, trusts, record)
        if record is not None:
            check_record(e, record)
            if index in shown.corrected and e["state"] == "opened" and e["kind"] in RECORDS:
                corrections.opened.add(index)
                if corrections.about.get(index, []) != shown.corrected[index]:
                    finding("reading-differs", f"entry {index}: its corrections are not all shown", index)
                corrections.check_reading(index, record)
        elif e["state"] == "opened":
            corrections.check(e)
        if e["kind"] == "correction" and (int(e["about"]) in corrections.opened) != (e["state"] == "opened"):
            what = f"entry {index}: a correction is opened with its record, and never without it"
            finding("not-in-range", what, index, "data/corrections.csv")
        if e["state"] not in counted or (e["kind"] not in ERASABLE and e["state"] != "withheld"):
            finding("not-in-range", f"entry {index}: a state that cannot be: {e['state']}", index, "data/entries.csv")
        elif e["state"] != "opened" or e["kind"] in RECORDS:
            counted[e["state"]] += 1
        erasures.judge(index, e, shown.amended, years)
        erasures.judge_extra(index, e, newest, years)
    records.end()
    corrections.current.end()
    for index in sorted(set(corrections.rows) - {at for all_of_it in shown.corrected.values() for at in all_of_it}):
        finding("not-in-range", f"corrections.csv: entry {index} is no correction of the range", index, "data/corrections.csv")
    return counted, erasures


def check_sparse(folder, language, listed, size, root, trusts):
    """Opened entries, each with a proof that it is in the log of the checkpoint."""
    note = read(folder, "data/checkpoint", MOST_NOTE)
    records, corrections = Records(folder, language), Corrections(folder, language, listed)
    opened, proofs, last, unseen = set(), set(), -1, set(corrections.rows)
    for e in entries(folder, language):
        index = int(e["index"])
        record = records.at(index) if e["kind"] != "correction" else None
        row = corrections.of(e) or record
        if row is None or index <= last or e["state"] != "opened" or e["kind"] not in RECORDS | {"correction"}:
            what = f"entries.csv: entry {index} is not in order, or not an opened record or correction that is there"
            finding("not-in-range", what, index, "data/entries.csv")
            last = index
            continue
        last = index
        check_leaf(e)
        if e["kind"] == "correction":
            unseen.discard(index)
            corrections.check(e)
            if int(e["about"]) not in opened:
                what = f"entry {index}: a correction is opened with its record, and never without it"
                finding("not-in-range", what, index, "data/corrections.csv")
        else:
            check_record(e, record)
            corrections.check_reading(index, record)
            opened.add(index)
        check_base(e, legal_day(e["time"]), trusts, record)
        name = f"data/proofs/{index}.tlog-proof"
        proofs.add(name)
        head, parted, behind = (read(folder, name, 2 * MOST_NOTE) if name in listed else b"").partition(b"\n\n")
        lines = head.decode("utf-8", "replace").split("\n")
        proof = [b64(line, 32) for line in lines[2:]]
        good = lines[:2] == ["c2sp.org/tlog-proof@v1", f"index {index}"] and behind == note and None not in proof
        if not parted or not good or root_of_inclusion(index, size, b64(e["leaf"], 32), proof) != root:
            finding("not-in-log", f"entry {index} is not proved to be in this log", index)
    records.end()
    corrections.current.end()
    for index in sorted(unseen):
        finding("not-in-range", f"corrections.csv: entry {index} is not in entries.csv", index, "data/corrections.csv")
    for name in sorted(name for name in listed if name.startswith("data/proofs/") and name not in proofs):
        finding("file-extra", f"{name} is a proof of an entry that is not opened", None, name)
    return len(opened)


def check(folder, given):
    """All of it; what the answer says of the folder."""
    if read(folder, "bagit.txt") != BAGIT:
        raise Unusable("bagit.txt", "not-bagit", "it is not BagIt 1.0")
    # What a spreadsheet program has saved is said first: the findings behind it are its doing.
    check_resaved(folder, {name for name in COLUMNS})
    listed = check_files(folder)
    language = language_of(folder)
    if "data/proof" not in listed:
        note = note_of(read(folder, "data/checkpoint", MOST_NOTE))
        claimed = checkpoint_of(note[0]) if note else None
        if claimed is None:
            raise Unusable("data/checkpoint", "not-a-checkpoint", "it is not a checkpoint")
        _, size, root = claimed
        genesis, keys, trusts = check_origin(folder, size, root)
        _, key = check_checkpoint(folder, listed, keys, given)
        opened = check_sparse(folder, language, listed, size, root, trusts)
        check_stamps(folder, listed, [], size)
        report.not_checked.append("between")
        said = {"first": None, "opened": opened, "withheld": None, "erased": None, "erased_since": None, "selection": True}
    else:
        shown_acts = read_acts(folder)
        note = note_of(read(folder, "data/checkpoint", MOST_NOTE)) if "data/checkpoint" in listed else None
        claimed = checkpoint_of(note[0]) if note else None
        shown = Range(folder, language, claimed[1] if claimed else None)
        size, root = shown.tree.size, shown.tree.root()
        genesis, keys, trusts = check_origin(folder, size, root)
        checkpoint, key = check_checkpoint(folder, listed, keys, given)
        if checkpoint is not None:
            check_mark(shown, checkpoint[1], checkpoint[2])
        check_acts(shown_acts, shown.acts)
        told = {key.since - 1 for key in keys}
        for e in shown.acts:
            if e["kind"] == "key" and int(e["index"]) not in told:
                finding("key-unreadable", f"origin.jsonl: key entry {e['index']} is missing", int(e["index"]))
        counted, erasures = check_range(folder, language, listed, shown, int(genesis["retention_years"]), trusts)
        check_stamps(folder, listed, erasures.times, size)
        selection = bool(counted["withheld"] or counted["erased-since"] or shown.first)
        report.not_checked += ["before-range"] * bool(shown.first) + ["erased-since"] * bool(counted["erased-since"])
        said = {"first": shown.first, "opened": counted["opened"], "withheld": counted["withheld"], "erased": counted["erased"],
                "erased_since": counted["erased-since"], "selection": selection}
    said.update({"origin": genesis["origin"], "operator": genesis["operator"], "size": size,
                 "root": base64.b64encode(root).decode(), "signed_by": str(key) if key is not None else None})
    return said


NOT_CHECKED = {
    "signature": "who has signed: nothing is signed",
    "key": "whether the signature is by the right key: none was given (--key)",
    "timestamp": "whether an authority has signed a timestamp (openssl ts -verify)",
    "before-range": "what lies before the range",
    "between": "what lies between the entries that are shown",
    "erased-since": "whether what was erased after that was erased lawfully",
}


def tell(said, stopped):
    """The answer in the end, and its status."""
    good = not report.findings and stopped is None
    unread = stopped is not None and stopped.fault is None and not report.findings
    answer = {"verified": good, "findings": report.findings, "notices": report.notices,
              "not_checked": sorted(set(report.not_checked)), "not_proved": report.not_proved}
    if stopped is not None:
        answer.update({"file": stopped.file, "fault": stopped.fault, "why": stopped.text})
    answer.update(said or {})
    if report.json:
        report.say(json.dumps(answer))
        return 0 if good else 2 if unread else 1
    if unread:
        report.say(f"COULD NOT BE CHECKED: {stopped.file}: {stopped.text}")
        return 2
    if said is not None:
        log = f"the log {said['origin']} ({said['operator']})"
        if said["first"] is None:
            report.say(f"{said['opened']} entries of {log}, which had {said['size']}")
            report.say("This is a selection: nothing is claimed about what lies between them.")
        else:
            if said["first"] == said["size"]:
                report.say(f"no entry of {log}, which had {said['size']}")
            else:
                report.say(f"entries {said['first']} to {said['size'] - 1} of {log}")
            report.say(f"opened {said['opened']}, withheld {said['withheld']}, erased {said['erased']}")
            if said["erased_since"]:
                report.say(f"erased after that: {said['erased_since']}; that it was lawful is not shown here")
            if said["selection"]:
                report.say("This is a selection: it does not show all of the log.")
        if said["signed_by"] is not None:
            report.say(f"signed by {said['signed_by']}")
    for what in answer["not_checked"]:
        report.say("not checked: " + NOT_CHECKED[what])
    if report.not_proved:
        report.say("not proved, and nothing counts on it: " + ", ".join(report.not_proved))
    if stopped is not None:
        report.say(f"NOT VERIFIED: {stopped.file}: {stopped.text}")
    else:
        report.say("VERIFIED: what is shown is in the log, unaltered" if good else f"NOT VERIFIED: {len(report.findings)} findings")
    return 0 if good else 1


def command_line(arguments):
    """The folder and the keys."""
    folders, keys, options = [], [], True
    at = 0
    while at < len(arguments):
        argument = arguments[at]
        at += 1
        if not options or not argument.startswith("-"):
            folders.append(argument)
        elif argument == "--":
            options = False
        elif argument in ("-h", "--help"):
            raise Help
        elif argument == "--json":
            report.json = True
        elif argument == "--key" or argument.startswith("--key="):
            if argument == "--key" and at == len(arguments):
                raise Usage("--key needs a verifier key: NAME+ID+KEY")
            keys.append(verifier_key(arguments[at] if argument == "--key" else argument[len("--key="):]))
            at += argument == "--key"
        else:
            raise Usage(f"no such option: {argument}")
    if len(folders) > 1:
        raise Usage("more than one folder: " + ", ".join(folders))
    if folders == [""]:
        raise Usage("the name of the folder is empty")
    return folders[0] if folders else os.path.dirname(os.path.dirname(os.path.abspath(__file__))), keys


def run(arguments):
    """The status. Nothing but a folder that holds is 0, whatever goes wrong here; and the help, which checks nothing."""
    try:
        report.json = "--json" in arguments
        folder, keys = command_line(arguments)
        said = check(folder, keys)
        return tell(said, None)
    except Help:
        report.say(json.dumps({"usage": __doc__.strip()}) if report.json else __doc__.strip())
        return 0
    except Usage as why:
        text = plain(str(why))
        if report.json:
            report.say(json.dumps({"error": {"status": 2, "code": "usage", "message": text}}))
        else:
            report.say(f"usage error: {text}\n\n{__doc__.strip()}")
        return 2
    except Unusable as why:
        return tell(None, why)
    except KeyboardInterrupt:
        report.say("COULD NOT BE CHECKED: it was stopped")
        return 130
    except Exception as why:  # nothing that a folder holds may end in a traceback, or pass
        what = plain(f"{type(why).__name__}: {why}")
        if report.json:
            report.say(json.dumps({"verified": False, "findings": report.findings, "fault": "unexpected", "why": what}))
        else:
            report.say(f"COULD NOT BE CHECKED: something that this program did not expect: {what}")
        return 1


def main():
    for stream in (sys.stdout, sys.stderr):
        # Names that the encoding of a console does not have are written as \uXXXX: they must not end the check.
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    status = run(sys.argv[1:])
    if report.lost is not None and status == 0:
        status = 6
    try:
        if sys.stderr is not None and report.lost is not None:
            print(f"the answer could not be written: {report.lost}", file=sys.stderr)
    except (OSError, ValueError):
        pass
    # Without the flush at the end of Python, which would change the status where nobody reads.
    os._exit(status)


if __name__ == "__main__":
    main()
