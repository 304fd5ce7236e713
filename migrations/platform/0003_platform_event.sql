-- platform_event: log-ins, refusals and administration; the account may add, never change
CREATE TABLE platform_event (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    at         DATETIME(6) NOT NULL,
    what       VARCHAR(160) NOT NULL,
    tenant     VARCHAR(64) NOT NULL,
    person     VARCHAR(64) NOT NULL,
    address    VARCHAR(64) NOT NULL,
    request_id VARCHAR(64) NOT NULL,
    detail     LONGTEXT NOT NULL CHECK (JSON_VALID(detail)),
    KEY platform_event_person (person, id),
    KEY platform_event_at (at)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
