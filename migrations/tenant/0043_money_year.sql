-- money_year: what a year's acts moved in each column of a project's ledger; money_stat: the same added up, moved in the transaction that moves the project.
-- Projects from before stand with all their money in the year of their first submission until the nightly run works the years out.
UPDATE project SET money = JSON_INSERT(money, '$.years', JSON_OBJECT(COALESCE(YEAR(submitted_on), 0), JSON_EXTRACT(money, '$')))
    WHERE money <> '{}';
CREATE TABLE money_year (
    project  BIGINT NOT NULL,
    year     SMALLINT NOT NULL,
    applied  BIGINT NOT NULL, planned  BIGINT NOT NULL, reviewed BIGINT NOT NULL, approved BIGINT NOT NULL,
    budget   BIGINT NOT NULL, contract BIGINT NOT NULL, paid     BIGINT NOT NULL, settled  BIGINT NOT NULL,
    surplus  BIGINT NOT NULL, carried  BIGINT NOT NULL, returned BIGINT NOT NULL,
    PRIMARY KEY (project, year),
    KEY money_year_of (year, project),
    CONSTRAINT money_year_of_project FOREIGN KEY (project) REFERENCES project (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
INSERT INTO money_year
    SELECT id, COALESCE(YEAR(submitted_on), 0), COALESCE(applied, 0), COALESCE(planned, 0), COALESCE(reviewed, 0), COALESCE(approved, 0),
           COALESCE(budget, 0), COALESCE(contract, 0), COALESCE(paid, 0), COALESCE(settled, 0), COALESCE(surplus, 0), COALESCE(carried, 0),
           COALESCE(returned, 0)
    FROM project WHERE money <> '{}' AND subject = 'project';
CREATE TABLE money_stat (
    unit_code VARCHAR(64) NOT NULL,
    place     VARCHAR(64) NOT NULL DEFAULT '',
    year      SMALLINT NOT NULL,
    of_year   SMALLINT NOT NULL,
    begun     TINYINT NOT NULL,
    exceeds   TINYINT NOT NULL,
    remains   TINYINT NOT NULL,
    projects  BIGINT NOT NULL,
    firsts    BIGINT NOT NULL,
    applied  BIGINT NOT NULL, planned  BIGINT NOT NULL, reviewed BIGINT NOT NULL, approved BIGINT NOT NULL,
    budget   BIGINT NOT NULL, contract BIGINT NOT NULL, paid     BIGINT NOT NULL, settled  BIGINT NOT NULL,
    surplus  BIGINT NOT NULL, carried  BIGINT NOT NULL, returned BIGINT NOT NULL,
    PRIMARY KEY (unit_code, year, of_year, begun, exceeds, remains)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
INSERT INTO money_stat
    SELECT p.unit_code, p.place, m.year, m.year, p.event_count > 0, p.money_over > 0,
           COALESCE(p.surplus, 0) > 0 OR COALESCE(p.carried, 0) > 0 OR COALESCE(p.returned, 0) > 0, COUNT(*), COUNT(*),
           SUM(m.applied), SUM(m.planned), SUM(m.reviewed), SUM(m.approved), SUM(m.budget), SUM(m.contract), SUM(m.paid), SUM(m.settled),
           SUM(m.surplus), SUM(m.carried), SUM(m.returned)
    FROM money_year m JOIN project p ON p.id = m.project GROUP BY 1, 2, 3, 4, 5, 6, 7;
