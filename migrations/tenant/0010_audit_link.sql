-- audit_link: the chain over the audit rows, one link a row, written by the sealer
CREATE TABLE audit_link (
    no       BIGINT NOT NULL PRIMARY KEY CHECK (no >= 1),
    audit_id BIGINT NOT NULL,
    prev     VARCHAR(64) NOT NULL,
    hash     VARCHAR(64) NOT NULL,
    UNIQUE KEY audit_link_row (audit_id),
    CONSTRAINT audit_link_of_audit FOREIGN KEY (audit_id) REFERENCES audit (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
