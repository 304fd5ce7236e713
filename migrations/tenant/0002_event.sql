-- event: what happened, in order within its project; the account may add, never change
CREATE TABLE event (
    project          BIGINT NOT NULL,
    seq              BIGINT NOT NULL CHECK (seq >= 1),
    at               DATETIME(6) NOT NULL,
    entered_at       DATETIME(6) NOT NULL,
    what             VARCHAR(160) NOT NULL,
    name             VARCHAR(300) NOT NULL,
    by_organ         VARCHAR(64) NOT NULL,
    by_name          VARCHAR(200) NOT NULL,
    unit             VARCHAR(64) NOT NULL DEFAULT '',
    person           VARCHAR(64) NOT NULL,
    person_name      VARCHAR(100) NOT NULL,
    with_json        LONGTEXT NOT NULL CHECK (JSON_VALID(with_json)),
    articles         VARCHAR(200) NOT NULL DEFAULT '',
    regulation       VARCHAR(64) NOT NULL,
    calendar_version VARCHAR(64) NOT NULL DEFAULT '',
    request_id       VARCHAR(64) NOT NULL DEFAULT '',
    PRIMARY KEY (project, seq),
    CONSTRAINT event_of_project FOREIGN KEY (project) REFERENCES project (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
