-- task: in whose hands it is within the post, as the newest handing of the project and post says; the desk reads it off here
ALTER TABLE task
    ADD hand_person VARCHAR(64) NOT NULL DEFAULT '',
    ADD hand_name VARCHAR(100) NOT NULL DEFAULT '';
UPDATE task t JOIN handing h ON h.id = (SELECT MAX(x.id) FROM handing x
    WHERE x.project = t.project AND x.organ = t.organ AND x.unit = t.unit AND x.kind = 'hand')
    SET t.hand_person = h.person, t.hand_name = h.name;
