-- mail: letters to people of this district, one a key for ever; claim_at is when a sender may take the row, NULL when nobody may
CREATE TABLE mail (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    mail_key    VARCHAR(160) NOT NULL,
    person      VARCHAR(64) NOT NULL,
    address     VARCHAR(254) NOT NULL,
    subject     VARCHAR(300) NOT NULL,
    body        LONGTEXT NOT NULL,
    state       VARCHAR(16) NOT NULL CHECK (state IN ('queued', 'leased', 'sent', 'dead')),
    created_at  DATETIME(6) NOT NULL,
    next_try    DATETIME(6) NOT NULL,
    lease_until DATETIME(6) NULL,
    done_at     DATETIME(6) NULL,
    attempts    BIGINT NOT NULL DEFAULT 0,
    fence       BIGINT NOT NULL DEFAULT 0,
    last_status INT NOT NULL DEFAULT 0,
    last_error  VARCHAR(400) NOT NULL DEFAULT '',
    claim_at    DATETIME(6) AS (CASE state WHEN 'queued' THEN next_try WHEN 'leased' THEN lease_until END) STORED,
    UNIQUE KEY mail_once (mail_key),
    KEY mail_claim (claim_at, id),
    KEY mail_dead (state, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
