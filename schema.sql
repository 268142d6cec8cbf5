-- provlog: the whole schema of a ledger file, each part with the guarantee it gives.
-- What an entry means and how it is hashed: src/ledger/FORMAT.md. Who may write here: src/store only.
--
-- Above each table stands what holds each of its cells (FORMAT.md, "The ledger file"): h hashed, r recomputed, s signed by itself, i an id
-- that is one to one with what it stands for, f free within what is said there, c a constant; * with the fingerprint secret. A cell that
-- belongs to no part of its entry is empty. Nothing else may exist in the file.
--
-- Days are integers YYYYMMDD (legal days, Japan), times are milliseconds since 1970-01-01T00:00:00Z.
-- Nothing personal stands in any index: B-tree pages that split keep old bytes that secure_delete does not clear.

PRAGMA application_id = 0x50764C67;  -- 'PvLg': any other number is another program's database
PRAGMA user_version = 1;             -- a newer version is refused untouched

-- The log. Append-only: one row an entry, in order, without gaps. `leaf` is the leaf hash of the header, which the
-- next header names; the header itself is rebuilt from this row, so that what is verified is what is stored.
-- A part is present while its salt is; erased when only its hash is left; absent when neither is there.
-- cells: idx h, time h, kind h, about h, base h, leaf r, facts_salt h, extra_salt h, facts_hash h, extra_hash h, day h, terms i,
--        party i, principal_id h, principal_name h, items i, consent_evidence h, particulars i, circumstance i, note h, source_number h,
--        claimed_recorded_on h, import h, key h, line h, facts h, extra h, fingerprint r*
CREATE TABLE entry (
  idx                  INTEGER PRIMARY KEY,          -- index in the log, from 0
  time                 INTEGER NOT NULL,             -- what the system clock said
  kind                 INTEGER NOT NULL,
  about                INTEGER,                      -- the earlier entry that this one amends or closes
  base                 INTEGER,                      -- retention base: a day; 0 = open; NULL = none (kept for ever)
  leaf                 BLOB NOT NULL CHECK (length(leaf) = 32),
  facts_salt           BLOB CHECK (length(facts_salt) = 16),
  extra_salt           BLOB CHECK (length(extra_salt) = 16),
  facts_hash           BLOB CHECK (length(facts_hash) = 32),  -- only once the facts are erased
  extra_hash           BLOB CHECK (length(extra_hash) = 32),  -- only once the extra part is erased
  -- Facts of a record (provision, receipt), column by column, so that any SQLite browser can read them.
  day                  INTEGER,                      -- the day of provision, or of receipt
  terms                INTEGER,                      -- terms.id: basis and method
  party                INTEGER,                      -- party.id: recipient, or provider; NULL = unspecified recipients
  principal_id         TEXT,
  principal_name       TEXT,
  items                INTEGER,                      -- items.id
  consent_evidence     TEXT,
  particulars          INTEGER,                      -- particulars.id; what few records have
  -- Extra of a record.
  circumstance         INTEGER,                      -- circumstance.id
  note                 TEXT,
  source_number        TEXT,
  claimed_recorded_on  INTEGER,
  import               INTEGER,                      -- index of the import entry
  key                  INTEGER,                      -- keyed fingerprint of its idempotency key
  line                 INTEGER,                      -- line in the imported file
  -- Payload of every other kind: canonical JSON.
  facts                TEXT,
  extra                TEXT,
  -- Keyed fingerprint of a record's content, by which the same row is recognised again; it goes with the facts.
  fingerprint          INTEGER
) STRICT;

-- Entries other than records are few; they are found without reading the log.
CREATE INDEX entry_acts ON entry(kind) WHERE kind NOT IN (1, 2);
CREATE INDEX entry_about ON entry(about) WHERE about IS NOT NULL;

-- A record is found again by the key of the job that made it. The fingerprint goes with the record: else whoever holds the secret
-- could ask whether it was here.
CREATE UNIQUE INDEX entry_key ON entry(key) WHERE key IS NOT NULL;

