-- Fair shares, the head of a lane, legal time, and the trace of an event.
ALTER TABLE event ADD COLUMN trace TEXT NOT NULL DEFAULT '';
-- 1: a newer leg of the same operation may take its place while it was never sent.
ALTER TABLE leg ADD COLUMN replaceable INTEGER NOT NULL DEFAULT 0;
-- Percent of its legal time that somebody was told of.
ALTER TABLE leg ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
-- Of the head. Lanes from before count as normal until their head changes.
ALTER TABLE lane ADD COLUMN urgency INTEGER NOT NULL DEFAULT 2;
-- When the legal time of the head must be looked at; 0: never.
ALTER TABLE lane ADD COLUMN look_at INTEGER NOT NULL DEFAULT 0;
DROP INDEX lane_ready;
CREATE INDEX lane_ready ON lane (partner, urgency, agency, effective, head) WHERE state = 0;
CREATE INDEX lane_look ON lane (look_at) WHERE look_at > 0;
