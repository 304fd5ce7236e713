-- duty: one that binds several organs has a row for each that has not acted yet
ALTER TABLE duty
    DROP PRIMARY KEY,
    ADD PRIMARY KEY (project, duty, duty_key, who);
-- card: each of those is told; person: whom alone of the post it is for, '' everybody there (cosign*: 加签 asked, urged, its day near, all said)
ALTER TABLE card
    MODIFY kind VARCHAR(16) NOT NULL CHECK (kind IN ('open', 'yellow', 'red', 'urge', 'cosign', 'cosign_urge', 'cosign_due', 'cosign_said')),
    ADD person VARCHAR(64) NOT NULL DEFAULT '' AFTER unit,
    DROP KEY card_once,
    ADD UNIQUE KEY card_once (project, duty, duty_key, kind, who, unit, person);
-- person_setting: who chose among the kinds there were has not said no to the new one
UPDATE person_setting SET kinds = CONCAT(kinds, ',cosign') WHERE kinds <> '';
-- handing: read - the office has opened what was handed in (step: the number of that event), once; whoever is first
ALTER TABLE handing
    MODIFY kind VARCHAR(16) NOT NULL DEFAULT 'hand' CHECK (kind IN ('hand', 'ask', 'urge', 'agree', 'disagree', 'decline', 'back', 'read')),
    ADD reads_event VARCHAR(129) AS (IF(kind = 'read', step, NULL)) VIRTUAL,
    ADD UNIQUE KEY handing_reads (project, organ, reads_event);
