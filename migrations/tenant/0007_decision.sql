-- decision: a paper issued on a project
CREATE TABLE decision (
    id          BIGINT NOT NULL PRIMARY KEY,
    project     BIGINT NOT NULL,
    event_seq   BIGINT NOT NULL,
    kind        VARCHAR(64) NOT NULL,
    name        VARCHAR(200) NOT NULL,
    number      VARCHAR(100) NULL,
    title       VARCHAR(500) COLLATE utf8mb4_unicode_520_ci NOT NULL,
    issued_on   DATE NOT NULL,
    organ       VARCHAR(64) NOT NULL,
    organ_name  VARCHAR(200) NOT NULL,
    person_name VARCHAR(100) NOT NULL,
    body        LONGTEXT NOT NULL CHECK (JSON_VALID(body)),
    state       VARCHAR(16) NOT NULL CHECK (state IN ('issued', 'withdrawn')),
    UNIQUE KEY decision_number (number),
    KEY decision_project (project, id),
    CONSTRAINT decision_of_project FOREIGN KEY (project) REFERENCES project (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
