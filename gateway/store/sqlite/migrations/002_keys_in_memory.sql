-- Every message up to this one has its key in table inbox; newer ones may still wait in memory.
INSERT INTO meta (name, value) SELECT 'keys_written_to', coalesce(max(id), 0) FROM message;
