-- project: the columns of its money ledger as the last evaluation found them {"approved": 分, …}, and how many limits they exceed
ALTER TABLE project
    ADD COLUMN money TEXT NOT NULL DEFAULT '{}' CHECK (JSON_VALID(money)) AFTER total_investment,
    ADD COLUMN money_over TINYINT NOT NULL DEFAULT 0 CHECK (money_over >= 0) AFTER money,
    ADD COLUMN applied  BIGINT AS (JSON_VALUE(money, '$.applied')) STORED,
    ADD COLUMN planned  BIGINT AS (JSON_VALUE(money, '$.planned')) STORED,
    ADD COLUMN reviewed BIGINT AS (JSON_VALUE(money, '$.reviewed')) STORED,
    ADD COLUMN approved BIGINT AS (JSON_VALUE(money, '$.approved')) STORED,
    ADD COLUMN budget   BIGINT AS (JSON_VALUE(money, '$.budget')) STORED,
    ADD COLUMN contract BIGINT AS (JSON_VALUE(money, '$.contract')) STORED,
    ADD COLUMN paid     BIGINT AS (JSON_VALUE(money, '$.paid')) STORED,
    ADD COLUMN settled  BIGINT AS (JSON_VALUE(money, '$.settled')) STORED,
    ADD COLUMN surplus  BIGINT AS (JSON_VALUE(money, '$.surplus')) STORED,
    ADD COLUMN carried  BIGINT AS (JSON_VALUE(money, '$.carried')) STORED,
    ADD COLUMN returned BIGINT AS (JSON_VALUE(money, '$.returned')) STORED,
    ADD KEY project_money_over (money_over, id);
