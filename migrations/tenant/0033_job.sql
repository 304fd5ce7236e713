-- job: a list being written to a workbook, asked for by a request and done by the job process (fcgi/adr/0014)
CREATE TABLE job (
    id          BIGINT NOT NULL PRIMARY KEY,
    person      VARCHAR(64) NOT NULL,
    person_name VARCHAR(100) NOT NULL,
    post        TEXT NOT NULL CHECK (JSON_VALID(post)),
    list        VARCHAR(32) NOT NULL,
    name        VARCHAR(200) NOT NULL,
    query       VARCHAR(1000) NOT NULL,
    state       VARCHAR(16) NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'expired')),
    rows_done   BIGINT NOT NULL DEFAULT 0,
    size        BIGINT NOT NULL DEFAULT 0,
    sm3         VARCHAR(64) NOT NULL DEFAULT '',
    reason      VARCHAR(400) NOT NULL DEFAULT '',
    attempts    BIGINT NOT NULL DEFAULT 0,
    fence       BIGINT NOT NULL DEFAULT 0,
    made_at     DATETIME(6) NOT NULL,
    started_at  DATETIME(6) NULL,
    ended_at    DATETIME(6) NULL,
    lease_until DATETIME(6) NULL,
    KEY job_claim (state, made_at),
    KEY job_person (person, made_at)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
