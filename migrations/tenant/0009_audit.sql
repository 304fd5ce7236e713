-- audit: one row a request that changed or was refused; the account may add, never change
CREATE TABLE audit (
    id          BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    at          DATETIME(6) NOT NULL,
    case_at     DATETIME(6) NULL,
    request_id  VARCHAR(64) NOT NULL,
    session     VARCHAR(16) NOT NULL,
    person      VARCHAR(64) NOT NULL,
    person_name VARCHAR(100) NOT NULL,
    organ       VARCHAR(64) NOT NULL,
    unit        VARCHAR(64) NOT NULL,
    address     VARCHAR(64) NOT NULL,
    what        VARCHAR(160) NOT NULL,
    object      VARCHAR(160) NOT NULL,
    result      VARCHAR(16) NOT NULL CHECK (result IN ('ok', 'refused', 'failed')),
    reason      VARCHAR(64) NOT NULL,
    articles    VARCHAR(200) NOT NULL,
    before_sm3  VARCHAR(64) NOT NULL,
    after_sm3   VARCHAR(64) NOT NULL,
    detail      LONGTEXT NOT NULL CHECK (JSON_VALID(detail)),
    mac         VARCHAR(64) NOT NULL CHECK (mac REGEXP '^[0-9a-f]{64}$'),
    KEY audit_object (object, id),
    KEY audit_request (request_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
