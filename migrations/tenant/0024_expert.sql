-- expert: the pool that reviews draw from
CREATE TABLE expert (
    id         BIGINT NOT NULL PRIMARY KEY,
    login      VARCHAR(64) NOT NULL,
    name       VARCHAR(100) COLLATE utf8mb4_unicode_520_ci NOT NULL,
    employer   VARCHAR(200) COLLATE utf8mb4_unicode_520_ci NOT NULL,
    title      VARCHAR(100) NOT NULL,
    fields     VARCHAR(1000) NOT NULL CHECK (JSON_VALID(fields)),
    state      VARCHAR(16) NOT NULL CHECK (state IN ('active', 'paused', 'left')),
    note       VARCHAR(500) NOT NULL,
    added_at   DATETIME(6) NOT NULL,
    changed_at DATETIME(6) NOT NULL,
    version    BIGINT NOT NULL,
    UNIQUE KEY expert_login (login),
    KEY expert_state (state, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
