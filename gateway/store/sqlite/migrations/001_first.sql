-- The first tables. Times are milliseconds since 1970 UTC; `sum` is a keyed checksum of the row's other columns.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value ANY
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
    id          INTEGER PRIMARY KEY,
    partner     TEXT    NOT NULL,
    agency      TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    message_key TEXT    NOT NULL,
    received_at INTEGER NOT NULL,
    digest      BLOB    NOT NULL,
    first_event INTEGER NOT NULL,  -- events of one message have consecutive ids
    event_count INTEGER NOT NULL,
    sum         INTEGER NOT NULL,
    body        BLOB    NOT NULL
) STRICT;

-- key: first half of SHA-256 of sender and its message key.
CREATE TABLE inbox (
    key        BLOB PRIMARY KEY,
    digest     BLOB    NOT NULL,
    message_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE answer (
    message_id INTEGER PRIMARY KEY,
    status     INTEGER NOT NULL,
    headers    TEXT    NOT NULL,
    body       BLOB    NOT NULL,
    base_event INTEGER,            -- not NULL: the body is this slice of that event's snapshot
    base_at    INTEGER NOT NULL,
    base_size  INTEGER NOT NULL,
    sum        INTEGER NOT NULL
) STRICT;

-- Everything about one dossier hangs on its number, not on its code or a digest: rows of new dossiers then lie side by
-- side, so that a batch touches few pages.
CREATE TABLE dossier (
    id       INTEGER PRIMARY KEY,
    agency   TEXT    NOT NULL,
    code     TEXT    NOT NULL,
    feed_seq INTEGER NOT NULL,  -- of its last item in the feed
    UNIQUE (agency, code)
) STRICT;

-- A dossier is written once for each message: in the snapshot of its first event. In the others it is cut out: theirs
-- is `snapshot` with base_size bytes, from base_at on, of the snapshot of base_event put in at `cut`.
CREATE TABLE event (
    id          INTEGER PRIMARY KEY,
    message_id  INTEGER NOT NULL,
    dossier_id  INTEGER,           -- NULL: no order wanted
    kind        TEXT    NOT NULL,
    agency      TEXT    NOT NULL,
    dossier     TEXT    NOT NULL,
    occurred_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    sum         INTEGER NOT NULL,
    base_event  INTEGER,           -- NULL: whole
    base_at     INTEGER NOT NULL,
    base_size   INTEGER NOT NULL,
    cut         INTEGER NOT NULL,
    snapshot    BLOB    NOT NULL
) STRICT;
CREATE INDEX event_dossier ON event (dossier_id, id) WHERE dossier_id IS NOT NULL;

-- state: 0 ready, 1 waits for a time, 2 sending, 3 held, 4 empty. head: 0 = none.
CREATE TABLE lane (
    id          INTEGER PRIMARY KEY,
    dossier_id  INTEGER,           -- NULL: the lane of one leg without a dossier
    partner     TEXT    NOT NULL,
    agency      TEXT    NOT NULL,
    dossier     TEXT    NOT NULL,
    state       INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),
    head        INTEGER NOT NULL,
    depth       INTEGER NOT NULL CHECK (depth >= 0),
    due_at      INTEGER NOT NULL,
    effective   INTEGER NOT NULL,
    epoch       INTEGER NOT NULL,
    fence       INTEGER NOT NULL,
    note        TEXT    NOT NULL,
    sum         INTEGER NOT NULL,
    UNIQUE (dossier_id, partner)
) STRICT;
CREATE INDEX lane_ready ON lane (partner, effective, head) WHERE state = 0;
CREATE INDEX lane_due ON lane (partner, due_at) WHERE state = 1;
CREATE INDEX lane_sending ON lane (id) WHERE state = 2;

