#!/usr/bin/env python3
"""Checks a folder that provlog exported. Python 3.8 or newer, its standard library alone.

usage: verify.py [FOLDER] [--key NAME+ID+KEY]      (FOLDER: by default the one that this file lies in)

Status 0: everything that the folder shows holds; 1: something does not; 2: the folder cannot be read.

This program came with the folder, from the party that is being checked: compare it with a copy from the project's
releases, or write your own from FORMAT.md. It calls openssl for the signature, where there is one, else it says that
the signature was not checked. Without --key it believes the key that the log itself names.
"""
import base64
import csv
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

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
RECORDS = {"provision", "receipt"}
CORRECTION_COLUMNS = [
    "index", "about", "void", "fields", *("set_" + field for field in FIELDS), "reason", "handler", "facts_salt", "extra_salt"
]
CORRECTION_FACTS = ["fields", "void", *("set_" + field for field in FACTS)]
CORRECTION_EXTRA = ["reason", "handler", *("set_" + field for field in FIELDS if field in EXTRA)]
CURRENT_COLUMNS = ["index", "void", *FIELDS]
ERASABLE = {"provision", "receipt", "correction", "stop-request", "disclosure", "recipient"}
SLACK = datetime.timedelta(minutes=5)  # so much may the clocks of one moment differ

findings = []


def finding(text):
    findings.append(text)
    print("FINDING:", text)


