-- document: a file by its content; the bytes lie in the district's file tree
CREATE TABLE document (
    id          BIGINT NOT NULL PRIMARY KEY,
    project     BIGINT NOT NULL,
    `procedure` VARCHAR(64) NOT NULL DEFAULT '',
    material    VARCHAR(64) NOT NULL DEFAULT '',
    name        VARCHAR(300) NOT NULL,
    type        VARCHAR(100) NOT NULL,
    size        BIGINT NOT NULL CHECK (size >= 0),
    sm3         VARCHAR(64) NOT NULL CHECK (sm3 REGEXP '^[0-9a-f]{64}$'),
    state       VARCHAR(16) NOT NULL CHECK (state IN ('draft', 'submitted', 'replaced', 'withdrawn')),
    event_seq   BIGINT NOT NULL DEFAULT 0,
    uploaded_at DATETIME(6) NOT NULL,
    person      VARCHAR(64) NOT NULL,
    person_name VARCHAR(100) NOT NULL,
    KEY document_project (project, id),
    KEY document_content (sm3),
    CONSTRAINT document_of_project FOREIGN KEY (project) REFERENCES project (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