-- state: 0 ready, 1 sending, 2 retry, 3 unknown, 4 blocked, 5 delivered, 6 superseded, 7 expired, 8 dead, 9 cancelled.
CREATE TABLE leg (
    id               INTEGER PRIMARY KEY,
    event_id         INTEGER NOT NULL,
    lane_id          INTEGER NOT NULL,
    partner          TEXT    NOT NULL,
    operation        TEXT    NOT NULL,
    effect           INTEGER NOT NULL CHECK (effect BETWEEN 0 AND 2),
    urgency          INTEGER NOT NULL CHECK (urgency BETWEEN 0 AND 3),
    effect_key       TEXT    NOT NULL,
    legal_deadline   INTEGER,
    state            INTEGER NOT NULL CHECK (state BETWEEN 0 AND 9),
    reason           TEXT    NOT NULL,
    what             TEXT    NOT NULL,
    flag             TEXT    NOT NULL,
    reference        TEXT    NOT NULL,
    attempts         INTEGER NOT NULL,
    attempts_message INTEGER NOT NULL,
    attempts_partner INTEGER NOT NULL,
    enquiries        INTEGER NOT NULL,
    not_found        INTEGER NOT NULL,
    sends_unknown    INTEGER NOT NULL,
    unknown_since    INTEGER NOT NULL,
    suspects         INTEGER NOT NULL,
    next_attempt_at  INTEGER,
    ended_at         INTEGER,
    enqueued_at      INTEGER NOT NULL,
    dossier_version  INTEGER NOT NULL,
    sum              INTEGER NOT NULL
) STRICT;
CREATE INDEX leg_lane ON leg (lane_id, id);
CREATE INDEX leg_state ON leg (partner, state, id) WHERE state <> 5;
-- OR: SQLite builds a table of its own for a longer IN at every insert.
CREATE UNIQUE INDEX one_in_flight ON leg (lane_id) WHERE state = 1 OR state = 3 OR state = 4;

-- Legs per partner and state; last_at: when one last came into the state.
CREATE TABLE leg_count (
    partner TEXT    NOT NULL,
    state   INTEGER NOT NULL,
    n       INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (partner, state)
) STRICT, WITHOUT ROWID;

-- What was sent under an effect key, and its last verdict (NULL: bytes may be on their way).
CREATE TABLE effect (
    partner      TEXT    NOT NULL,
    effect_key   TEXT    NOT NULL,
    leg_id       INTEGER NOT NULL,
    fence        INTEGER NOT NULL,
    bytes_digest BLOB    NOT NULL,
    outcome      INTEGER,
    reference    TEXT,
    PRIMARY KEY (partner, effect_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempt (
    leg_id  INTEGER NOT NULL,
    n       INTEGER NOT NULL,
    enquiry INTEGER NOT NULL,
    began   INTEGER NOT NULL,
    ended   INTEGER,
    epoch   INTEGER NOT NULL,
    fence   INTEGER NOT NULL,
    outcome INTEGER,
    code    TEXT    NOT NULL,
    what    TEXT    NOT NULL,
    answer  BLOB    NOT NULL,
    bytes   BLOB,
    PRIMARY KEY (leg_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE object (
    rid        INTEGER PRIMARY KEY,
    kind       TEXT    NOT NULL,
    agency     TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    dossier    TEXT    NOT NULL,
    ref        TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    sum        INTEGER NOT NULL,
    body       BLOB    NOT NULL,
    UNIQUE (kind, agency, id)
) STRICT;
CREATE INDEX object_page ON object (kind, agency, updated_at, id);
CREATE INDEX object_state ON object (kind, agency, state, updated_at, id);
CREATE INDEX object_dossier ON object (dossier, kind) WHERE dossier <> '';
CREATE INDEX object_ref ON object (ref, kind) WHERE ref <> '';

CREATE TABLE feed (
    seq         INTEGER PRIMARY KEY,
    id          TEXT    NOT NULL,
    agency      TEXT    NOT NULL,
    type        TEXT    NOT NULL,
    dossier     TEXT    NOT NULL,
    actor       TEXT    NOT NULL,
    dossier_seq INTEGER NOT NULL,
    timestamp   INTEGER NOT NULL,
    data        TEXT    NOT NULL
) STRICT;
CREATE INDEX feed_agency ON feed (agency, seq);

-- hash: SHA-256 of the previous row's hash and this row.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    agency  TEXT    NOT NULL,
    actor   TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    detail  TEXT    NOT NULL,
    hash    BLOB    NOT NULL
) STRICT;
CREATE INDEX audit_subject ON audit (subject, agency, id);
