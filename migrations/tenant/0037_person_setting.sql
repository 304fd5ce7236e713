-- person_setting: what one person wants by mail; who has no row gets the day's letter with everything in it
CREATE TABLE person_setting (
    person     VARCHAR(64) NOT NULL PRIMARY KEY,
    mail       VARCHAR(16) NOT NULL CHECK (mail IN ('none', 'daily', 'each')),
    kinds      VARCHAR(200) NOT NULL,
    updated_at DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
