-- handing: kind says what was handed: the case (hand), a request to sign first (ask) and what became of that request (agree, disagree, decline, back; urge)
-- ask: the request a row speaks of, 0 none; closes: the same where the row ends it, so that nothing can end one twice
ALTER TABLE handing
    MODIFY reason VARCHAR(2000) NOT NULL,
    ADD kind VARCHAR(16) NOT NULL DEFAULT 'hand' CHECK (kind IN ('hand', 'ask', 'urge', 'agree', 'disagree', 'decline', 'back')),
    ADD ask BIGINT NOT NULL DEFAULT 0,
    ADD step VARCHAR(129) NOT NULL DEFAULT '',
    ADD until_on DATE NULL,
    ADD closes BIGINT AS (IF(kind IN ('agree', 'disagree', 'decline', 'back'), ask, NULL)) VIRTUAL,
    ADD UNIQUE KEY handing_closes (closes),
    ADD KEY handing_ask (ask, kind),
    ADD KEY handing_asked (person, kind, id);
-- vacancy: of a post (person '') or of one person who was asked at it and holds it no more
ALTER TABLE vacancy
    ADD person VARCHAR(64) NOT NULL DEFAULT '' AFTER unit,
    DROP PRIMARY KEY,
    ADD PRIMARY KEY (organ, unit, person);
