-- project_tally: how many projects a unit has in each state; moved in the transaction that moves the project
CREATE TABLE project_tally (
    unit_code VARCHAR(64) NOT NULL,
    state     VARCHAR(16) NOT NULL,
    n         BIGINT NOT NULL,
    PRIMARY KEY (unit_code, state)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
INSERT INTO project_tally (unit_code, state, n) SELECT unit_code, state, COUNT(*) FROM project GROUP BY unit_code, state;
