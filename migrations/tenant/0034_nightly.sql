-- nightly: one row a day on which the duties were gone over, with the place reached; its lock is what keeps two runners apart (fcgi/adr/0015).
-- vacancy: posts that something waits for and nobody holds
CREATE TABLE nightly (
    day          DATE NOT NULL PRIMARY KEY,
    state        VARCHAR(16) NOT NULL CHECK (state IN ('running', 'done')),
    last_project BIGINT NOT NULL DEFAULT 0,
    started_at   DATETIME(6) NOT NULL,
    ended_at     DATETIME(6) NULL,
    posts_at     DATETIME(6) NULL,
    projects     BIGINT NOT NULL DEFAULT 0,
    changed      BIGINT NOT NULL DEFAULT 0,
    opened       BIGINT NOT NULL DEFAULT 0,
    yellow       BIGINT NOT NULL DEFAULT 0,
    red          BIGINT NOT NULL DEFAULT 0,
    exceeding    BIGINT NOT NULL DEFAULT 0,
    drifted      BIGINT NOT NULL DEFAULT 0,
    failed       BIGINT NOT NULL DEFAULT 0
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
CREATE TABLE vacancy (
    organ      VARCHAR(64) NOT NULL,
    unit       VARCHAR(64) NOT NULL DEFAULT '',
    name       VARCHAR(200) NOT NULL,
    group_name VARCHAR(64) NOT NULL,
    waiting    BIGINT NOT NULL,
    since      DATE NOT NULL,
    checked_on DATE NOT NULL,
    PRIMARY KEY (organ, unit)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
