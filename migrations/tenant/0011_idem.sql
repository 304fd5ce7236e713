-- idem: the answer already given to an idempotency key, written in the operation's own transaction
CREATE TABLE idem (
    idem_key   VARCHAR(100) NOT NULL PRIMARY KEY,
    person     VARCHAR(64) NOT NULL,
    what       VARCHAR(160) NOT NULL,
    digest     VARCHAR(64) NOT NULL,
    result     LONGTEXT NOT NULL CHECK (JSON_VALID(result)),
    created_at DATETIME(6) NOT NULL,
    KEY idem_age (created_at)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