class Unusable(Exception):
    """The folder cannot be read as what it should be."""


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def b64(text, length):
    """Canonical base64 of so many bytes, or None."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if len(data) == length and base64.b64encode(data).decode() == text else None


def node(left, right):
    return sha256(b"\x01", left, right)


class Tree:
    """The right edge of a growing tree (RFC 6962, 2.1)."""

    def __init__(self, size, peaks):
        self.size, self.peaks = size, list(peaks)

    def push(self, leaf):
        number = self.size
        while number & 1:
            leaf = node(self.peaks.pop(), leaf)
            number >>= 1
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


def read(folder, name, most=-1):
    try:
        with open(os.path.join(folder, *name.split("/")), "rb") as file:
            return file.read(most)
    except OSError as error:
        raise Unusable(f"{name}: {error.strerror}")


def check_manifest(folder, name, everything):
    """RFC 8493, section 2.1.3: what is listed is there and is that; with `everything`, nothing else is in data/."""
    listed = {}
    for line in read(folder, name).decode("utf-8", "replace").splitlines():
        digest, _, path = line.partition("  ")
        parts = path.split("/")
        if not re.fullmatch("[0-9a-f]{64}", digest) or ".." in parts or "" in parts or "\\" in path or ":" in path:
            finding(f"{name}: a line that is not digest and path inside the folder: {line!r}")
            continue
        if path in listed:
            finding(f"{name}: {path} is listed twice")
        listed[path] = digest
    for path, digest in sorted(listed.items()):
        whole = os.path.join(folder, *path.split("/"))
        if os.path.islink(whole) or not os.path.isfile(whole):
            finding(f"{path} is listed in {name} and not there as a file")
            continue
        found = hashlib.sha256()
        with open(whole, "rb") as file:
            for piece in iter(lambda: file.read(1 << 20), b""):
                found.update(piece)
        if found.hexdigest() != digest:
            finding(f"{path} was changed: its digest is not the one in {name}")
    if everything:
        for parent, folders, files in os.walk(os.path.join(folder, "data")):
            for file in files + [f for f in folders if os.path.islink(os.path.join(parent, f))]:
                path = os.path.relpath(os.path.join(parent, file), folder).replace(os.sep, "/")
                if path not in listed:
                    finding(f"{path} is in the folder and not in {name}")
    return listed


def rows(folder, name, columns):
    """The rows of a CSV file as FORMAT.md, "From cells to parts", writes it."""
    if read(folder, name, 3) != b"\xef\xbb\xbf":
        raise Unusable(f"{name}: no byte order mark")
    path = os.path.join(folder, *name.split("/"))
    csv.field_size_limit(1 << 30)
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        next(reader, None)
        for row in reader:
            if len(row) != len(columns):
                raise Unusable(f"{name}, line {reader.line_num}: {len(row)} cells instead of {len(columns)}")
            yield dict(zip(columns, row))


def part(record, keys):
    """A part rebuilt from its cells: canonical JSON (RFC 8785) of strings and arrays of strings."""
    members = {}
    for key in keys:
        if record[key] != "":
            members[key] = record[key].split("\n") if key in LISTS else record[key]
    if not members:
        return b""
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def part_hash(tag, salt, text):
    """What stands for a part in the header."""
    if text == b"":
        return "-" if salt == "" else None
    raw = b64(salt, 16)
    return raw and base64.b64encode(sha256(bytes([tag]), raw, text)).decode()


def header_text(e):
    return (
        f"provlog/1\nindex {e['index']}\nprev {e['prev']}\ntime {e['time']}\nkind {e['kind']}\nabout {e['about']}\n"
        f"base {e['base']}\nfacts {e['facts']}\nextra {e['extra']}\n"
    ).encode("utf-8")


def instant(time):
    return datetime.datetime.strptime(time, "%Y-%m-%dT%H:%M:%S.%fZ")


def legal_day(time):
    """The day in Japan."""
    return (instant(time) + datetime.timedelta(hours=9)).date()


def day(text):
    return datetime.date(*map(int, text.split("-")))


def first_day_of_deletion(base, years):
    following = base + datetime.timedelta(days=1)
    try:
        return following.replace(year=following.year + years)
    except ValueError:
        return datetime.date(following.year + years, 3, 1)


class Range:
    """What the headers of the range show (steps 1 to 4 and 11); of each entry no more is kept than later steps need."""

    def __init__(self, folder):
        lines = read(folder, "data/proof").decode("ascii", "replace").splitlines()
        if not lines or not re.fullmatch("first (0|[1-9][0-9]*)", lines[0]):
            raise Unusable("data/proof: its first line is not `first INDEX`")
        self.first = int(lines[0][6:])
        peaks = [b64(line, 32) for line in lines[1:]]
        if None in peaks or len(peaks) != bin(self.first).count("1"):
            raise Unusable("data/proof: not the hashes that belong to that index")
        self.tree, prev = Tree(self.first, peaks), None
        self.acts = []  # the permanent entries
        self.amended = {}  # entry -> bases of the entries about it
        self.corrected = {}  # record -> its corrections
        newest, newest_time = None, None
        for e in rows(folder, "data/entries.csv", ENTRY_COLUMNS):
            expected = self.tree.size
            if e["index"] != str(expected):
                finding(f"entries.csv: entry {expected} is missing: the next one there is {e['index']}")
                raise Unusable("the range has a gap")
            leaf = check_leaf(e)
            if prev is not None and e["prev"] != prev:
                finding(f"entry {expected}: it does not name the entry before")
            prev = e["leaf"]
            self.tree.push(leaf)
            today = legal_day(e["time"])
            now = instant(e["time"])
            newest_time = now if newest_time is None else max(newest_time, now)
            newest = today if newest is None else max(newest, today)
            if e["about"] != "-":
                self.amended.setdefault(int(e["about"]), []).append(e["base"])
                if e["kind"] == "correction":
                    self.corrected.setdefault(int(e["about"]), []).append(expected)
            if e["kind"] not in ERASABLE:
                e["newest"] = newest_time
                self.acts.append(e)


def check_leaf(e):
    leaf = sha256(b"\x00", header_text(e))
    if base64.b64encode(leaf).decode() != e["leaf"]:
        finding(f"entry {e['index']}: its header does not hash to its leaf hash")
    return leaf


def verifier_key(text):
    """Name, ID and the 32 bytes of NAME+ID+KEY."""
    parts = text.strip().split("+", 2)
    raw = b64(parts[2], 33) if len(parts) == 3 else None
    if raw is None or raw[0] != 1:
        raise Unusable(f"not a verifier key: {text}")
    return parts[0], raw[1:]


def openssl_verifies(key, signature, text):
    """True, False, or None where there is no openssl to ask."""
    with tempfile.TemporaryDirectory() as scratch:
        path = lambda name: os.path.join(scratch, name)
        # SubjectPublicKeyInfo of Ed25519 (RFC 8410).
        for name, data in (("key", bytes.fromhex("302a300506032b6570032100") + key), ("sig", signature), ("text", text)):
            with open(path(name), "wb") as file:
                file.write(data)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", path("key"), "-rawin",
                   "-in", path("text"), "-sigfile", path("sig")]
        try:
            done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        except OSError:
            return None
        if done.returncode != 0 and b"rawin" in done.stderr:
            return None
        return done.returncode == 0


def read_checkpoint(folder, listed):
    """Text, size, root and signature lines of the checkpoint; None where there is none to be read."""
    if "data/checkpoint" not in listed:
        return None
    raw = read(folder, "data/checkpoint", 65537)
    if len(raw) > 65536 or any(b < 0x20 and b != 0x0A for b in raw):
        return finding("data/checkpoint is not a signed note")
    try:
        text, _, signatures = raw.decode("utf-8").rpartition("\n\n")
    except UnicodeDecodeError:
        return finding("data/checkpoint is not UTF-8")
    text += "\n"
    lines = text.split("\n")
    if len(lines) < 4 or b64(lines[2], 32) is None or not re.fullmatch("0|[1-9][0-9]*", lines[1]):
        return finding("data/checkpoint is not a checkpoint")
    signed = signatures.split("\n")
    if signed[-1] != "" or not 1 <= len(signed) - 1 <= 16:
        return finding("data/checkpoint does not have 1 to 16 signature lines")
    return text, lines[0], int(lines[1]), b64(lines[2], 32), signed[:-1]


def check_checkpoint(listed, checkpoint, size, root, origin, keys, given):
    """Step 12."""
    if "data/checkpoint" not in listed:
        print("notice: the folder is not signed: nothing shows that the log was not rewritten as a whole")
        return
    if checkpoint is None:
        return
    text, name_of_log, its_size, its_root, signed = checkpoint
    if name_of_log != origin:
        finding(f"the checkpoint is of another log: {name_of_log}, not {origin}")
    if its_size != size:
        finding(f"the checkpoint is of {its_size} entries, the range ends with {size}")
    elif its_root != root:
        finding("the headers do not lead to the root of the checkpoint")
    known = [given] if given else [key for key in keys if key[2] <= size][-1:]
    verdict = "unknown"
    for line in signed:
        match = re.fullmatch("\u2014 ([^ +]+) ([A-Za-z0-9+/]+=*)", line)
        try:
            data = base64.b64decode(match.group(2), validate=True) if match else b""
        except ValueError:
            data = b""
        if len(data) < 5 or base64.b64encode(data).decode() != match.group(2):
            return finding("data/checkpoint has a line that is no signature")
        for name, key, *_ in known:
            if match.group(1) == name and data[:4] == sha256(name.encode(), b"\n\x01", key)[:4]:
                result = openssl_verifies(key, data[4:], text.encode()) if len(data) == 68 else False
                if result is False:
                    return finding("the signature on the checkpoint is not by the key that it names")
                verdict = "not checked" if result is None else "good"
    if verdict == "unknown":
        finding("no known key has signed the checkpoint")
    elif verdict == "not checked":
        print("notice: signature not checked: no openssl that can (1.1.1 or newer)")
    elif not given:
        print("notice: the signature is by the key that the log itself names; compare it with the one you were told (--key)")
    for name in sorted(name for name in listed if name.endswith(".tsr")):
        print(f"notice: {name} is a timestamp; check it: openssl ts -verify -in {name} -data data/checkpoint -CAfile ROOT")


def load_json(text, name):
    try:
        return json.loads(text)
    except ValueError:
        raise Unusable(f"{name}: not JSON")


def check_origin(folder, size, root):
    """The genesis, every change of keys and every trust entry, each proved to be in the log; the genesis' facts, the keys,
    and what the trust entries cover."""
    genesis, keys, trusts, last = None, [], [], -1
    for line in read(folder, "data/origin.jsonl").decode("utf-8").splitlines():
        entry = load_json(line, "data/origin.jsonl")
        index, header = entry["index"], entry["header"].encode("utf-8")
        proof = [b64(hash_, 32) for hash_ in entry["inclusion"]]
        if None in proof or root_of_inclusion(index, size, sha256(b"\x00", header), proof) != root:
            finding(f"origin.jsonl: entry {index} is not in this log")
        lines = entry["header"].split("\n")
        salted = part_hash(2, entry["facts_salt"], entry["facts"].encode("utf-8"))
        trust = index > 0 and lines[4] == "kind trust"
        kind = "kind genesis" if index == 0 else "kind trust" if trust else "kind key"
        if lines[1] != f"index {index}" or lines[4] != kind or lines[7] != f"facts {salted}":
            finding(f"origin.jsonl: the facts of entry {index} are not those of its header")
        facts = json.loads(entry["facts"])
        genesis = genesis or facts
        key = None if trust else b64(facts["public_key"], 32)
        if (key is None) != trust or index <= last or (index == 0) != (last == -1):
            raise Unusable("data/origin.jsonl: not the genesis, the keys and the trust entries in their order")
        last = index
        if trust:
            trusts.append((index, lines[3], trusted_range(index, facts)))
            continue
        keys.append((genesis["origin"], key, index + 1 if index else 0))
    if genesis is None:
        raise Unusable("data/origin.jsonl is empty")
    return genesis, keys, trusts


def trusted_range(index, facts):
    """First and last of the records that a trust entry is about; nothing where that cannot be read."""
    parts = re.fullmatch("(0|[1-9][0-9]*)-(0|[1-9][0-9]*)", facts.get("range", ""))
    first, last = map(int, parts.groups()) if parts else (0, -1)
    if first != index + 2 or last < first:
        finding(f"which records trust entry {index} is about cannot be read")
        return 0, -1
    print(f"notice: the retention of entries {first} to {last} counts from dates that a file claims, by entry {index}")
    return first, last


def check_base(e, newest, trusts, record):
    """Step 6; `newest` is the newest day that counts, `record` the row of an opened record."""
    index = int(e["index"])
    if e["kind"] in ERASABLE and e["base"] == "none":
        finding(f"entry {index} has no retention base")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", e["base"]) or day(e["base"]) >= newest:
        return
    before = [trust for trust in trusts if trust[0] < index][-1:]
    covered = any(first <= index <= last and f"time {e['time']}" == time for _, time, (first, last) in before)
    claim = record["claimed_recorded_on"] if record is not None else None
    if e["kind"] not in RECORDS or not covered or claim == "":
        finding(f"entry {index}: its retention base lies before a time that stands earlier in the log")
    elif claim is not None and e["base"] < claim:
        finding(f"entry {index}: its retention base lies before the day on which it claims to have been recorded")


def check_acts(folder, permanent):
    """The facts of every permanent entry in the range."""
    acts = {}
    for line in read(folder, "data/acts.jsonl").decode("utf-8", "replace").splitlines():
        act = load_json(line, "data/acts.jsonl")
        if act["index"] in acts:
            finding(f"acts.jsonl: entry {act['index']} is there twice")
        acts[act["index"]] = act
    for e in permanent:
        act = acts.pop(int(e["index"]), None)
        if act is None:
            finding(f"entry {e['index']} ({e['kind']}): its facts are missing")
        elif part_hash(2, act["facts_salt"], act["facts"].encode("utf-8")) != e["facts"]:
            finding(f"entry {e['index']} ({e['kind']}): its facts are not those of its header")
        else:
            e["act"] = json.loads(act["facts"])
    for index in acts:
        finding(f"acts.jsonl: entry {index} is not a permanent entry of the range")


class Records:
    """The rows of records.csv or current.csv, each taken by its entry."""

    def __init__(self, folder, name="records.csv", columns=RECORD_COLUMNS, there=True):
        self.name = name
        self.rows = rows(folder, "data/" + name, columns) if there else iter(())
        self.next = next(self.rows, None)

    def stray(self):
        finding(f"{self.name}, entry {self.next['index']}: not in entries.csv, or not in order")
        self.next = next(self.rows, None)

    def at(self, index):
        """The row of this entry, or None. Rows before it belong to none."""
        found = None
        while self.next is not None:
            number = self.next["index"]
            if re.fullmatch("0|[1-9][0-9]*", number) and int(number) > index:
                break
            if found is None and number == str(index):
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

    def __init__(self, folder, listed):
        self.rows, self.about = {}, {}
        self.current = Records(folder, "current.csv", CURRENT_COLUMNS, "data/current.csv" in listed)
        self.opened = set()  # the corrected records that are opened
        if "data/corrections.csv" in listed:
            for row in rows(folder, "data/corrections.csv", CORRECTION_COLUMNS):
                index = int(row["index"]) if re.fullmatch("0|[1-9][0-9]*", row["index"]) else -1
                if not re.fullmatch("0|[1-9][0-9]*", row["about"]) or index <= max(self.rows, default=-1):
                    finding(f"corrections.csv, entry {row['index']}: not in order, or about nothing")
                    continue
                self.rows[index] = row
                self.about.setdefault(int(row["about"]), []).append(index)

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
            finding(f"current.csv does not show entry {index} as its corrections leave it")

    def check(self, e):
        """Steps 2 and 7 for an opened correction."""
        row, where = self.of(e), f"corrections.csv, entry {e['index']}"
        if row is None:
            return finding(f"{where}: listed as opened and not there")
        if part_hash(2, row["facts_salt"], part(row, CORRECTION_FACTS)) != e["facts"]:
            finding(f"{where}: its facts are not those of its header")
        if part_hash(3, row["extra_salt"], part(row, CORRECTION_EXTRA)) != e["extra"]:
            finding(f"{where}: its other cells are not those of its header")
        last = max(row["set_period_to"], row["set_provided_on"], row["set_received_on"])
        if last and e["base"] != "open" and e["base"] < last:
            finding(f"{where}: its retention base lies before the last day of provision")


def check_record(e, record):
    """Steps 2 and 7 for an opened record."""
    where = f"records.csv, entry {record['index']}"
    if part_hash(2, record["facts_salt"], part(record, FACTS)) != e["facts"]:
        finding(f"{where}: its facts are not those of its header")
    if part_hash(3, record["extra_salt"], part(record, EXTRA)) != e["extra"]:
        finding(f"{where}: its other cells are not those of its header")
    last = record["period_to"] if record["method"] == "bulk" else record["provided_on"] or record["received_on"]
    if e["state"] != "opened" or e["kind"] not in RECORDS:
        finding(f"{where}: entries.csv does not list it as opened")
    elif last and e["base"] != "open" and e["base"] < last:
        finding(f"{where}: its retention base lies before the last day of provision")


class Erasures:
    """The runs that the erasure entries of the range name (steps 5, 9 and 10), and the judgement of an entry (step 8)."""

    def __init__(self, shown):
        self.runs, self.times, self.extras, self.holds = [], [], [], []
        for e in shown.acts:
            if e["kind"] == "hold" and "act" in e:
                runs = [re.fullmatch(r"(\d+)-(\d+)", run) for run in e["act"].get("runs", [])]
                runs = [(int(r.group(1)), int(r.group(2))) for r in runs if r]
                ends = [end for run in runs for end in run]
                written = [f"{low}-{high}" for low, high in runs]
                apart = all(high < low for (_, high), (low, _) in zip(runs, runs[1:]))
                if not runs or written != e["act"]["runs"] or ends != sorted(ends) or not apart or ends[-1] >= int(e["index"]):
                    finding(f"what the hold in entry {e['index']} names cannot be read")
                    runs = []
                self.holds.append([int(e["index"]), None, runs])
            if e["kind"] == "release" and e["about"] != "-":
                for hold in self.holds:
                    if hold[0] == int(e["about"]) and hold[1] is None:
                        hold[1] = int(e["index"])
        self.gone = {}  # entry that others are about -> its base, whether it was erased, its kind
        for e in shown.acts:
            if e["kind"] != "erasure" or "act" not in e:
                continue
            index, now, today = int(e["index"]), instant(e["time"]), legal_day(e["time"])
            if e["newest"] - now > SLACK:
                finding(f"erasure entry {index}: its time lies behind an earlier one")
            parse = lambda key: [re.fullmatch(r"(\d+)-(\d+) (\S+) (\S+)", run) for run in e["act"].get(key, [])]
            both, extras = parse("runs"), parse("extras")
            runs = both + extras
            if not runs or None in runs:
                finding(f"erasure entry {index} cannot be read")
                continue
            confirmed = e["act"].get("confirmed_on")
            if confirmed is None:
                finding(f"erasure entry {index} does not say that a person had stated the day")
            elif confirmed != today.isoformat():
                finding(f"erasure entry {index}: the date confirmed is not its day")
            self.times.append((index, now))
            for run in runs:
                low, high = max(int(run.group(1)), shown.first), int(run.group(2))
                if high >= index:
                    finding(f"erasure entry {index} names an entry that does not come before it")
                if low <= high:
                    named = (low, min(high, index - 1), index, today, run.group(3), run.group(4))
                    (self.runs if run in both else self.extras).append(named)
        for runs in (self.runs, self.extras):
            runs.sort()
            for before, after in zip(runs, runs[1:]):
                if after[0] <= before[1]:
                    finding(f"entry {after[0]} was erased twice")
        self.first = shown.first
        self.passed, self.latest, self.at = 0, None, 0

    def check_order(self, index, now):
        """Step 5; entries come in order."""
        if self.latest is not None and self.latest - now > SLACK:
            finding(f"entry {index} is older than an erasure before it: the clock was ahead when it erased")
        if self.passed < len(self.times) and self.times[self.passed][0] == index:
            self.latest = max(self.latest or now, now)
            self.passed += 1

    def held(self, index, at):
        for hold, released, runs in self.holds:
            if hold < at and (released is None or released > at) and any(low <= index <= high for low, high in runs):
                return hold
        return None

    def compare(self, index, run, base, years):
        _, _, erasure, erased_on, claimed, free = run
        allowed = first_day_of_deletion(base, years)
        if erased_on < allowed:
            finding(f"entry {index} was erased on {erased_on}, before {allowed}")
        if (claimed, free) != (base.isoformat(), allowed.isoformat()):
            finding(f"erasure entry {erasure} claims another base or first day for entry {index}")

    def judge_extra(self, index, e, newest, years):
        """A reason or a handler may go while the act that it explains stays."""
        for run in (run for run in self.extras if run[0] <= index <= run[1]):
            if e["kind"] in ERASABLE:
                finding(f"erasure entry {run[2]} names the extra part of entry {index}, which is a record")
            if self.held(index, run[2]) is not None:
                finding(f"entry {index} was erased by entry {run[2]} under a hold")
            if e["extra"] == "-":
                finding(f"erasure entry {run[2]} names the extra part of entry {index}, which has none")
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
            finding(f"entry {index} corrects entry {about}, which is no record")
        elif with_record is not None and with_record[1] != (run is not None):
            finding(f"entry {index} corrects entry {about}, and only one of the two was erased")
        if (e["state"] == "erased") != (run is not None):
            what = "is named by an erasure, and not erased" if run else "is erased, and no erasure names it"
            return finding(f"entry {index} {what}")
        if run is None:
            return
        if any(self.held(held, run[2]) is not None for held in (index, about) if held is not None):
            finding(f"entry {index} was erased by entry {run[2]} under a hold")
        bases = [e["base"], *amended.get(index, [])]
        if e["kind"] == "correction":
            # A correction goes with its record; where that lies outside the range, its claim stands for it.
            bases = [with_record[0], *amended.get(about, [])] if with_record is not None else [run[4]]
        bases = [b for b in bases if re.fullmatch(r"\d{4}-\d\d-\d\d", b)]
        if e["kind"] not in ERASABLE or not bases:
            return finding(f"erasure entry {run[2]} names entry {index}, which may not be erased")
        self.compare(index, run, day(max(bases)), years)


def check_range(folder, listed, shown, years, trusts):
    """The second reading: what the folder shows of each entry, and what was erased."""
    counted = {"opened": 0, "withheld": 0, "erased": 0, "erased-since": 0}
    records, corrections = Records(folder), Corrections(folder, listed)
    erasures, newest = Erasures(shown), None
    for e in rows(folder, "data/entries.csv", ENTRY_COLUMNS):
        index, today = int(e["index"]), legal_day(e["time"])
        erasures.check_order(index, instant(e["time"]))
        newest = today if newest is None else max(newest, today)
        if e["facts"] == "-":
            finding(f"entry {index} has no facts")
        record = records.at(index)
        check_base(e, newest, trusts, record)
        if record is not None:
            check_record(e, record)
            if index in shown.corrected:
                corrections.opened.add(index)
                if corrections.about.get(index, []) != shown.corrected[index]:
                    finding(f"entry {index}: its corrections are not all shown")
                corrections.check_reading(index, record)
        elif e["state"] == "opened":
            corrections.check(e)
        if e["kind"] == "correction" and (int(e["about"]) in corrections.opened) != (e["state"] == "opened"):
            finding(f"entry {index}: a correction is opened with its record, and never without it")
        if e["state"] not in counted or (e["kind"] not in ERASABLE and e["state"] != "withheld"):
            finding(f"entry {index}: a state that cannot be: {e['state']}")
        elif e["state"] != "opened" or e["kind"] in RECORDS:
            counted[e["state"]] += 1
        erasures.judge(index, e, shown.amended, years)
        erasures.judge_extra(index, e, newest, years)
    records.end()
    corrections.current.end()
    for index in set(corrections.rows) - {at for all_of_it in shown.corrected.values() for at in all_of_it}:
        finding(f"corrections.csv: entry {index} is no correction of the range")
    return counted


def check_sparse(folder, listed, size, root, trusts):
    """Opened entries, each with a proof that it is in the log of the checkpoint."""
    note = read(folder, "data/checkpoint")
    records, corrections = Records(folder), Corrections(folder, listed)
    opened, proofs, last, unseen = 0, 0, -1, set(corrections.rows)
    for e in rows(folder, "data/entries.csv", ENTRY_COLUMNS):
        index = int(e["index"])
        if e["index"] != str(index) or index <= last or (index == 0) != (e["prev"] == "-"):
            finding(f"entries.csv: entry {e['index']} is not in order")
        last = index
        leaf, record = check_leaf(e), records.at(index)
        if e["state"] != "opened":
            finding(f"entry {index}: a folder of single proofs lists opened entries only")
        if e["kind"] == "correction":
            unseen.discard(index)
            corrections.check(e)
        elif record is None:
            finding(f"entry {index} is not in records.csv")
        else:
            check_record(e, record)
            corrections.check_reading(index, record)
            opened += 1
        check_base(e, legal_day(e["time"]), trusts, record)
        proofs += 1
        name = f"data/proofs/{index}.tlog-proof"
        head, _, behind = (read(folder, name) if name in listed else b"").partition(b"\n\n")
        lines = head.decode("utf-8", "replace").split("\n")
        proof = [b64(line, 32) for line in lines[2:]]
        good = lines[:2] == ["c2sp.org/tlog-proof@v1", f"index {index}"] and behind == note and None not in proof
        if not good or root_of_inclusion(index, size, leaf, proof) != root:
            finding(f"entry {index} is not proved to be in this log")
    records.end()
    corrections.current.end()
    for index in unseen:
        finding(f"corrections.csv: entry {index} is not in entries.csv")
    if sum(name.startswith("data/proofs/") for name in listed) > proofs:
        finding("data/proofs has a proof of an entry that is not opened")
    return opened


def main():
    arguments, given = sys.argv[1:], None
    if "--key" in arguments:
        at = arguments.index("--key")
        if at + 1 == len(arguments):
            raise Unusable("--key needs a verifier key: NAME+ID+KEY")
        given = verifier_key(arguments[at + 1])
        del arguments[at:at + 2]
    folder = arguments[0] if arguments else os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if not read(folder, "bagit.txt").startswith(b"BagIt-Version: 1.0\n"):
        raise Unusable("bagit.txt: not BagIt 1.0")
    check_manifest(folder, "tagmanifest-sha256.txt", False)
    listed = check_manifest(folder, "manifest-sha256.txt", True)
    checkpoint = read_checkpoint(folder, listed)
    shown = Range(folder) if "data/proof" in listed else None
    if shown is not None:
        size, root = shown.tree.size, shown.tree.root()
    elif checkpoint is not None:
        size, root = checkpoint[2:4]
    else:
        raise Unusable("data/checkpoint: proofs of single entries need one")
    genesis, keys, trusts = check_origin(folder, size, root)
    origin, years = genesis["origin"], int(genesis["retention_years"])
    check_checkpoint(listed, checkpoint, size, root, origin, keys, given)
    if shown is None:
        opened = check_sparse(folder, listed, size, root, trusts)
        print(f"{opened} entries of the log {origin} ({genesis['operator']}), which had {size}")
        print("This is a selection: nothing is claimed about what lies between them.")
    else:
        check_acts(folder, shown.acts)
        told = {key[2] - 1 for key in keys}
        for e in shown.acts:
            if e["kind"] == "key" and int(e["index"]) not in told:
                finding(f"origin.jsonl: key entry {e['index']} is missing")
        counted = check_range(folder, listed, shown, years, trusts)
        print(f"entries {shown.first} to {size - 1} of the log {origin} ({genesis['operator']})")
        print(f"opened {counted['opened']}, withheld {counted['withheld']}, erased {counted['erased']}")
        if counted["erased-since"]:
            print(f"erased after that: {counted['erased-since']}; that it was lawful is not shown here")
        if counted["withheld"] or counted["erased-since"] or shown.first:
            print("This is a selection: it does not show all of the log.")
    print("NOT VERIFIED" if findings else "VERIFIED: what is shown is in the log, unaltered")
    return 1 if findings else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Unusable as why:
        print("NOT VERIFIED:", why)
        sys.exit(1 if findings else 2)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError, csv.Error) as why:
        print("NOT VERIFIED: a file is not of the form that FORMAT.md gives:", repr(why))
        sys.exit(1)
