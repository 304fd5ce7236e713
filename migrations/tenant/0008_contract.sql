-- contract: money and term of what was signed
CREATE TABLE contract (
    id        BIGINT NOT NULL PRIMARY KEY,
    project   BIGINT NOT NULL,
    event_seq BIGINT NOT NULL,
    name      VARCHAR(300) NOT NULL,
    supplier  VARCHAR(200) NOT NULL,
    amount    BIGINT NOT NULL CHECK (amount >= 0),
    signed_on DATE NULL,
    ends_on   DATE NULL,
    KEY contract_project (project, id),
    CONSTRAINT contract_of_project FOREIGN KEY (project) REFERENCES project (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