-- Names for the numbers in entry.kind.
-- cells: code c, name c
CREATE TABLE kind (code INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
INSERT INTO kind VALUES
  (0, 'genesis'), (1, 'provision'), (2, 'receipt'), (3, 'correction'), (4, 'erasure'), (5, 'import'),
  (6, 'export'), (7, 'hold'), (8, 'release'), (9, 'trust'), (10, 'recipient'), (11, 'filing'),
  (12, 'stop-request'), (13, 'key'), (14, 'disclosure'), (15, 'anchor');

-- The combinations of basis and method that a record can have.
-- cells: id c, basis c, method c
CREATE TABLE terms (id INTEGER PRIMARY KEY, basis TEXT NOT NULL, method TEXT NOT NULL) STRICT;
INSERT INTO terms VALUES
  (1, 'opt-out', 'each'), (2, 'opt-out', 'bulk'), (3, 'opt-out', 'contract'),
  (4, 'consent', 'each'), (5, 'consent', 'bulk'), (6, 'consent', 'contract'),
  (7, 'foreign-consent', 'each'), (8, 'foreign-consent', 'bulk'), (9, 'foreign-consent', 'contract'),
  (10, 'personal-related', 'each'), (11, 'personal-related', 'bulk'), (12, 'personal-related', 'contract'),
  (13, 'private-person', 'each'), (14, 'private-person', 'bulk'), (15, 'private-person', 'contract'),
  (16, 'voluntary', 'each'), (17, 'voluntary', 'bulk'), (18, 'voluntary', 'contract');

-- Interned values: stored once, deleted when no record refers to them any more. `hash` is a keyed fingerprint.
-- cells: id i, hash r*, type h, name h, address h, representative h
CREATE TABLE party (
  id INTEGER PRIMARY KEY, hash INTEGER NOT NULL UNIQUE,
  type TEXT NOT NULL, name TEXT, address TEXT, representative TEXT
) STRICT;
-- cells: id i, hash r*, list h
CREATE TABLE items (
  id INTEGER PRIMARY KEY, hash INTEGER NOT NULL UNIQUE,
  list TEXT NOT NULL                                 -- one item a line
) STRICT;
-- cells: id i, hash r*, purpose h, medium h, handler h
CREATE TABLE circumstance (
  id INTEGER PRIMARY KEY, hash INTEGER NOT NULL UNIQUE,
  purpose TEXT, medium TEXT, handler TEXT
) STRICT;
-- cells: id i, hash r*, period_from h, period_to h, recipient_id h, acquisition h, confirmation h, ppc_publication h,
--        foreign_recipient h, foreign_information h, exemption h, filing h, existence_withheld h, breaches h
CREATE TABLE particulars (
  id INTEGER PRIMARY KEY, hash INTEGER NOT NULL UNIQUE,
  period_from TEXT, period_to TEXT, recipient_id TEXT, acquisition TEXT, confirmation TEXT, ppc_publication TEXT,
  foreign_recipient TEXT, foreign_information TEXT, exemption TEXT, filing TEXT, existence_withheld TEXT,
  breaches TEXT                                      -- one a line
) STRICT;

-- Lookups. `hash` is a keyed fingerprint of a principal's ID or folded name, or a day (YYYYMMDD), or the negative
-- of a party.id. Every hit is compared with its record, so that a chance collision does no harm; `verify`
-- compares all of them with the records. Those of single records and small loads stand here, one a row.
-- cells: hash r*, idx r*
CREATE TABLE lookup (
  hash INTEGER NOT NULL, idx INTEGER NOT NULL,
  PRIMARY KEY (hash, idx)
) STRICT, WITHOUT ROWID;

-- Those of a large load are a run: sorted by (hash, idx) and packed into blocks of up to 320 pairs, written one after
-- the other at the end of the table whatever the size of the ledger. `pairs`: 12 bytes each, hash, then idx minus the
-- run's first, big-endian; `hash` and `idx` of a block are its first pair.
-- cells: run r, first r, last r
CREATE TABLE run (run INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
-- cells: id r, run r, hash r, idx r, pairs r*
CREATE TABLE block (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL, hash INTEGER NOT NULL, idx INTEGER NOT NULL, pairs BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX block_first ON block(run, hash, idx);

-- The erased entries as runs of indexes, one row a run in an erasure entry; `verify` compares them with it.
-- cells: first r, last r, erasure r
CREATE TABLE erased (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, erasure INTEGER NOT NULL) STRICT;

-- The same for the entries that lost their extra part alone (reasons, handlers), which are kept for ever themselves.
-- cells: first r, last r, erasure r
CREATE TABLE erased_extra (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, erasure INTEGER NOT NULL) STRICT;

-- Hashes of complete subtrees of 256 leaves and more, so that the root needs few reads at any size.
-- cells: level r, number r, hash r
CREATE TABLE node (
  level INTEGER NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (level, number)
) STRICT, WITHOUT ROWID;

-- The checkpoints that were issued, as signed; one a size. `verify` holds each to the log, and the next one is signed
-- only if the log continues the latest.
-- cells: size s, note s
CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;

-- RFC 3161 replies over these checkpoints, as they came. Whether an authority has signed them is for `openssl ts -verify`.
-- cells: id f, size s, reply s
CREATE TABLE timestamp (id INTEGER PRIMARY KEY, size INTEGER NOT NULL, reply BLOB NOT NULL) STRICT;

-- One row. `newest`: the newest time anywhere in the log; `size`: how many entries it has. `wal_pending`: 1 while erased
-- bytes may still stand in the write-ahead log; every later writer tries again to empty it, and `verify` reports it.
-- `writes` counts the write transactions; `in_file` is a number of them that the file holds without its write-ahead log. A
-- log that was left beside a copy is known by them: it holds every page changed since the copy only where the copy's own
-- `writes` is no smaller than the log's `in_file`, and no larger than the log's `writes`.
-- cells: one c, newest r, size r, wal_pending f, writes f, in_file f
CREATE TABLE state (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  newest INTEGER NOT NULL, size INTEGER NOT NULL, wal_pending INTEGER NOT NULL DEFAULT 0,
  writes INTEGER NOT NULL DEFAULT 1, in_file INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A seat-belt against slips with a database tool. `verify` trusts the hashes, not these.
CREATE TRIGGER entry_delete BEFORE DELETE ON entry
BEGIN SELECT raise(ABORT, 'provlog: entries are never deleted'); END;

CREATE TRIGGER entry_update BEFORE UPDATE ON entry
WHEN NOT (
  NEW.idx = OLD.idx AND NEW.time = OLD.time AND NEW.kind = OLD.kind AND NEW.about IS OLD.about
  AND NEW.base IS OLD.base AND NEW.leaf = OLD.leaf AND NEW.fingerprint IS NULL
  AND NEW.facts_salt IS NULL AND NEW.extra_salt IS NULL
  AND NEW.facts_hash IS NOT NULL AND NEW.facts_hash IS coalesce(OLD.facts_hash, NEW.facts_hash)
  AND CASE WHEN OLD.extra_salt IS NULL THEN NEW.extra_hash IS OLD.extra_hash ELSE NEW.extra_hash IS NOT NULL END
  AND NEW.day IS NULL AND NEW.terms IS NULL AND NEW.party IS NULL AND NEW.principal_id IS NULL
  AND NEW.principal_name IS NULL AND NEW.items IS NULL AND NEW.consent_evidence IS NULL AND NEW.particulars IS NULL
  AND NEW.circumstance IS NULL AND NEW.note IS NULL AND NEW.source_number IS NULL
  AND NEW.claimed_recorded_on IS NULL AND NEW.import IS NULL AND NEW.key IS NULL AND NEW.line IS NULL
  AND NEW.facts IS NULL AND NEW.extra IS NULL
  AND coalesce((SELECT last FROM erased WHERE first <= OLD.idx ORDER BY first DESC LIMIT 1), -1) >= OLD.idx
)
AND NOT (
  NEW.idx = OLD.idx AND NEW.time = OLD.time AND NEW.kind = OLD.kind AND NEW.kind NOT IN (1, 2)
  AND NEW.about IS OLD.about AND NEW.base IS OLD.base AND NEW.leaf = OLD.leaf AND NEW.fingerprint IS NULL
  AND NEW.facts_salt IS OLD.facts_salt AND NEW.facts IS OLD.facts AND NEW.facts_hash IS OLD.facts_hash
  AND NEW.extra_salt IS NULL AND NEW.extra IS NULL
  AND NEW.extra_hash IS NOT NULL AND NEW.extra_hash IS coalesce(OLD.extra_hash, NEW.extra_hash)
  AND coalesce((SELECT last FROM erased_extra WHERE first <= OLD.idx ORDER BY first DESC LIMIT 1), -1) >= OLD.idx
)
BEGIN SELECT raise(ABORT, 'provlog: an entry changes only when an erasure entry names it'); END;

-- For people with a SQLite browser: the records as rows of text. `party`: the recipient, in a receipt the provider.
CREATE VIEW records AS
SELECT e.idx AS "index", k.name AS kind, e.day, r.name AS party_name, r.address AS party_address,
       r.representative AS party_representative, r.type AS party_type,
       e.facts_salt IS NOT NULL AND e.party IS NULL AS unspecified_recipients,
       e.principal_id, e.principal_name, i.list AS items, t.basis, t.method, e.consent_evidence,
       p.period_from, p.period_to, p.recipient_id, p.acquisition, p.confirmation, p.ppc_publication, p.foreign_recipient,
       p.foreign_information, p.exemption, p.filing, p.existence_withheld, p.breaches,
       c.purpose, c.medium, c.handler, e.note, e.source_number, e.claimed_recorded_on, e.import, e.line,
       e.facts_salt IS NULL AS erased
FROM entry e
JOIN kind k ON k.code = e.kind
LEFT JOIN party r ON r.id = e.party
LEFT JOIN items i ON i.id = e.items
LEFT JOIN terms t ON t.id = e.terms
LEFT JOIN circumstance c ON c.id = e.circumstance
LEFT JOIN particulars p ON p.id = e.particulars
WHERE e.kind IN (1, 2);
