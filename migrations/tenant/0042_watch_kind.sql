-- watch: of what is let through also what kind it is and who did it (例外登记)
ALTER TABLE watch
    ADD COLUMN kind VARCHAR(64) NOT NULL DEFAULT '' AFTER ref,
    ADD COLUMN by_name VARCHAR(300) NOT NULL DEFAULT '' AFTER kind;
