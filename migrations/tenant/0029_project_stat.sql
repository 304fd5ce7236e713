-- project_stat: how many projects and how much money by unit, year, state, stage and holder; moved in the transaction that moves the project
CREATE TABLE project_stat (
    unit_code VARCHAR(64) NOT NULL,
    place     VARCHAR(64) NOT NULL DEFAULT '',
    year      SMALLINT NOT NULL,
    state     VARCHAR(16) NOT NULL,
    stage     VARCHAR(64) NOT NULL,
    holder    VARCHAR(64) NOT NULL,
    n         BIGINT NOT NULL,
    amount    BIGINT NOT NULL,
    PRIMARY KEY (unit_code, year, state, stage, holder)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
INSERT INTO project_stat (unit_code, place, year, state, stage, holder, n, amount)
    SELECT unit_code, place, COALESCE(YEAR(submitted_on), 0), state, stage, holder, COUNT(*), SUM(GREATEST(total_investment, 0))
    FROM project GROUP BY 1, 2, 3, 4, 5, 6;
