-- card: what somebody was told about a duty, once a kind; the day stands as it was told and never slides
CREATE TABLE card (
    id       BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    project  BIGINT NOT NULL,
    duty     VARCHAR(64) NOT NULL,
    duty_key VARCHAR(160) NOT NULL DEFAULT '',
    kind     VARCHAR(16) NOT NULL CHECK (kind IN ('open', 'yellow', 'red', 'urge')),
    name     VARCHAR(300) NOT NULL,
    who      VARCHAR(64) NOT NULL,
    unit     VARCHAR(64) NOT NULL DEFAULT '',
    due_on   DATE NULL,
    given_on DATE NOT NULL,
    articles VARCHAR(200) NOT NULL DEFAULT '',
    note     VARCHAR(300) NOT NULL DEFAULT '',
    by_name  VARCHAR(300) NOT NULL DEFAULT '',
    mailed   TINYINT NOT NULL DEFAULT 0,
    UNIQUE KEY card_once (project, duty, duty_key, kind),
    KEY card_mail (mailed, given_on, who, unit),
    KEY card_kind (kind, who, unit, given_on),
    CONSTRAINT card_of_project FOREIGN KEY (project) REFERENCES project (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
