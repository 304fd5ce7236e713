-- session: who is logged in; only the MAC of the token is kept
CREATE TABLE session (
    token_mac  VARCHAR(64) NOT NULL PRIMARY KEY CHECK (token_mac REGEXP '^[0-9a-f]{64}$'),
    person     VARCHAR(64) NOT NULL,
    login      VARCHAR(100) NOT NULL,
    name       VARCHAR(100) NOT NULL,
    posts      LONGTEXT NOT NULL CHECK (JSON_VALID(posts)),
    tenant     VARCHAR(64) NOT NULL DEFAULT '',
    organ      VARCHAR(64) NOT NULL DEFAULT '',
    unit       VARCHAR(64) NOT NULL DEFAULT '',
    csrf       VARCHAR(64) NOT NULL,
    address    VARCHAR(64) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    seen_at    DATETIME(6) NOT NULL,
    checked_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    KEY session_person (person),
    KEY session_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
