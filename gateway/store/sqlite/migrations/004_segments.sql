-- Messages that are done lie in files of their own, one for each day they came: segments/YYYY-MM-DD.db.
CREATE TABLE segment (
    day           INTEGER PRIMARY KEY,  -- UTC days since 1970
    first_message INTEGER NOT NULL,     -- what it holds lies between these; what is in the tables here counts first
    last_message  INTEGER NOT NULL,
    first_leg     INTEGER NOT NULL,     -- 0: none
    last_leg      INTEGER NOT NULL,
    messages      INTEGER NOT NULL,
    row_count     INTEGER NOT NULL,
    bytes         INTEGER NOT NULL,
    removing      INTEGER NOT NULL,     -- 1: nobody reads it any more
    began_at      INTEGER NOT NULL,     -- when its first message moved
    removed_to    INTEGER NOT NULL      -- up to this message its keys and dossiers are forgotten
) STRICT;
CREATE TABLE segment_dossier (
    dossier_id INTEGER NOT NULL,
    day        INTEGER NOT NULL,
    PRIMARY KEY (dossier_id, day)
) STRICT, WITHOUT ROWID;

-- Messages behind the walk that could not move yet.
CREATE TABLE straggler (
    message_id INTEGER PRIMARY KEY,
    first_leg  INTEGER NOT NULL,
    leg_count  INTEGER NOT NULL,
    look_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX straggler_look ON straggler (look_at);

-- What has left the tables: the highest id, and how many rows.
CREATE TABLE moved (
    name    TEXT PRIMARY KEY,
    last_id INTEGER NOT NULL,
    n       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO moved (name, last_id, n) VALUES ('message', 0, 0), ('event', 0, 0), ('lane', 0, 0), ('leg', 0, 0);
CREATE TABLE moved_leg (
    partner TEXT    NOT NULL,
    state   INTEGER NOT NULL,
    n       INTEGER NOT NULL,
    PRIMARY KEY (partner, state)
) STRICT, WITHOUT ROWID;

-- Every message up to here has moved or is a straggler; its legs end at the other.
INSERT INTO meta (name, value) VALUES ('walked_message', 0), ('walked_leg', 0);
